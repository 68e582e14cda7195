import { NotFound } from '../../kernel/index.ts'
import { append } from '../../logbook/index.ts'
import type { Store, Transaction, UserRow } from '../../store/index.ts'
import { authorise, type Principal, scopesOf } from '../principal.ts'
import { hashSecret, newSecret } from '../secret.ts'
import { findUser } from '../users/store.ts'
import { personOf } from '../users/user.ts'
import { endsAtMs, isLive } from './life.ts'
import { endSession, endSessionsOf, insertSession, readSessions, type SessionOfUser, sweepSessions } from './store.ts'

/** Where somebody signs in from. */
export interface From {
  /** Of the client, not of a proxy before the hub. */
  readonly address: string
  /** What the browser calls itself. */
  readonly agent?: string | undefined
}

/** A session as its owner sees it. */
export interface SessionView {
  readonly id: string
  readonly address: string
  readonly agent: string
  readonly createdAtMs: number
  /** To the minute. */
  readonly seenAtMs: number
  readonly endsAtMs: number
  /** Whether it is the one that asks. */
  readonly current: boolean
}

/** A session just opened; the secret is for the cookie and is nowhere kept. */
export interface SignedIn {
  readonly secret: string
  readonly principal: Principal
}

export interface Sessions {
  /** Somebody's sessions: one's own, or anybody's for an administrator. */
  list(by: Principal, name: string): Promise<readonly SessionView[]>
  end(by: Principal, name: string, id: string): Promise<void>
  endAll(by: Principal, name: string): Promise<void>
  signOut(by: Principal): Promise<void>
}

/** More sessions than anybody uses; the oldest make room. */
const MOST_SESSIONS = 50

export function makeSessions({ store }: { readonly store: Store }): Sessions {
  const owner = async (reads: Pick<Transaction, 'db' | 'dialect'>, by: Principal, name: string): Promise<UserRow> => {
    const isOwn = by.session !== undefined && by.user?.name === name
    authorise(by, isOwn ? 'read' : 'admin')
    const row = await findUser(reads, name)
    if (row) return row
    throw new NotFound(`there is no user “${name.slice(0, 40)}”`, { field: 'name' })
  }
  const note = (tx: Transaction, by: Principal, name: string, data: Record<string, unknown>): Promise<unknown> =>
    append(tx, { kind: 'session.ended', subject: `user/${name}`, actor: by.actor, data })

  return {
    async list(by, name) {
      const { id } = await owner(store, by, name)
      const nowMs = store.clock.now()
      return (await readSessions(store, id))
        .map(row => ({ row, life: { createdAtMs: row.created_at_ms, seenAtMs: row.seen_at_ms } }))
        .filter(({ life }) => isLive(life, nowMs))
        .map(({ row, life }) => ({
          id: row.id,
          address: row.address,
          agent: row.agent,
          ...life,
          endsAtMs: endsAtMs(life),
          current: row.id === by.session?.id,
        }))
    },

    async end(by, name, id) {
      await store.transaction(async tx => {
        const user = await owner(tx, by, name)
        const session = (await readSessions(tx, user.id)).find(row => row.id === id)
        if (!session) throw new NotFound('there is no such session', { field: 'id' })
        await endSession(tx, id)
        await note(tx, by, name, { session: id })
      })
    },

    async endAll(by, name) {
      await store.transaction(async tx => {
        const user = await owner(tx, by, name)
        const count = await endSessionsOf(tx, user.id)
        if (count > 0) await note(tx, by, name, { sessions: count })
      })
    },

    async signOut(by) {
      const { session, user } = by
      if (!session || !user) return
      await store.transaction(async tx => {
        const isThere = (await readSessions(tx, user.id)).some(({ id }) => id === session.id)
        if (!isThere) return
        await endSession(tx, session.id)
        await note(tx, by, user.name, { session: session.id })
      })
    },
  }
}

/** Begins a session, in the transaction that found out that it may begin. */
export async function openSession(tx: Transaction, user: UserRow, from: From): Promise<SignedIn> {
  const secret = newSecret()
  const row = {
    id: tx.newId('ses'),
    hash: hashSecret(secret),
    user_id: user.id,
    address: storable(from.address, 64),
    agent: storable(from.agent ?? '', 200),
    created_at_ms: tx.atMs,
    seen_at_ms: tx.atMs,
  }
  await sweepSessions(tx)
  await endSessionsOf(tx, user.id, MOST_SESSIONS - 1)
  await insertSession(tx, row)
  const { id: session, address, agent } = row
  await append(tx, {
    kind: 'session.opened',
    subject: `user/${user.name}`,
    actor: `user/${user.name}`,
    data: { session, address, agent },
  })
  return { secret, principal: principalOf({ ...row, ...user, session_id: row.id, created_at_ms: tx.atMs }) }
}

export function principalOf(row: SessionOfUser): Principal {
  const user = personOf(row)
  const mustChangePassword = row.must_change_password === 1
  return {
    actor: `user/${user.name}`,
    // Nothing at all: whoever forgets to ask `authorise` must not let them in, either.
    scopes: mustChangePassword ? [] : scopesOf(user.role),
    user,
    session: {
      id: row.session_id,
      endsAtMs: endsAtMs({ createdAtMs: row.created_at_ms, seenAtMs: row.seen_at_ms }),
    },
    mustChangePassword,
  }
}

/** What a stranger sends, fit for either database and for a terminal. */
export function storable(text: string, most: number): string {
  return text
    .slice(0, most)
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, ' ')
}
