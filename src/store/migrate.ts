import { createHash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { type Clock, Conflict } from '../kernel/index.ts'
import type { Backend } from './backend.ts'
import { type Migration, TYPES } from './migrations/migration.ts'
import type { Tables } from './tables.ts'

interface Applied {
  readonly name: string
  readonly checksum: string
}

/**
 * Takes the database forward to the last migration, each in a transaction of its own. Several programs may
 * do this at once: each step begins by waiting for the others.
 */
export async function migrate(backend: Backend, migrations: readonly Migration[], clock: Clock): Promise<void> {
  const { writes } = backend
  if (!writes) throw new Error('migrations need a store that may be written')
  let more = true
  while (more) {
    more = await writes.transaction().execute(async db => {
      await backend.enter(db)
      const { text, int } = TYPES[backend.dialect]
      await run(
        db,
        `create table if not exists migrations (name ${text} primary key, checksum ${text} not null, at_ms ${int} not null)`,
      )
      const next = nextMigration(await applied(db), migrations, backend)
      if (!next) return false
      for (const statement of statementsOf(next, backend)) await run(db, statement)
      await sql`insert into migrations (name, checksum, at_ms)
        values (${next.name}, ${checksum(next, backend)}, ${clock.now()})`.execute(db)
      return true
    })
  }
}

/** Refuses a database that this program cannot read as it is. */
export async function checkMigrated(backend: Backend, migrations: readonly Migration[]): Promise<void> {
  const next = nextMigration(await applied(backend.reads).catch(() => []), migrations, backend)
  if (!next) return
  throw new Conflict(`${backend.where} lacks the migration ${next.name}, which this program needs`, {
    hint: 'Start the hub of this version once: it brings the database forward.',
  })
}

/** The first migration still to be applied, if any. A database that went another way is refused. */
function nextMigration(
  done: readonly Applied[],
  migrations: readonly Migration[],
  backend: Backend,
): Migration | undefined {
  const unknown = done.find(({ name }) => !migrations.some(migration => migration.name === name))
  if (unknown) {
    throw new Conflict(
      `${backend.where} was written by a newer version: this one does not know its migration ${unknown.name}`,
      {
        hint: 'Start that version or a later one; a database is never taken back.',
      },
    )
  }
  for (const [place, migration] of migrations.entries()) {
    const recorded = done[place]
    if (!recorded) return migration
    if (recorded.name !== migration.name || recorded.checksum !== checksum(migration, backend)) {
      throw new Conflict(
        `${backend.where} was migrated differently: ${recorded.name} is not what this program calls ${migration.name}`,
        {
          hint: 'Start the version that wrote it, or restore a backup.',
        },
      )
    }
  }
  return undefined
}

async function applied(db: Kysely<Tables>): Promise<readonly Applied[]> {
  const { rows } = await sql<Applied>`select name, checksum from migrations order by name`.execute(db)
  return rows
}

function statementsOf(migration: Migration, { dialect }: Backend): readonly string[] {
  return migration.statements(TYPES[dialect])
}

function checksum(migration: Migration, backend: Backend): string {
  return createHash('sha256').update(statementsOf(migration, backend).join(';\n')).digest('hex')
}

async function run(db: Kysely<Tables>, statement: string): Promise<void> {
  await sql.raw(statement).execute(db)
}
