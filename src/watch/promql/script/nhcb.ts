import { type Labels, NAME } from '../../../kernel/labels.ts'
import { consecutiveBuckets } from '../histogram/buckets.ts'
import { CUSTOM_BUCKETS, type NativeHistogram, nativeHistogram } from '../histogram/native-histogram.ts'
import { ScriptError } from './error.ts'
import type { Load, Point, SeriesLine } from './script.ts'

/** A classic histogram at one step, as far as its series say it. */
interface Classic {
  /** Cumulative counts by upper bound. */
  readonly buckets: Map<number, number>
  count: number | undefined
  sum: number | undefined
}

const SUFFIX = /_(bucket|count|sum)$/

/**
 * The classic histograms of a `load_with_nhcb` once more, as native ones with custom buckets: the series
 * `x_bucket`, `x_count` and `x_sum` become the series `x`.
 */
export function nativeFromClassic({ series, line }: Load): SeriesLine[] {
  const found = new Map<string, { labels: Labels; steps: Map<number, Classic> }>()
  for (const each of series) {
    const suffix = SUFFIX.exec(each.labels.name)?.[1]
    const bound = readBound(each.labels.get('le'))
    if (suffix === undefined || (suffix === 'bucket' && bound === undefined)) continue
    const labels = each.labels.with(NAME, each.labels.name.replace(SUFFIX, '')).without(['le'])
    const { steps } = getOrMake(found, labels.key, () => ({ labels, steps: new Map<number, Classic>() }))
    for (const [step, point] of each.points.entries()) {
      if (point?.kind !== 'float' || typeof point.value !== 'number') continue
      const classic = getOrMake(steps, step, () => ({ buckets: new Map(), count: undefined, sum: undefined }))
      if (suffix === 'bucket') classic.buckets.set(bound ?? Infinity, point.value)
      else classic[suffix as 'count' | 'sum'] = point.value
    }
  }
  return [...found.values()].map(({ labels, steps }) => ({ line, labels, points: pointsOf(steps, line) }))
}

function pointsOf(steps: ReadonlyMap<number, Classic>, line: number): (Point | undefined)[] {
  const points: (Point | undefined)[] = Array.from({ length: Math.max(-1, ...steps.keys()) + 1 })
  for (const [step, classic] of steps) {
    points[step] = { kind: 'histogram', histogram: convert(classic, line), hintIsSet: false }
  }
  return points
}

function convert({ buckets, count, sum = 0 }: Classic, line: number): NativeHistogram {
  const sorted = [...buckets].toSorted(([a], [b]) => a - b)
  const total = count ?? sorted.at(-1)?.[1] ?? 0
  if (sorted.at(-1)?.[0] !== Infinity) sorted.push([Infinity, total])
  const counts = sorted.map(([, cumulative], i) => cumulative - (sorted[i - 1]?.[1] ?? 0))
  if (counts.some(each => each < 0))
    throw new ScriptError(
      line,
      'the buckets of a classic histogram are cumulative: none may be smaller than the one before',
    )
  return nativeHistogram({
    schema: CUSTOM_BUCKETS,
    count: total,
    sum,
    customValues: sorted.slice(0, -1).map(([bound]) => bound),
    positive: consecutiveBuckets(0, counts),
  })
}

function readBound(le: string): number | undefined {
  if (/^\+?inf$/i.test(le)) return Infinity
  const bound = Number(le)
  return le === '' || Number.isNaN(bound) ? undefined : bound
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key) ?? make()
  map.set(key, known)
  return known
}
