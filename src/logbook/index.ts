export type { Anchor, Entry, EntryData, NewEntry } from './entry.ts'
export { append, type EntryFilter, type ReadOptions, read } from './store.ts'
