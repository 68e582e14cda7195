import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ask, Refused } from './ask.ts'
import type {
  ChannelView,
  DeliveryQuery,
  DeliveryStoryView,
  DeliveryView,
  EntryQuery,
  EntryView,
  Point,
  ReleaseView,
  SessionView,
  StatusView,
  TokenView,
  UserView,
  VerifyView,
} from './contract.ts'

/*
 * What the console asks the hub for, each under one key. What is live is put under the same keys as it
 * happens (live/arrive.ts).
 */

/** Health of instances is not told as it happens, so the overview looks now and then. */
const LOOK_AGAIN_MS = 10_000
export const RELEASES_A_PAGE = 20
export const ENTRIES_A_PAGE = 100
export const DELIVERIES_A_PAGE = 30
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

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: ({ signal }) => ask<readonly UserView[]>({ path: '/users', signal }),
})

/** One's own tokens; all of them for an administrator. */
export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => ask<readonly TokenView[]>({ path: '/tokens', signal }),
})

/** No event tells of channels and deliveries, so these look now and then. */
export const channelsQuery = queryOptions({
  queryKey: ['channels'],
  queryFn: ({ signal }) => ask<readonly ChannelView[]>({ path: '/channels', signal }),
  refetchInterval: LOOK_AGAIN_MS,
})

export type DeliveryFilter = Pick<DeliveryQuery, 'release' | 'channel' | 'receiver' | 'state'>

/** What was said to people, newest first, page by page. */
export const deliveriesQuery = (filter: DeliveryFilter) =>
  infiniteQueryOptions({
    queryKey: ['deliveries', filter],
    queryFn: ({ pageParam, signal }) =>
      ask<readonly DeliveryView[]>({
        path: '/deliveries',
        query: { ...filter, before: pageParam, limit: DELIVERIES_A_PAGE },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => (page.length < DELIVERIES_A_PAGE ? undefined : page.at(-1)?.id),
    // Whoever reads far back asks for all of it each time: then it holds still.
    refetchInterval: ({ state }) => (state.data && state.data.pages.length > 1 ? false : LOOK_AGAIN_MS),
  })

const LOOK_CLOSELY_MS = 2_000

/** One delivery with every attempt; followed until it is over. */
export const deliveryQuery = (id: string) =>
  queryOptions({
    queryKey: ['delivery', id],
    queryFn: ({ signal }) => ask<DeliveryStoryView>({ path: `/deliveries/${encodeURIComponent(id)}`, signal }),
    refetchInterval: ({ state }) => (state.data?.endedAt === null ? LOOK_CLOSELY_MS : false),
  })
