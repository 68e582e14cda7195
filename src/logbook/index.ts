export type { Anchor, Entry, EntryData, NewEntry } from './entry.ts'
export { type FollowOptions, follow } from './follow.ts'
export { append, type EntryFilter, type ReadOptions, read } from './store.ts'
export { type Fault, type Verification, verify } from './verify.ts'
