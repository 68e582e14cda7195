import type { Labels } from '../../../src/kernel/labels.ts'
import type { DiffAnswer } from './answer.ts'
import type { Seen, Sides } from './differences.ts'
import { childrenOf, textOf } from './tree.ts'

/** Up to so much of themselves, Prometheus 3 takes neighbouring counts for equal. */
const NOISE = 1e-12

/** Whether a quantile of a classic histogram differs where two of its counts are all but equal. */
export async function areRoundedBuckets({ query: { tree, times }, text }: Seen, { ours }: Sides): Promise<boolean> {
  const buckets = childrenOf(tree).find(({ type }) => type === 'vector')
  if (!text.startsWith('histogram_quantile(') || buckets === undefined || times.kind !== 'instant') return false
  return histogramsOf(await ours(textOf(buckets, 'ours'), times)).some(hasNoise)
}

/** Counts by bound, of each histogram. Bounds that are written in two ways are one. */
function histogramsOf(answer: DiffAnswer): readonly ReadonlyMap<number, number>[] {
  if (answer.kind !== 'series') return []
  const byKey = new Map<string, Map<number, number>>()
  for (const { labels, points } of answer.series) {
    const bound = boundOf(labels)
    if (Number.isNaN(bound)) continue
    const { key } = labels.without(['le']).nameless
    const counts = byKey.get(key) ?? new Map<number, number>()
    byKey.set(key, counts)
    for (const count of points.values()) counts.set(bound, (counts.get(bound) ?? 0) + count)
  }
  return [...byKey.values()]
}

function boundOf(labels: Labels): number {
  return Number(labels.get('le').replace('Inf', 'Infinity'))
}

function hasNoise(histogram: ReadonlyMap<number, number>): boolean {
  const counts = [...histogram].toSorted(([a], [b]) => a - b).map(([, count]) => count)
  return counts.some((count, i) => {
    const difference = Math.abs(count - (counts[i - 1] ?? count))
    return difference > 0 && difference < NOISE * 2 * Math.abs(count)
  })
}
