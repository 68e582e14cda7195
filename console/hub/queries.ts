import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ask, Refused } from './ask.ts'
import type { EntryQuery, EntryView, Point, ReleaseView, SessionView, StatusView, VerifyView } from './contract.ts'

/*
 * What the console asks the hub for, each under one key. What is live is put under the same keys as it
 * happens (live/arrive.ts).
 */

/** Health of instances is not told as it happens, so the overview looks now and then. */
const LOOK_AGAIN_MS = 10_000
export const RELEASES_A_PAGE = 20
export const ENTRIES_A_PAGE = 100
/** A timeline of one release; no release that ends says more. */
const ENTRIES_OF_A_RELEASE = 1_000

/** Who is signed in; `null` when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) =>
    ask<SessionView>({ path: '/session', signal }).catch((error: unknown) => {
      if (error instanceof Refused && error.status === 401) return null
      throw error
    }),
  staleTime: Number.POSITIVE_INFINITY,
})

export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => ask<StatusView>({ path: '/status', signal }),
  refetchInterval: LOOK_AGAIN_MS,
})

export const releaseQuery = (id: string) =>
  queryOptions({
    queryKey: ['release', id],
    queryFn: ({ signal }) => ask<ReleaseView>({ path: `/releases/${encodeURIComponent(id)}`, signal }),
  })

export const pointsQuery = (id: string) =>
  queryOptions({
    queryKey: ['points', id],
    queryFn: ({ signal }) => ask<readonly Point[]>({ path: `/releases/${encodeURIComponent(id)}/points`, signal }),
  })

/** Releases of a service, newest first, page by page. */
export const releasesQuery = (service: string) =>
  infiniteQueryOptions({
    queryKey: ['releases', service],
    queryFn: ({ pageParam, signal }) =>
      ask<readonly ReleaseView[]>({
        path: '/releases',
        query: { service, before: pageParam, limit: RELEASES_A_PAGE },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => (page.length < RELEASES_A_PAGE ? undefined : page.at(-1)?.id),
  })

/** The story of one release, oldest first. */
export const timelineQuery = (release: string) =>
  queryOptions({
    queryKey: ['timeline', release],
    queryFn: ({ signal }) =>
      ask<readonly EntryView[]>({ path: '/logbook', query: { release, limit: ENTRIES_OF_A_RELEASE }, signal }),
  })

export type EntryFilter = Pick<EntryQuery, 'service' | 'kind' | 'actor' | 'since'>

/** The logbook, newest page first; each page oldest first, as the hub gives it. */
export const logbookQuery = (filter: EntryFilter) =>
  infiniteQueryOptions({
    queryKey: ['logbook', filter],
    queryFn: ({ pageParam, signal }) =>
      ask<readonly EntryView[]>({
        path: '/logbook',
        query: { ...filter, beforeSeq: pageParam, limit: ENTRIES_A_PAGE },
        signal,
      }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: page => (page.length < ENTRIES_A_PAGE ? undefined : page[0]?.seq),
  })

/** A logbook of years takes minutes to be read through. */
const VERIFY_WITHIN_MS = 600_000

export const verify = (): Promise<VerifyView> => ask({ path: '/logbook/verify', withinMs: VERIFY_WITHIN_MS })
