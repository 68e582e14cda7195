import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react'
import type { EntryView, LiveEvent, Point, ReleaseView, StatusView } from '../hub/contract.ts'
import { type EntryFilter, sessionQuery } from '../hub/queries.ts'
import { fits, movesInstances, newer, releaseOf, withEntry, withPoint, withRelease } from './arrive.ts'
import { browserClock } from './clock.ts'
import { type Connection, connect } from './connection.ts'
import { beginLiveness, type Liveness } from './liveness.ts'

interface Live extends Liveness {
  readonly tryNow: () => void
}

/** What a gap in the stream says nothing about. */
const NOT_OF_THE_HUB: ReadonlySet<unknown> = new Set(['session', 'part'])

const LiveContext = createContext<Live | undefined>(undefined)

/** Whether what is shown is what is. */
export function useLive(): Live {
  const live = useContext(LiveContext)
  if (!live) throw new Error('useLive outside of LiveProvider')
  return live
}

/** Keeps the one stream of events, and puts what comes where the pages look for it. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient()
  const connection = useRef<Connection>(undefined)
  const [live, setLive] = useState(() => beginLiveness(browserClock.now()))

  useEffect(() => {
    const opened = connect({
      url: '/api/v1/live',
      clock: browserClock,
      random: () => Math.random(),
      onEvent: event => take(client, event),
      onChange: setLive,
      async mayTryAgain() {
        const session = await client.fetchQuery({ ...sessionQuery, staleTime: 0 })
        return session !== null
      },
    })
    connection.current = opened
    return () => opened.close()
  }, [client])

  // Something may have been missed: everything that is on the screen is asked for anew.
  const { gaps } = live
  useEffect(() => {
    if (gaps > 0) void client.invalidateQueries({ predicate: ({ queryKey }) => !NOT_OF_THE_HUB.has(queryKey[0]) })
  }, [client, gaps])

  const value = useMemo(() => ({ ...live, tryNow: () => connection.current?.tryNow() }), [live])
  return <LiveContext value={value}>{children}</LiveContext>
}

/** The hub's own time, moving on each second while `runs`. */
export function useHubNow(runs = true): number {
  const { aheadMs } = useLive()
  const [nowMs, setNow] = useState(() => browserClock.now())
  useEffect(() => {
    if (!runs) return undefined
    return browserClock.every(1_000, () => setNow(browserClock.now()))
  }, [runs])
  return nowMs + aheadMs
}

function take(client: QueryClient, event: LiveEvent): void {
  if (event.event === 'release') takeRelease(client, event.data)
  if (event.event === 'entry') takeEntry(client, event.data)
}

function takeRelease(
  client: QueryClient,
  { release, point }: { readonly release: ReleaseView; readonly point: Point | null },
): void {
  const { id, service } = release
  const known = client.getQueryData<ReleaseView>(['release', id])
  const status = client.getQueryData<StatusView>(['status'])
  const shown = status?.services.find(({ name }) => name === service)?.release ?? known
  client.setQueryData<ReleaseView>(['release', id], before => newer(before, release))
  client.setQueryData<StatusView>(['status'], before => before && withRelease(before, release))
  if (point) client.setQueryData<readonly Point[]>(['points', id], before => before && withPoint(before, point))
  if (movesInstances(shown, release)) void client.invalidateQueries({ queryKey: ['status'] })
  client.setQueryData<InfiniteData<readonly ReleaseView[]>>(['releases', service], before => {
    if (!before) return before
    const isListed = before.pages.some(page => page.some(one => one.id === id))
    const pages = before.pages.map((page, i) => {
      if (isListed) return page.map(one => (one.id === id ? newer(one, release) : one))
      return i === 0 ? [release, ...page] : page
    })
    return { ...before, pages }
  })
}

function takeEntry(client: QueryClient, entry: EntryView): void {
  const release = releaseOf(entry)
  if (release !== undefined) {
    client.setQueryData<readonly EntryView[]>(['timeline', release], before => before && withEntry(before, entry))
  }
  for (const [key, data] of client.getQueriesData<InfiniteData<readonly EntryView[]>>({ queryKey: ['logbook'] })) {
    if (!data || !fits(key[1] as EntryFilter, entry)) continue
    const [newest = [], ...older] = data.pages
    client.setQueryData(key, { ...data, pages: [withEntry(newest, entry), ...older] })
  }
}
