import { Bell, type Clock } from '../kernel/index.ts'
import type { Store } from '../store/index.ts'
import type { Entry } from './entry.ts'
import { type EntryFilter, read, readHead } from './store.ts'

export interface FollowOptions extends EntryFilter {
  /** Begin behind this entry; without it, behind the last one that there is. */
  readonly afterSeq?: number | undefined
}

/** How soon an entry of another program is seen; those of this one are seen at once. */
const LOOK_EVERY_MS = 500
const PAGE = 500

/**
 * Every entry that matches, each once and in order, as it is committed, until `signal` aborts. Numbers are
 * given in the order of commits, so nothing can appear later behind an entry that was already given.
 *
 * @throws Unavailable when the database cannot be reached: go on later behind the last entry that was given.
 */
export async function* follow(
  store: Store,
  { afterSeq, ...filter }: FollowOptions,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Entry, void, undefined> {
  const bell = new Bell()
  const deaf = store.onCommit(() => bell.ring())
  try {
    let seen = afterSeq ?? (await readHead(store)).seq
    while (!signal.aborted) {
      const since = bell.rings
      const head = await readHead(store)
      const page = head.seq > seen ? await read(store, { ...filter, afterSeq: seen, limit: PAGE }) : []
      for (const entry of page) {
        if (signal.aborted) return
        yield entry
        seen = entry.seq
      }
      if (page.length === PAGE) continue
      // All up to the head was there to be read, so what of it did not match never will.
      seen = Math.max(seen, head.seq)
      await bell.wait({ since, withinMs: LOOK_EVERY_MS, clock, signal, patience: 'idle' })
    }
  } finally {
    deaf()
  }
}
