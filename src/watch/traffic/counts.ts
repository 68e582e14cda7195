import {
  countOver,
  type HalfCounts,
  type Histogram,
  quantile,
  type RouteCounts,
  type Snapshot,
  sum,
  total,
  type VersionCounts,
} from '../../gateway/index.ts'

/** A latency signal: requests slower than a quantile of the stable version's past count as bad. */
export interface Slowness {
  readonly signal: string
  /** 0…1. */
  readonly quantile: number
  /** What is slower by less than this, or by less than a tenth, is not slower: no customer would notice. */
  readonly toleranceMs: number
}

/** Monotonic counts of one route class of one version, as a signal sees them. */
export interface Level {
  readonly requests: number
  readonly bad: number
}

/** Milliseconds over which a request counts as slow, by route class and signal. */
export type Thresholds = Readonly<Record<string, Readonly<Record<string, number>>>>

/** A quantile of fewer requests than this says too little to be a threshold. */
const ENOUGH_REQUESTS = 200

/** The route classes of a version, none when it was never seen. */
export function routesOf(snapshot: Snapshot, service: string, version: string): readonly RouteCounts[] {
  return versionOf(snapshot, service, version)?.routes ?? []
}

/** The two halves of a version's instances, none where it never had two. */
export function halvesOf(snapshot: Snapshot, service: string, version: string): readonly HalfCounts[] {
  return versionOf(snapshot, service, version)?.halves ?? []
}

function versionOf(snapshot: Snapshot, service: string, version: string): VersionCounts | undefined {
  return snapshot.services.find(known => known.service === service)?.versions.find(known => known.version === version)
}

/** Users and seconds, and those of them with a bad request: a user who retries is one piece of evidence. */
export function errorsOf(routes: readonly RouteCounts[]): Record<string, Level> {
  return Object.fromEntries(routes.map(({ route, cells, badCells }) => [route, { requests: cells, bad: badCells }]))
}

/**
 * How many requests were answered, and how many of them took longer than the route's threshold. A request
 * that still runs past the threshold is slow already, one that still runs within it does not count yet; so
 * both only ever rise, and a hanging version shows before its requests end.
 */
export function slowOf(routes: readonly RouteCounts[], signal: string, thresholds: Thresholds): Record<string, Level> {
  const levels: Record<string, Level> = {}
  for (const { route, latency, abortedAge, inFlightAge } of routes) {
    const thresholdMs = thresholds[route]?.[signal]
    if (thresholdMs === undefined) continue
    const unfinished = countOver(abortedAge, thresholdMs) + countOver(inFlightAge, thresholdMs)
    levels[route] = { requests: total(latency) + unfinished, bad: countOver(latency, thresholdMs) + unfinished }
  }
  return levels
}

/** Adds thresholds for the route classes that have none yet and whose past is long enough. Those that stand never move. */
export function freeze(thresholds: Thresholds, past: readonly RouteCounts[], signals: readonly Slowness[]): Thresholds {
  const added = past
    .filter(({ route, latency }) => !thresholds[route] && total(latency) >= ENOUGH_REQUESTS)
    .map(({ route, latency }) => [route, thresholdsOf(latency, signals)] as const)
  return added.length === 0 ? thresholds : { ...thresholds, ...Object.fromEntries(added) }
}

function thresholdsOf(latency: Histogram, signals: readonly Slowness[]): Record<string, number> {
  return Object.fromEntries(
    signals.map(({ signal, quantile: q, toleranceMs }) => {
      const pastMs = quantile(latency, q) ?? Number.POSITIVE_INFINITY
      return [signal, pastMs + Math.max(toleranceMs, pastMs / 10)]
    }),
  )
}

/** All requests of a version and the bad ones among them, whatever the route class. */
export function tallyOf(routes: readonly RouteCounts[]): Level {
  return {
    requests: routes.reduce((count, route) => count + route.requests, 0),
    bad: routes.reduce((count, route) => count + route.bad, 0),
  }
}

/** Quantiles in milliseconds, up to 5 % high; `null` where nothing was answered yet. */
export interface Latencies {
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
}

/** What stands for everything that took longer than the last bucket: JSON has no infinity. */
const LONGEST_MS = 60_000

/**
 * The latencies of all answers of a version, whatever the route class; not those of instances that were warming up,
 * of requests that their clients gave up, or of those that still run.
 */
export function latencyOf(routes: readonly RouteCounts[]): Histogram {
  return sum(routes.map(({ latency }) => latency))
}

/** The quantiles that people ask for. What took over a minute is said to have taken one. */
export function latenciesOf(latency: Histogram): Latencies {
  const at = (q: number): number | null => {
    const ms = quantile(latency, q)
    return ms === undefined ? null : Math.min(ms, LONGEST_MS)
  }
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) }
}
