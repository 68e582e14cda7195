import { describe } from 'vitest'
import { hasPostgres, sharedPostgres } from './postgres.fixture.ts'
import { storeContract } from './store.contract.fixture.ts'

describe.runIf(hasPostgres())('PostgreSQL', () => {
  storeContract(async () => ({ url: await (await sharedPostgres()).database() }))
})
