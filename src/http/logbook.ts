import { EntryQuery, EntryView, VerifyQuery, VerifyView } from '../client/index.ts'
import { deadline, fromRfc3339, InvalidInput } from '../kernel/index.ts'
import { type Anchor, type EntryFilter, follow, read, verify } from '../logbook/index.ts'
import { type Route, route } from './route.ts'
import { entryOf } from './view.ts'

const PAGE = 100
/** Shorter than what proxies and clients wait for an answer. */
const HOLD_MS = 20_000

function filterOf({ service, release, kind, actor, since }: EntryQuery): EntryFilter {
  const sinceMs = since === undefined ? undefined : fromRfc3339(since)
  if (since !== undefined && sinceMs === undefined) {
    throw new InvalidInput(`“${since}” is no time`, { field: 'since', hint: 'Write it as 2026-11-21T03:22:00Z.' })
  }
  return {
    ...(service === undefined ? {} : { service }),
    ...(release === undefined ? {} : { subject: `release/${release}` }),
    ...(kind === undefined ? {} : { kind }),
    ...(actor === undefined ? {} : { actor }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
  }
}

function anchorOf(text: string): Anchor {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text)
  if (match?.[1] && match[2]) return { seq: Number(match[1]), hash: match[2] }
  throw new InvalidInput(`“${text}” is no anchor`, {
    field: 'anchor',
    hint: 'Give what an earlier verify printed: SEQ:HASH.',
  })
}

export const logbookRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/logbook',
    summary: 'Entries of the logbook in order; the last ones unless told where to begin.',
    scope: 'read',
    query: EntryQuery,
    reply: EntryView.array(),
    next(entries, { afterSeq, limit = PAGE }) {
      if (entries.length < limit) return undefined
      return afterSeq === undefined ? { beforeSeq: entries[0]?.seq } : { afterSeq: entries.at(-1)?.seq }
    },
    async handle({ store }, { query }) {
      const { afterSeq, beforeSeq, limit = PAGE } = query
      const order = afterSeq === undefined ? 'newest' : 'oldest'
      const found = await read(store, { ...filterOf(query), afterSeq, beforeSeq, order, limit })
      return (order === 'newest' ? found.toReversed() : found).map(entryOf)
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/logbook/next',
    summary: 'Entries behind `afterSeq`; waits for one when there is none, 20 s at most.',
    scope: 'read',
    passive: true,
    query: EntryQuery,
    reply: EntryView.array(),
    async handle({ store, clock }, { query, signal }) {
      const filter = filterOf(query)
      const { afterSeq, limit = PAGE } = query
      const held = deadline(clock, HOLD_MS, signal)
      try {
        for await (const entry of follow(store, { ...filter, afterSeq }, clock, held.signal)) {
          const more = await read(store, { ...filter, afterSeq: entry.seq, limit: limit - 1 || 1 })
          return [entry, ...(limit > 1 ? more : [])].map(entryOf)
        }
        return []
      } finally {
        held.done()
      }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/logbook/verify',
    summary: 'Proves that nothing in the logbook was changed since it was written.',
    scope: 'read',
    query: VerifyQuery,
    reply: VerifyView,
    async handle({ store }, { query }) {
      const found = await verify(store, { anchor: query.anchor === undefined ? undefined : anchorOf(query.anchor) })
      const { entries, anchor: head } = found
      if (found.sound) return { intact: true, entries, head }
      const { seq, how, reason } = found.fault
      return { intact: false, entries, head, fault: { seq, what: `${how}: ${reason}` } }
    },
  }),
]
