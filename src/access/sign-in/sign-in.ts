import { Conflict, Denied, InvalidInput, Unavailable } from '../../kernel/index.ts'
import { append, type NewEntry, read } from '../../logbook/index.ts'
import type { Reads, Store, Transaction, UserRow } from '../../store/index.ts'
import { Forbidden } from '../errors.ts'
import type { Hasher } from '../passwords/hasher.ts'
import { acceptPassword, normalisePassword } from '../passwords/policy.ts'
import type { Principal } from '../principal.ts'
import { hashSecret } from '../secret.ts'
import { type From, openSession, type SignedIn, storable } from '../sessions/sessions.ts'
import { endSessionByHash, endSessionsOf, readSessions } from '../sessions/store.ts'
import { findUser, findUserById, updateUser } from '../users/store.ts'
import { meantName } from '../users/user.ts'
import { type Counted, checkTries, countTry, forgetTries, uncountTry } from './store.ts'
import { keyOfAddress, keyOfName } from './throttle.ts'

export interface Claim {
  readonly name: string
  readonly password: string
  readonly from: From
  /** The session of the same browser until now, which ends with this. */
  readonly replaces?: string | undefined
}

export interface PasswordChange {
  readonly present: string
  readonly next: string
  readonly from: From
}

export interface SignIn {
  /**
   * Opens a session.
   *
   * @throws Denied when name and password do not belong together, whatever the reason
   * @throws Throttled after too many failures
   * @throws Unavailable when too many sign in at once
   */
  signIn(claim: Claim): Promise<SignedIn>
  /**
   * Gives whoever is signed in a password of their own choice and a new session; their other ones end.
   *
   * @throws InvalidInput when the present one is wrong, or the new one too weak
   */
  changePassword(by: Principal, change: PasswordChange): Promise<SignedIn>
}

/** Fewer than the hasher's queue holds: whoever is counted is also checked. */
const MOST_AT_ONCE = 32
/** How often the logbook hears of refused sign-ins: of each name, and of all unknown ones together. */
const TELL_EVERY_MS = 60_000

export function makeSignIn({ store, hasher }: { readonly store: Store; readonly hasher: Hasher }): SignIn {
  let underWay = 0
  const bounded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (underWay >= MOST_AT_ONCE) {
      throw new Unavailable('too many people are signing in at once', { hint: 'Try again in a few seconds.' })
    }
    underWay++
    try {
      return await work()
    } finally {
      underWay--
    }
  }

  const count = async (all: readonly Counted[]): Promise<number> => {
    await checkTries(store, all, store.clock.now()) // past the queue of transactions, which a flood must not fill
    return store.transaction(tx => countTry(tx, all))
  }

  return {
    signIn: ({ name: typed, password: given, from, replaces }) =>
      bounded(async () => {
        const name = meantName(typed)
        const byAddress: Counted = { kind: 'address', key: keyOfAddress(from.address) }
        const byName: Counted | undefined = name === undefined ? undefined : { kind: 'name', key: keyOfName(name) }
        const failures = await count(byName ? [byName, byAddress] : [byAddress])
        const user = name === undefined ? undefined : await findUser(store, name)
        const password = normalisePassword(given)
        const isRight = await hasher.verify(password ?? '', password === undefined ? undefined : user?.password)
        if (user && isRight && password !== undefined && user.disabled === 0) {
          const renewed = hasher.isOutdated(user.password) ? await hasher.hash(password) : user.password
          const opened = await store.transaction(async tx => {
            const now = await findUserById(tx, user.id)
            if (!isStill(now, user)) return undefined
            if (byName) await forgetTries(tx, byName)
            await uncountTry(tx, byAddress)
            await updateUser(tx, user.id, { signed_in_at_ms: tx.atMs, password: renewed })
            if (replaces !== undefined) await endSessionByHash(tx, hashSecret(replaces))
            return openSession(tx, now, from)
          })
          if (opened) return opened
        }
        await tellRefusal(store, user, from, failures)
        throw new Denied('the name or the password is wrong', {
          hint: 'Check both; an administrator can give you a new password.',
        })
      }),

    changePassword: (by, { present, next, from }) =>
      bounded(async () => {
        const user = by.user && by.session ? await findUserById(store, by.user.id) : undefined
        if (!user) {
          throw new Forbidden('only who is signed in has a password to change', {
            hint: 'Sign in with the present one.',
          })
        }
        const accepted = acceptPassword(next, [user.name, user.display_name])
        // Counted apart from signing in: whoever found an open browser cannot keep its owner out with it.
        const own: Counted = { kind: 'name', key: keyOfName(`change/${user.id}`) }
        await count([own])
        const shown = normalisePassword(present)
        if (!(await hasher.verify(shown ?? '', shown === undefined ? undefined : user.password))) {
          throw new InvalidInput('the present password is wrong', { field: 'present' })
        }
        if (accepted === shown) {
          throw new InvalidInput('the new password is the present one', { field: 'next', hint: 'Choose another one.' })
        }
        const password = await hasher.hash(accepted)
        return store.transaction(async tx => {
          const now = await findUserById(tx, user.id)
          const isSignedIn = (await readSessions(tx, user.id)).some(({ id }) => id === by.session?.id)
          if (!isStill(now, user) || !isSignedIn) {
            throw new Conflict('this password or this session was changed meanwhile', { hint: 'Sign in again.' })
          }
          await forgetTries(tx, own)
          await endSessionsOf(tx, user.id)
          await updateUser(tx, user.id, { password, must_change_password: 0 })
          await append(tx, {
            kind: 'password.changed',
            subject: `user/${now.name}`,
            actor: `user/${now.name}`,
            data: { id: user.id },
          })
          return openSession(tx, { ...now, must_change_password: 0 }, from)
        })
      }),
  }
}

/** Whether the user is still the one whose password was checked: hashing takes a while. */
function isStill(now: UserRow | undefined, then: UserRow): now is UserRow {
  return now !== undefined && now.disabled === 0 && now.password === then.password
}

/**
 * Names that nobody has are not written down, for they may be passwords; and they are told of together, or a flood
 * of them would fill the logbook.
 */
async function tellRefusal(store: Store, user: UserRow | undefined, from: From, failures: number): Promise<void> {
  const entry: NewEntry = {
    kind: 'sign-in.refused',
    subject: user ? `user/${user.name}` : 'sign-in',
    actor: 'hub',
    data: {
      address: storable(from.address, 64),
      failures,
      why: whyRefused(user),
    },
  }
  if (await isTold(store, entry.subject, store.clock.now())) return
  await store.transaction(async tx => {
    if (!(await isTold(tx, entry.subject, tx.atMs))) await append(tx, entry)
  })
}

function whyRefused(user: UserRow | undefined): string {
  if (!user) return 'unknown name'
  return user.disabled === 1 ? 'disabled' : 'wrong password'
}

async function isTold(reads: Reads | Transaction, subject: string, nowMs: number): Promise<boolean> {
  const sinceMs = nowMs - TELL_EVERY_MS + 1
  const [last] = await read(reads, { subject, kind: 'sign-in.refused', sinceMs, order: 'newest', limit: 1 })
  return last !== undefined
}
