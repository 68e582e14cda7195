export type { DialectName } from './backend.ts'
export { type LeaseOptions, lead, type Term } from './lease.ts'
export {
  openStore,
  type Reads,
  type Store,
  type StoreOptions,
  type Transaction,
  type TransactionOptions,
} from './store.ts'
export type * from './tables.ts'
