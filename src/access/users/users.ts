import { Conflict, NotFound } from '../../kernel/index.ts'
import { append, type EntryData, read } from '../../logbook/index.ts'
import type { Store, Transaction, UserRow } from '../../store/index.ts'
import { Forbidden } from '../errors.ts'
import type { Hasher } from '../passwords/hasher.ts'
import { makeOneTimePassword } from '../passwords/one-time.ts'
import { authorise, type Language, type Principal, type Role } from '../principal.ts'
import { endSessionsOf } from '../sessions/store.ts'
import { forgetTries } from '../sign-in/store.ts'
import { keyOfName } from '../sign-in/throttle.ts'
import { findUser, hasOtherAdministrator, hasUsers, insertUser, readUsers, updateUser } from './store.ts'
import { checkDisplayName, checkLanguage, checkName, checkRole, type User, userOf } from './user.ts'

export interface NewUser {
  readonly name: string
  readonly displayName?: string | undefined
  readonly role: Role
  readonly language?: Language | undefined
}

export interface UserChange {
  readonly name?: string | undefined
  readonly displayName?: string | undefined
  readonly role?: Role | undefined
  readonly language?: Language | undefined
}

/** Somebody with a password that is shown this once and is nowhere kept. */
export interface WithPassword {
  readonly user: User
  readonly password: string
}

export interface Users {
  /** Makes `admin` when there is nobody at all; nothing otherwise. */
  ensureAdministrator(): Promise<WithPassword | undefined>
  list(by: Principal): Promise<readonly User[]>
  create(by: Principal, user: NewUser): Promise<WithPassword>
  /** A new role signs them out everywhere. Everybody may change their own display name and language. */
  change(by: Principal, name: string, change: UserChange): Promise<User>
  /** Ends their sessions, and makes their tokens void, at once. */
  disable(by: Principal, name: string): Promise<User>
  enable(by: Principal, name: string): Promise<User>
  /** A new one-time password; signs them out everywhere and lets them try again at once. */
  resetPassword(by: Principal, name: string): Promise<WithPassword>
}

export function makeUsers({ store, hasher }: { readonly store: Store; readonly hasher: Hasher }): Users {
  /** Changes somebody in one transaction, from what they are there. */
  const alter = (name: string, run: (tx: Transaction, row: UserRow) => Promise<void>): Promise<User> =>
    store.transaction(async tx => {
      const row = await mustFind(tx, name)
      await run(tx, row)
      const after = await tx.db.selectFrom('users').selectAll().where('id', '=', row.id).executeTakeFirstOrThrow()
      return userOf(after)
    })

  return {
    async ensureAdministrator() {
      if (await hasUsers(store)) return undefined
      const { password, hash } = await newPassword(hasher)
      return store.transaction(async tx => {
        if (await hasUsers(tx)) return undefined // another hub was first
        const admin: NewUser = { name: 'admin', displayName: 'Administrator', role: 'admin' }
        return { user: await add(tx, 'hub', admin, hash), password }
      })
    },

    async list(by) {
      authorise(by, 'admin')
      return (await readUsers(store)).map(userOf)
    },

    async create(by, user) {
      authorise(by, 'admin')
      checkName(user.name)
      const { password, hash } = await newPassword(hasher)
      return { user: await store.transaction(tx => add(tx, by.actor, user, hash)), password }
    },

    async change(by, name, change) {
      const isOwn = by.session !== undefined && by.user?.name === name
      authorise(by, isOwn ? 'read' : 'admin')
      if (change.name !== undefined || change.role !== undefined) authorise(by, 'admin')
      const wanted = checkChange(change)
      return alter(name, async (tx, row) => {
        const before = userOf(row)
        const changed = FIELDS.filter(field => wanted[field] !== undefined && wanted[field] !== before[field])
        if (changed.length === 0) return
        if (wanted.name !== undefined) await claimName(tx, wanted.name, row.id)
        if (changed.includes('role')) {
          await keepAnAdministrator(tx, row)
          await endSessionsOf(tx, row.id)
        }
        await updateUser(tx, row.id, columnsOf(wanted))
        await tell(tx, 'user.changed', wanted.name ?? row.name, by.actor, {
          id: row.id,
          before: Object.fromEntries(changed.map(field => [field, before[field]])),
          after: Object.fromEntries(changed.map(field => [field, wanted[field]])),
        })
      })
    },

    async disable(by, name) {
      authorise(by, 'admin')
      return alter(name, async (tx, row) => {
        if (row.disabled === 1) return
        await keepAnAdministrator(tx, row)
        await endSessionsOf(tx, row.id)
        await updateUser(tx, row.id, { disabled: 1 })
        await tell(tx, 'user.disabled', row.name, by.actor, { id: row.id })
      })
    },

    async enable(by, name) {
      authorise(by, 'admin')
      return alter(name, async (tx, row) => {
        if (row.disabled === 0) return
        await updateUser(tx, row.id, { disabled: 0 })
        await tell(tx, 'user.enabled', row.name, by.actor, { id: row.id })
      })
    },

    async resetPassword(by, name) {
      authorise(by, 'admin')
      if (by.user?.name === name) {
        throw new Forbidden('this is your own password', { hint: 'Change it, showing the present one.' })
      }
      await mustFind(store, name)
      const { password, hash } = await newPassword(hasher)
      const user = await alter(name, async (tx, row) => {
        await endSessionsOf(tx, row.id)
        await forgetTries(tx, { kind: 'name', key: keyOfName(row.name) })
        await updateUser(tx, row.id, { password: hash, must_change_password: 1 })
        await tell(tx, 'password.reset', row.name, by.actor, { id: row.id })
      })
      return { user, password }
    },
  }
}

/** The hash is computed before any transaction: it takes a while, and a transaction holds up all others. */
async function newPassword(hasher: Hasher): Promise<{ readonly password: string; readonly hash: string }> {
  const password = makeOneTimePassword()
  return { password, hash: await hasher.hash(password) }
}

async function add(tx: Transaction, actor: string, user: NewUser, password: string): Promise<User> {
  const row: UserRow = {
    id: tx.newId('usr'),
    name: checkName(user.name),
    display_name: checkDisplayName(user.displayName ?? user.name),
    role: checkRole(user.role),
    language: user.language === undefined ? null : checkLanguage(user.language),
    password,
    must_change_password: 1,
    disabled: 0,
    created_at_ms: tx.atMs,
    updated_at_ms: tx.atMs,
    signed_in_at_ms: null,
  }
  await claimName(tx, row.name, row.id)
  await insertUser(tx, row)
  await tell(tx, 'user.created', row.name, actor, { id: row.id, role: row.role })
  return userOf(row)
}

/**
 * The logbook names people by what they sign in with. A name that it has given to one is never another's, or
 * their deeds would be mixed up.
 */
async function claimName(tx: Transaction, name: string, id: string): Promise<void> {
  const taken = await findUser(tx, name)
  const [last] = await read(tx, { subject: `user/${name}`, kind: 'user', order: 'newest', limit: 1 })
  if ((!taken || taken.id === id) && (!last || last.data['id'] === id)) return
  throw new Conflict(taken ? `there is a user “${name}” already` : `“${name}” was somebody else's name before`, {
    field: 'name',
    hint: 'Choose another name, so that the logbook stays clear about who did what.',
  })
}

async function keepAnAdministrator(tx: Transaction, row: UserRow): Promise<void> {
  if (row.role !== 'admin' || row.disabled === 1 || (await hasOtherAdministrator(tx, row.id))) return
  throw new Conflict(`${row.name} is the last administrator who can sign in`, {
    hint: 'Make somebody else an administrator first.',
  })
}

async function mustFind(reads: Pick<Transaction, 'db' | 'dialect'>, name: string): Promise<UserRow> {
  const row = await findUser(reads, name)
  if (row) return row
  throw new NotFound(`there is no user “${name.slice(0, 40)}”`, { field: 'name' })
}

async function tell(tx: Transaction, kind: string, name: string, actor: string, data: EntryData): Promise<void> {
  await append(tx, { kind, subject: `user/${name}`, actor, data })
}

const FIELDS = ['name', 'displayName', 'role', 'language'] as const

function checkChange({ name, displayName, role, language }: UserChange): UserChange {
  return {
    name: name === undefined ? undefined : checkName(name),
    displayName: displayName === undefined ? undefined : checkDisplayName(displayName),
    role: role === undefined ? undefined : checkRole(role),
    language: language === undefined ? undefined : checkLanguage(language),
  }
}

function columnsOf({ name, displayName, role, language }: UserChange): Partial<UserRow> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(displayName === undefined ? {} : { display_name: displayName }),
    ...(role === undefined ? {} : { role }),
    ...(language === undefined ? {} : { language }),
  }
}
