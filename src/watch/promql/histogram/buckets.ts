/**
 * The populated buckets of one side of a histogram: bucket `indexes[i]` holds `counts[i]`. Indexes ascend. A bucket
 * that is not listed is empty; one that is listed may be empty, too (see `compactBuckets`). Immutable, so that
 * histograms of one series share `indexes`.
 */
export interface Buckets {
  readonly indexes: Int32Array
  readonly counts: Float64Array
}

export const NO_BUCKETS: Buckets = { indexes: new Int32Array(0), counts: new Float64Array(0) }

/** Buckets that follow one another from an index on. */
export function consecutiveBuckets(firstIndex: number, counts: Iterable<number>): Buckets {
  const values = Float64Array.from(counts)
  return { indexes: Int32Array.from(values, (_, i) => firstIndex + i), counts: values }
}

/** Whether both list the same indexes. */
export function sameLayout(a: Int32Array, b: Int32Array): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** a + sign · b, bucket by bucket. */
export function combineBuckets(a: Buckets, b: Buckets, sign: 1 | -1): Buckets {
  if (b.indexes.length === 0) return a
  if (!sameLayout(a.indexes, b.indexes)) return combineDifferent(a, b, sign)
  const counts = new Float64Array(a.counts)
  for (let i = 0; i < counts.length; i++) counts[i] = (counts[i] as number) + sign * (b.counts[i] as number)
  return { indexes: a.indexes, counts }
}

function combineDifferent(a: Buckets, b: Buckets, sign: 1 | -1): Buckets {
  const indexes = unionOfIndexes(a.indexes, b.indexes)
  const counts = new Float64Array(indexes.length)
  let [i, j] = [0, 0]
  for (let at = 0; at < indexes.length; at++) {
    if (a.indexes[i] === indexes[at]) counts[at] = a.counts[i++] as number
    if (b.indexes[j] === indexes[at]) counts[at] = (counts[at] as number) + sign * (b.counts[j++] as number)
  }
  return { indexes, counts }
}

/** The indexes that are in either, ascending. */
export function unionOfIndexes(a: Int32Array, b: Int32Array): Int32Array {
  const union = new Int32Array(a.length + b.length)
  let [i, j, size] = [0, 0, 0]
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i] ?? Infinity, b[j] ?? Infinity]
    union[size++] = Math.min(left, right)
    if (left <= right) i++
    if (right <= left) j++
  }
  return union.slice(0, size)
}

/** The same without the empty buckets. */
export function compactBuckets(buckets: Buckets): Buckets {
  if (!buckets.counts.includes(0)) return buckets
  return keepBuckets(buckets, count => count !== 0)
}

/** The buckets that fulfil a condition. */
export function keepBuckets(buckets: Buckets, keeps: (count: number, index: number) => boolean): Buckets {
  const indexes: number[] = []
  const counts: number[] = []
  buckets.indexes.forEach((index, i) => {
    const count = buckets.counts[i] as number
    if (!keeps(count, index)) return
    indexes.push(index)
    counts.push(count)
  })
  return { indexes: Int32Array.from(indexes), counts: Float64Array.from(counts) }
}

/** Every count put through a function. */
export function mapCounts(buckets: Buckets, change: (count: number) => number): Buckets {
  return buckets.counts.length === 0 ? buckets : { indexes: buckets.indexes, counts: buckets.counts.map(change) }
}

/** Moves each bucket to a target index; neighbours that meet are added. The targets must ascend, too. */
export function moveBuckets(buckets: Buckets, targetOf: (index: number) => number): Buckets {
  const indexes: number[] = []
  const counts: number[] = []
  buckets.indexes.forEach((index, i) => {
    const target = targetOf(index)
    const count = buckets.counts[i] as number
    if (indexes.at(-1) === target) counts[counts.length - 1] = (counts.at(-1) as number) + count
    else {
      indexes.push(target)
      counts.push(count)
    }
  })
  return { indexes: Int32Array.from(indexes), counts: Float64Array.from(counts) }
}
