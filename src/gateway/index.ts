export * from './buckets.ts'
export * from './protocol.ts'
