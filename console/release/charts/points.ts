import type { Point } from '../../hub/contract.ts'
import { timeOf } from '../../live/clock.ts'

/** Seconds since 1970, as uPlot wants them, and a line for each series; `null` breaks a line. */
export interface Lines {
  readonly seconds: readonly number[]
  readonly series: readonly (readonly (number | null)[])[]
}

/** A span without traffic for so long is a gap, not a slope. */
const GAP_SPANS = 3
/** A second has few requests; a share of them says something over some seconds. */
export const WINDOW_SECONDS = 15

/** Shares of bad requests of the new version and the one beside it, in percent, over the last seconds before each point. */
export function errorLines(points: readonly Point[]): Lines {
  return lines(points, [i => rolling(points, i, 'candidate'), i => rolling(points, i, 'stable')])
}

/** The 99th percentiles of both versions, in milliseconds. */
export function latencyLines(points: readonly Point[]): Lines {
  return lines(points, [i => points[i]?.candidateP99 ?? null, i => points[i]?.stableP99 ?? null])
}

/** The way to either boundary in percent: up to promotion, down to taking back. */
export function evidenceLines(points: readonly Point[]): Lines {
  return lines(points, [
    i => percent(points[i]?.towardPromotion),
    i => {
      const part = percent(points[i]?.towardRollBack)
      return part === null ? null : -part
    },
  ])
}

const percent = (part: number | undefined): number | null =>
  part === undefined ? null : Math.min(1, Math.max(0, part)) * 100

function rolling(points: readonly Point[], last: number, who: 'candidate' | 'stable'): number | null {
  const end = points[last]
  if (!end) return null
  const from = timeOf(end.at) - WINDOW_SECONDS * 1_000
  let requests = 0
  let bad = 0
  for (let i = last; i >= 0; i--) {
    const point = points[i]
    // A thinned point may span more than the window: the last one always counts.
    if (!point || (i < last && timeOf(point.at) <= from)) break
    requests += point[who].requests
    bad += point[who].bad
  }
  return requests === 0 ? null : (bad / requests) * 100
}

function lines(points: readonly Point[], series: readonly ((i: number) => number | null)[]): Lines {
  const seconds: number[] = []
  const values: (number | null)[][] = series.map(() => [])
  let beforeMs: number | undefined
  for (const [i, point] of points.entries()) {
    const atMs = timeOf(point.at)
    const spanMs = Math.max(1, point.seconds) * 1_000
    if (beforeMs !== undefined && atMs - beforeMs > GAP_SPANS * spanMs) {
      seconds.push((beforeMs + spanMs) / 1_000)
      for (const line of values) line.push(null)
    }
    seconds.push(atMs / 1_000)
    for (const [k, line] of values.entries()) line.push(series[k]?.(i) ?? null)
    beforeMs = atMs
  }
  return { seconds, series: values }
}

/** Moments at which the new version's share of the traffic changed, in seconds since 1970, and what it became. */
export function shareChanges(
  points: readonly Point[],
): readonly { readonly second: number; readonly weight: number }[] {
  const changes: { second: number; weight: number }[] = []
  let before: number | undefined
  for (const { at, weight } of points) {
    if (before !== undefined && weight !== before) changes.push({ second: timeOf(at) / 1_000, weight })
    before = weight
  }
  return changes
}

/** The last value that a line has. */
export function latest(line: readonly (number | null)[] | undefined): number | null {
  return line?.findLast(value => value !== null) ?? null
}

/** The top of an axis: some air above the highest value, and never so low that noise looks like a mountain. */
export function ceilingOf({ series }: Lines, least: number): number {
  let highest = 0
  for (const line of series) for (const value of line) highest = Math.max(highest, value ?? 0)
  return Math.max(least, highest * 1.15)
}

/** Half of what `15:47:40` takes, in pixels. */
const HALF_LABEL_PX = 26

/** Whether a time written under its moment is whole: at the right edge it would be cut off. */
export function labelFits(
  second: number,
  { from, to, widthPx }: { readonly from: number; readonly to: number; readonly widthPx: number },
): boolean {
  return ((second - from) / Math.max(1, to - from)) * widthPx <= widthPx - HALF_LABEL_PX
}
