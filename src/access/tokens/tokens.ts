import { Conflict, formatDuration, InvalidInput, NotFound } from '../../kernel/index.ts'
import { append } from '../../logbook/index.ts'
import type { Store, TokenRow } from '../../store/index.ts'
import { Forbidden } from '../errors.ts'
import { authorise, type Principal, SCOPES, type Scope, scopesOf, withIncluded } from '../principal.ts'
import { hashSecret } from '../secret.ts'
import { oneOf, personOf } from '../users/user.ts'
import { deleteToken, findTokenByName, insertToken, readTokens, type TokenOfUser } from './store.ts'
import { newTokenText } from './text.ts'

export interface NewToken {
  /** What uses it: the logbook calls it `token/name`. */
  readonly name: string
  readonly scopes: readonly Scope[]
  /** 90 days unless told otherwise, a year at most; `never` only by that very word. */
  readonly lifetimeMs?: number | 'never' | undefined
}

/** A token as those see it who may revoke it. */
export interface Token {
  readonly id: string
  readonly name: string
  /** The name of whose it is; nobody's when it was made on the hub's machine. */
  readonly owner: string | undefined
  readonly scopes: readonly Scope[]
  readonly createdBy: string
  readonly createdAtMs: number
  readonly expiresAtMs: number | undefined
  /** To the minute. */
  readonly usedAtMs: number | undefined
  readonly usedFrom: string | undefined
  /** Void while its owner is disabled. */
  readonly state: TokenState
}

export type TokenState = 'valid' | 'expired' | 'void'

export interface Tokens {
  /** One's own; all of them for an administrator. */
  list(by: Principal): Promise<readonly Token[]>
  /** The text is shown this once and is nowhere kept. */
  create(by: Principal, token: NewToken): Promise<{ readonly token: Token; readonly text: string }>
  revoke(by: Principal, name: string): Promise<void>
}

const DAY_MS = 24 * 3_600_000
const LIFETIME_MS = 90 * DAY_MS
const LONGEST_MS = 365 * DAY_MS
const MOST_TOKENS = 100
const NAME = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/

export function makeTokens({ store }: { readonly store: Store }): Tokens {
  const mayManage = (by: Principal, row: TokenOfUser): boolean =>
    by.scopes.includes('admin') || (by.session !== undefined && row.user_id === by.user?.id)

  return {
    async list(by) {
      authorise(by, 'read')
      const all = await readTokens(store)
      return all.filter(row => mayManage(by, row)).map(row => tokenOf(row, store.clock.now()))
    },

    async create(by, { name, scopes, lifetimeMs }) {
      authorise(by, 'read')
      if (by.token) {
        throw new Forbidden('a token cannot make another one', {
          hint: 'Sign in, or use the command line on the hub’s own machine.',
        })
      }
      checkName(name)
      checkScopes(by, scopes)
      checkLifetime(lifetimeMs)
      const text = newTokenText()
      const token = await store.transaction(async tx => {
        const row: TokenRow = {
          id: tx.newId('tok'),
          hash: hashSecret(text),
          name,
          user_id: by.user?.id ?? null,
          scopes: SCOPES.filter(scope => scopes.includes(scope)).join(' '),
          created_by: by.actor,
          created_at_ms: tx.atMs,
          expires_at_ms: lifetimeMs === 'never' ? null : tx.atMs + Math.round(lifetimeMs ?? LIFETIME_MS),
          used_at_ms: null,
          used_from: null,
        }
        if (await findTokenByName(tx, name)) {
          throw new Conflict(`there is a token “${name}” already`, {
            field: 'name',
            hint: 'Choose another name, or revoke that one first.',
          })
        }
        const own = (await readTokens(tx)).filter(({ user_id }) => user_id === row.user_id)
        if (own.length >= MOST_TOKENS) {
          throw new Conflict(`${by.actor} has ${MOST_TOKENS} tokens already`, { hint: 'Revoke what is not used.' })
        }
        await insertToken(tx, row)
        const found = await findTokenByName(tx, name)
        if (!found) throw new Error('a token that was just made is not there')
        const token = tokenOf(found, tx.atMs)
        const { id, expiresAtMs = null } = token
        await append(tx, {
          kind: 'token.created',
          subject: `token/${name}`,
          actor: by.actor,
          data: { id, owner: token.owner ?? null, scopes: token.scopes, expiresAtMs },
        })
        return token
      })
      return { token, text }
    },

    async revoke(by, name) {
      authorise(by, 'read')
      await store.transaction(async tx => {
        const row = await findTokenByName(tx, name)
        // Another's token is as unknown as none.
        if (!row || !mayManage(by, row))
          throw new NotFound(`there is no token “${name.slice(0, 64)}”`, { field: 'name' })
        await deleteToken(tx, row.id)
        await append(tx, {
          kind: 'token.revoked',
          subject: `token/${name}`,
          actor: by.actor,
          data: { id: row.id, owner: row.user_name },
        })
      })
    },
  }
}

/** What a token may do now: what was asked for it, and never more than its owner may by now. */
export function scopesOfToken(row: TokenOfUser): readonly Scope[] {
  const words = row.scopes.split(' ')
  const own = withIncluded(SCOPES.filter(scope => words.includes(scope)))
  const { user } = ownerOf(row)
  return user ? own.filter(scope => scopesOf(user.role).includes(scope)) : own
}

export function ownerOf({ user_id, user_name, display_name, role, language }: TokenOfUser): Pick<Principal, 'user'> {
  if (user_id === null || user_name === null || display_name === null || role === null) return {}
  return { user: personOf({ id: user_id, name: user_name, display_name, role, language }) }
}

export function stateOf({ disabled, expires_at_ms }: TokenOfUser, nowMs: number): TokenState {
  if (disabled === 1) return 'void'
  return expires_at_ms !== null && expires_at_ms <= nowMs ? 'expired' : 'valid'
}

function tokenOf(row: TokenOfUser, nowMs: number): Token {
  return {
    id: row.id,
    name: row.name,
    owner: row.user_name ?? undefined,
    scopes: scopesOfToken(row),
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms ?? undefined,
    usedAtMs: row.used_at_ms ?? undefined,
    usedFrom: row.used_from ?? undefined,
    state: stateOf(row, nowMs),
  }
}

function checkName(name: string): void {
  // `token/local` is who shows the token of the data folder.
  if (NAME.test(name) && name !== 'local') return
  throw new InvalidInput(`“${name.slice(0, 64)}” cannot be a token's name`, {
    field: 'name',
    hint: 'Use 1 to 64 of a–z, 0–9, “.”, “_” and “-”, beginning and ending with a letter or digit, but not “local”.',
  })
}

function checkScopes(by: Principal, scopes: readonly Scope[]): void {
  if (scopes.length === 0) {
    throw new InvalidInput('a token without scopes can do nothing', {
      field: 'scopes',
      hint: `Choose from ${SCOPES.join(', ')}.`,
    })
  }
  for (const scope of scopes) authorise(by, oneOf('scope', SCOPES, scope))
}

function checkLifetime(lifetimeMs: NewToken['lifetimeMs']): void {
  if (lifetimeMs === undefined || lifetimeMs === 'never') return
  if (lifetimeMs >= 1_000 && lifetimeMs <= LONGEST_MS) return
  const given = Number.isFinite(lifetimeMs) ? formatDuration(lifetimeMs) : String(lifetimeMs)
  throw new InvalidInput(`a token cannot live for ${given}`, {
    field: 'lifetime',
    hint: 'Give it from 1s to 365d, or “never” for one that does not expire.',
  })
}
