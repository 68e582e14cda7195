import { onTestFinished } from 'vitest'
import { FakeClock } from '../kernel/fake-clock.ts'
import { type Entry, read } from '../logbook/index.ts'
import { openStore, type Store, type StoreOptions, type Tables } from '../store/index.ts'
import { type Access, makeAccess } from './access.ts'
import { type Hasher, makeHasher } from './passwords/hasher.ts'
import { localPrincipal, type Role } from './principal.ts'
import type { From, SignedIn } from './sessions/sessions.ts'

export const DAY_MS = 24 * 3_600_000
export const LOCAL_TOKEN = 'local-token-of-the-data-folder'
/** The owner of the machine, who sets up what a test needs. */
export const root = localPrincipal('root')
export const home: From = { address: '203.0.113.7', agent: 'Browser/1.0' }

/** A room over an empty database. Hashes cost next to nothing here, and are counted. */
export interface Setting {
  readonly clock: FakeClock
  readonly store: Store
  readonly access: Access
  readonly hashes: () => number
  readonly troubles: readonly unknown[]
  /** A second hub on the same database; where a database allows one only, a second room in the same hub. */
  readonly secondHub: () => Promise<Access>
  readonly entries: (filter?: { readonly kind?: string; readonly subject?: string }) => Promise<readonly Entry[]>
  /** Somebody with a password of their own, signed in. */
  readonly join: (name: string, role: Role) => Promise<SignedIn & { readonly password: string }>
  /** All that the database holds, as one text. */
  readonly dump: () => Promise<string>
}

export async function setUp(newPlace: () => Promise<Pick<StoreOptions, 'url' | 'path'>>): Promise<Setting> {
  const clock = new FakeClock()
  const place = await newPlace()
  const open = async (): Promise<Store> => {
    const store = await openStore({ clock, ...place })
    onTestFinished(() => store.close())
    return store
  }
  const store = await open()
  const troubles: unknown[] = []
  const { hasher, hashes } = countingHasher()
  const make = (at: Store): Access =>
    makeAccess({ store: at, hasher, localToken: LOCAL_TOKEN, trouble: error => void troubles.push(error) })
  const access = make(store)
  return {
    clock,
    store,
    access,
    hashes,
    troubles,
    secondHub: async () => make(place.url === undefined ? store : await open()),
    entries: filter => read(store, { ...filter, limit: 1_000 }),
    dump: () => dump(store),
    async join(name, role) {
      const { password: first } = await access.users.create(root, { name, role })
      const { principal } = await access.signIn({ name, password: first, from: home })
      const password = `a fine passphrase of ${name.length} letters`
      const signedIn = await access.changePassword(principal, { present: first, next: password, from: home })
      return { ...signedIn, password }
    },
  }
}

function countingHasher(): { readonly hasher: Hasher; readonly hashes: () => number } {
  const inner = makeHasher({ cost: { memoryKib: 8, passes: 1 } })
  let count = 0
  return {
    hashes: () => count,
    hasher: {
      isOutdated: phc => inner.isOutdated(phc),
      hash: async password => {
        count++
        return inner.hash(password)
      },
      verify: async (password, phc) => {
        count++
        return inner.verify(password, phc)
      },
    },
  }
}

async function dump({ db }: Store): Promise<string> {
  const tables = (await db.introspection.getTables()).map(({ name }) => name as keyof Tables)
  const contents = await Promise.all(
    tables.map(async table => [table, await db.selectFrom(table).selectAll().execute()]),
  )
  return JSON.stringify(contents)
}
