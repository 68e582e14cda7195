import type { DiffAnswer } from './answer.ts'

/** Floats are equal when they differ by no more than this, relative to the larger one. */
export const TOLERANCE = 1e-6

export interface Difference {
  /** What differs, from the coarse to the fine. */
  readonly kind: 'type' | 'error' | 'error-text' | 'series' | 'times' | 'values' | 'order'
  readonly text: string
  /** The first time that differs, where it is a matter of one. */
  readonly timeMs?: number
}

/** What differs between two answers; undefined where nothing does. The order counts where it is asked for. */
export function compare(ours: DiffAnswer, theirs: DiffAnswer, isOrdered: boolean): Difference | undefined {
  if (ours.kind === 'error' || theirs.kind === 'error') return compareErrors(ours, theirs)
  if (ours.kind === 'string' || theirs.kind === 'string') {
    const isSame = ours.kind === 'string' && theirs.kind === 'string' && ours.text === theirs.text
    return isSame ? undefined : { kind: 'type', text: 'not the same string' }
  }
  if (ours.type !== theirs.type) return { kind: 'type', text: `a ${ours.type} against a ${theirs.type}` }
  return compareSeries(ours.series, theirs.series) ?? (isOrdered ? compareOrder(ours.series, theirs.series) : undefined)
}

export function sameFloat(a: number, b: number): boolean {
  if (Object.is(a, b) || a === b) return true
  return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b)) && Number.isFinite(a - b)
}

function compareErrors(ours: DiffAnswer, theirs: DiffAnswer): Difference | undefined {
  if (ours.kind !== 'error') return { kind: 'error', text: 'only they refuse it' }
  if (theirs.kind !== 'error') return { kind: 'error', text: 'only we refuse it' }
  if (ours.type !== theirs.type) return { kind: 'error', text: `${ours.type} against ${theirs.type}` }
  return essenceOf(ours.text) === essenceOf(theirs.text) ? undefined : { kind: 'error-text', text: 'other words' }
}

/**
 * Where one side is asked in other words, an error stands elsewhere; and of several groups that have duplicates, the
 * one that is met first is named, which in Prometheus is any.
 */
function essenceOf(text: string): string {
  return text
    .replace(/^\d+:\d+: /, '')
    .replace(/(duplicate series for the match group) .* (on the \w+ hand-side of the operation): \[.*\];/s, '$1 $2;')
}

type SeriesList = Extract<DiffAnswer, { readonly kind: 'series' }>['series']

function compareSeries(ours: SeriesList, theirs: SeriesList): Difference | undefined {
  const byKey = new Map(theirs.map(series => [series.labels.key, series]))
  for (const { labels, points } of ours) {
    const other = byKey.get(labels.key)
    if (other === undefined) return { kind: 'series', text: `only ours has ${labels.toString()}`, ...timeOf(points) }
    byKey.delete(labels.key)
    const difference = comparePoints(points, other.points)
    if (difference !== undefined) return { ...difference, text: `${labels.toString()}: ${difference.text}` }
  }
  for (const { labels, points } of byKey.values()) {
    return { kind: 'series', text: `only theirs has ${labels.toString()}`, ...timeOf(points) }
  }
  return undefined
}

function timeOf(points: ReadonlyMap<number, number>): Pick<Difference, 'timeMs'> {
  const [first] = points.keys()
  return first === undefined ? {} : { timeMs: first }
}

function comparePoints(ours: ReadonlyMap<number, number>, theirs: ReadonlyMap<number, number>): Difference | undefined {
  for (const [timeMs, value] of ours) {
    const other = theirs.get(timeMs)
    if (other === undefined) return { kind: 'times', text: `only ours has ${value} at ${timeMs}`, timeMs }
    if (!sameFloat(value, other)) return { kind: 'values', text: `${value} against ${other} at ${timeMs}`, timeMs }
  }
  for (const [timeMs, value] of theirs) {
    if (!ours.has(timeMs)) return { kind: 'times', text: `only theirs has ${value} at ${timeMs}`, timeMs }
  }
  return undefined
}

/** By values: of equal ones either may come first. */
function compareOrder(ours: SeriesList, theirs: SeriesList): Difference | undefined {
  for (const [i, { points }] of ours.entries()) {
    const [value] = points.values()
    const [other] = theirs[i]?.points.values() ?? []
    if (value !== undefined && other !== undefined && !sameFloat(value, other)) {
      return { kind: 'order', text: `${value} against ${other} at position ${i + 1}` }
    }
  }
  return undefined
}
