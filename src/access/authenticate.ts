import { Denied } from '../kernel/index.ts'
import type { Store } from '../store/index.ts'
import { localPrincipal, type Principal } from './principal.ts'
import { hashSecret, isSameSecret } from './secret.ts'
import { isLive, SEEN_EVERY_MS } from './sessions/life.ts'
import { principalOf, storable } from './sessions/sessions.ts'
import { findSession, touchSession } from './sessions/store.ts'
import { findToken, type TokenOfUser, touchToken } from './tokens/store.ts'
import { shapeOf } from './tokens/text.ts'
import { ownerOf, scopesOfToken, stateOf } from './tokens/tokens.ts'

/** What a request shows of who makes it. A bearer token wins over a cookie. */
export interface Credentials {
  /** What follows `Bearer ` in `Authorization`. */
  readonly bearer?: string | undefined
  /** What the session's cookie holds. */
  readonly cookie?: string | undefined
  /** Of the client, not of a proxy before the hub. */
  readonly address: string
  /** Who the holder of the local token says to be. */
  readonly localName?: string | undefined
  /** Asked by a page that is merely open: it does not keep a session from ending unused. */
  readonly passive?: boolean | undefined
}

interface Options {
  readonly store: Store
  /** The token of the data folder. */
  readonly localToken: string | undefined
  /** Told when a last use could not be noted; the request goes on. */
  readonly trouble: (error: unknown) => void
}

export type Authenticate = (credentials: Credentials) => Promise<Principal>

/** Makes the question who somebody is; each answer is of this moment. */
export function makeAuthenticate({ store, localToken, trouble }: Options): Authenticate {
  const note = async (work: Promise<void>): Promise<void> => work.catch(trouble)

  const bySession = async (secret: string, isPassive: boolean): Promise<Principal> => {
    const row = await findSession(store, hashSecret(secret))
    const nowMs = store.clock.now()
    const life = row && { createdAtMs: row.created_at_ms, seenAtMs: row.seen_at_ms }
    if (!life || row.disabled === 1 || !isLive(life, nowMs)) {
      throw new Denied('this session has ended', { hint: 'Sign in again.' })
    }
    if (!isPassive && life.seenAtMs <= nowMs - SEEN_EVERY_MS) await note(touchSession(store, row.session_id, nowMs))
    return principalOf(row)
  }

  const byToken = async (text: string, address: string): Promise<Principal> => {
    if (shapeOf(text) === 'mistyped') {
      throw new Denied('the token is mistyped or cut off', { hint: 'Copy it again, whole.' })
    }
    const row = shapeOf(text) === 'token' ? await findToken(store, hashSecret(text)) : undefined
    if (!row) throw new Denied('the token is unknown or was revoked', { hint: 'Make a new one.' })
    const nowMs = store.clock.now()
    refuse(row, nowMs)
    if ((row.used_at_ms ?? 0) <= nowMs - SEEN_EVERY_MS) {
      await note(touchToken(store, row.id, storable(address, 64), nowMs))
    }
    return {
      actor: `token/${row.name}`,
      scopes: scopesOfToken(row),
      ...ownerOf(row),
      token: { id: row.id, name: row.name },
      mustChangePassword: false,
    }
  }

  return async ({ bearer, cookie, address, localName, passive = false }) => {
    if (bearer !== undefined) {
      const isLocal = localToken !== undefined && localToken !== '' && isSameSecret(bearer, localToken)
      return isLocal ? localPrincipal(localName) : byToken(bearer, address)
    }
    if (cookie !== undefined) return bySession(cookie, passive)
    throw new Denied('nobody is signed in', { hint: 'Sign in, or send a token as “Authorization: Bearer swt_…”.' })
  }
}

function refuse(row: TokenOfUser, nowMs: number): void {
  const state = stateOf(row, nowMs)
  if (state === 'expired') throw new Denied(`the token “${row.name}” has expired`, { hint: 'Make a new one.' })
  if (state === 'void') {
    throw new Denied(`the owner of the token “${row.name}” is disabled`, { hint: 'Ask an administrator.' })
  }
}
