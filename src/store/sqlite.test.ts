import { join } from 'node:path'
import { describe } from 'vitest'
import { storeContract } from './store.contract.fixture.ts'
import { temporaryFolder } from './temporary.fixture.ts'

describe('SQLite', () => {
  storeContract(async () => ({ path: join(temporaryFolder(), 'shipwatch.db') }))
})
