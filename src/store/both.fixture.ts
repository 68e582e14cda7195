import { join } from 'node:path'
import { describe } from 'vitest'
import { hasPostgres, sharedPostgres } from './postgres.fixture.ts'
import type { Place } from './store.contract.fixture.ts'
import { temporaryFolder } from './temporary.fixture.ts'

/** The same tests for each database; `newPlace` names an empty one. */
export function describeOnBoth(name: string, tests: (newPlace: () => Promise<Place>) => void): void {
  describe(`${name} on SQLite`, () => tests(async () => ({ path: join(temporaryFolder(), 'shipwatch.db') })))
  describe.runIf(hasPostgres())(`${name} on PostgreSQL`, () =>
    tests(async () => ({ url: await (await sharedPostgres()).database() })),
  )
}
