import { CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { InvalidInput } from '../kernel/index.ts'
import type { Backend } from './backend.ts'
import { explained } from './explained.ts'
import { openPool } from './postgres-pool.ts'
import type { Tables } from './tables.ts'
import { explain } from './trouble.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string
  readonly schema: string
  readonly readOnly: boolean
}

const READERS = 4
/** One for transactions, which come one at a time, and one for leases, which must not wait behind them. */
const WRITERS = 2

/** What each session is told first. A hub that hangs in a transaction must not hold up the others for ever. */
const SESSION = {
  statement_timeout: '30s',
  lock_timeout: '10s',
  idle_in_transaction_session_timeout: '40s',
  client_min_messages: 'warning',
}

/** Connects to the server and makes our schema there, if it is not there yet. */
export async function openPostgres({ url, schema, readOnly }: PostgresOptions): Promise<Backend> {
  const where = nameServer(url)
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new InvalidInput(`“${schema}” cannot be a schema`, { field: 'schema', hint: 'Use a–z, 0–9 and _ only.' })
  }
  const open = (most: number, session: Readonly<Record<string, string>>): PostgresDialect =>
    new PostgresDialect({
      pool: openPool(url, most),
      onCreateConnection: async connection => {
        const settings = Object.entries({ ...SESSION, search_path: schema, ...session })
        const calls = settings.map((_, place) => `set_config($${2 * place + 1}, $${2 * place + 2}, false)`)
        await connection.executeQuery(CompiledQuery.raw(`select ${calls.join(', ')}`, settings.flat()))
      },
    })
  const reads = new Kysely<Tables>({
    dialect: explained(open(READERS, { default_transaction_read_only: 'on' }), where),
  })
  const writes = readOnly ? undefined : new Kysely<Tables>({ dialect: open(WRITERS, {}) })
  const close = async (): Promise<void> => {
    await reads.destroy()
    await writes?.destroy()
  }
  try {
    await (writes ? makeSchema(writes, schema) : sql`select 1`.execute(reads))
  } catch (error) {
    await close()
    throw explain(error, where)
  }
  return { dialect: 'postgres', where, reads, writes, enter, close }
}

/**
 * Waits for every other transaction of ours in this database, whichever hub runs it. A statement's snapshot
 * is older than a lock it waits for, but each statement of a `read committed` transaction takes a new one: so
 * what follows sees all that was committed before, as if there were no other transaction at all.
 */
async function enter(db: Kysely<Tables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('shipwatch ' || current_schema(), 0))`.execute(db)
}

async function makeSchema(db: Kysely<Tables>, schema: string): Promise<void> {
  await db.transaction().execute(async tx => {
    // `if not exists` still fails when two do it at once; and it needs a right that a careful
    // administrator, who made the schema, may not have given.
    await sql`select pg_advisory_xact_lock(hashtextextended('shipwatch schemas', 0))`.execute(tx)
    const { rows } = await sql`select 1 from pg_namespace where nspname = ${schema}`.execute(tx)
    if (rows.length === 0) await sql`create schema ${sql.id(schema)}`.execute(tx)
  })
}

/** The server and the database, without the password. */
function nameServer(url: string): string {
  try {
    if (!/^postgres(ql)?:\/\//.test(url)) throw new Error('it does not begin with postgres://')
    const { user, host, port, database } = new pg.Client({ connectionString: url })
    return `${user ?? ''}@${host}:${port}/${database ?? ''}`
  } catch (error) {
    throw new InvalidInput(`DATABASE_URL is no address of a PostgreSQL database: ${(error as Error).message}`, {
      field: 'DATABASE_URL',
      hint: 'Write it as postgres://user:password@host:5432/database, or leave it out to use a file.',
      // Not as the cause: the driver's message may quote the password.
    })
  }
}
