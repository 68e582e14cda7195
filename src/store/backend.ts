import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

export type DialectName = 'sqlite' | 'postgres'

/** What the store needs of a database. */
export interface Backend {
  readonly dialect: DialectName
  /** The file or the server, as a person would name it; never with a password. */
  readonly where: string
  /** Committed data only, and refuses to write. */
  readonly reads: Kysely<Tables>
  /** For transactions; absent when opened read-only. */
  readonly writes: Kysely<Tables> | undefined
  /** First thing in each transaction: waits until no other one runs, in this program or in another. */
  readonly enter: (writes: Kysely<Tables>) => Promise<void>
  readonly close: () => Promise<void>
}
