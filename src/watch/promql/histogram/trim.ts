import { upperBound } from './bounds.ts'
import { type Buckets, NO_BUCKETS } from './buckets.ts'
import { compact } from './layout.ts'
import { hasCustomBuckets, type NativeHistogram } from './native-histogram.ts'
import { type Bucket, oneSided } from './walk.ts'

/**
 * Cuts a histogram's observations off at a value: `</` keeps those below, `>/` those above it. The bucket that the
 * value falls into keeps its share by the interpolation of `histogram_quantile`; count and sum are estimated anew, each
 * bucket's observations taken to be at its middle. Where nothing is cut off, the histogram stays as it is.
 *
 * Of a bucket that reaches to an infinity it is not known where its observations lie: when it has to be split, those
 * on the side of the infinity are dropped, or kept where only they are asked for.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/operators/#histogram-trim-operators
 */
export function trim(histogram: NativeHistogram, side: 'below' | 'above', at: number): NativeHistogram {
  const positive = trimSide(histogram, histogram.positive, 1, side, at)
  const negative = trimSide(histogram, histogram.negative, -1, side, at)
  const zero = trimZeroBucket(histogram, side, at)
  if (!positive.isCut && !negative.isCut && zero.count === histogram.zeroCount) return histogram
  return compact({
    ...histogram,
    positive: positive.buckets,
    negative: negative.buckets,
    zeroCount: zero.count,
    count: positive.count + negative.count + zero.count,
    sum: positive.sum + negative.sum + zero.count * zero.middle,
  })
}

/** What is left of a bucket: how many observations, and where they are taken to be. */
interface Rest {
  readonly count: number
  readonly middle: number
}

interface TrimmedSide {
  readonly buckets: Buckets
  readonly count: number
  readonly sum: number
  readonly isCut: boolean
}

function trimSide(
  histogram: NativeHistogram,
  buckets: Buckets,
  sign: 1 | -1,
  side: 'below' | 'above',
  at: number,
): TrimmedSide {
  let [count, sum, isCut] = [0, 0, false]
  if (buckets.counts.length === 0) return { buckets: NO_BUCKETS, count, sum, isCut }
  const counts = new Float64Array(buckets.counts)
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue
    const bucket = bucketOf(histogram, buckets, i, sign)
    const rest = trimBucket(bucket, sign, hasCustomBuckets(histogram), side, at)
    if (rest.count !== bucket.count) isCut = true
    counts[i] = rest.count
    count += rest.count
    sum += rest.middle * rest.count
  }
  return { buckets: { indexes: buckets.indexes, counts }, count, sum, isCut }
}

function bucketOf(histogram: NativeHistogram, buckets: Buckets, i: number, sign: 1 | -1): Bucket {
  const index = buckets.indexes[i] as number
  const outer = sign * upperBound(index, histogram.schema, histogram.customValues)
  const inner = sign * upperBound(index - 1, histogram.schema, histogram.customValues)
  return { lower: Math.min(inner, outer), upper: Math.max(inner, outer), count: buckets.counts[i] as number }
}

function trimBucket(bucket: Bucket, sign: 1 | -1, isLinear: boolean, side: 'below' | 'above', at: number): Rest {
  const { lower, upper, count } = bucket
  const isKept = side === 'below' ? upper <= at : lower >= at
  if (isKept) return { count, middle: middleOf(lower, upper, sign, isLinear) }
  const isSplit = side === 'below' ? lower < at : upper > at
  if (!isSplit) return { count: 0, middle: 0 }
  if (lower === -Infinity) return splitDownToInfinity(bucket, side, at)
  if (upper === Infinity) return side === 'below' ? { count: 0, middle: 0 } : { count, middle: at }
  const below = count * shareBelow(bucket, sign, isLinear, at)
  return side === 'below'
    ? { count: below, middle: middleOf(lower, at, sign, isLinear) }
    : { count: count - below, middle: middleOf(at, upper, sign, isLinear) }
}

/** The first custom bucket: from 0 on where its bound is positive and it is cut at a positive value, as elsewhere. */
function splitDownToInfinity({ upper, count }: Bucket, side: 'below' | 'above', at: number): Rest {
  const isBounded = upper > 0 && upper !== Infinity
  if (side === 'below') {
    if (at > 0 && isBounded) return { count: (count * at) / upper, middle: at / 2 }
    return upper <= 0 ? { count, middle: at } : { count: 0, middle: 0 }
  }
  if (at >= 0 && isBounded) return { count: count * (1 - at / upper), middle: (at + upper) / 2 }
  return { count: 0, middle: 0 }
}

function shareBelow({ lower, upper }: Bucket, sign: 1 | -1, isLinear: boolean, at: number): number {
  if (isLinear) return (at - lower) / (upper - lower)
  const [logLower, logUpper, log] = [Math.log2(Math.abs(lower)), Math.log2(Math.abs(upper)), Math.log2(Math.abs(at))]
  return sign > 0 ? (log - logLower) / (logUpper - logLower) : 1 - (log - logUpper) / (logLower - logUpper)
}

/** The arithmetic mean of linear, the geometric one of exponential buckets; of an infinite one the known bound. */
function middleOf(lower: number, upper: number, sign: 1 | -1, isLinear: boolean): number {
  if (lower === -Infinity && upper === Infinity) return 0
  if (lower === -Infinity) return upper > 0 ? upper / 2 : upper
  if (upper === Infinity) return lower
  return isLinear ? (lower + upper) / 2 : sign * Math.sqrt(Math.abs(lower * upper))
}

function trimZeroBucket(histogram: NativeHistogram, side: 'below' | 'above', at: number): Rest {
  const { zeroCount: count, zeroThreshold } = histogram
  if (count <= 0) return { count, middle: 0 }
  const { lower, upper } = oneSided({ lower: -zeroThreshold, upper: zeroThreshold, count }, populated(histogram))
  const [isBelow, isAbove] = [at >= upper, at <= lower]
  if (side === 'below') {
    if (isAbove) return { count: 0, middle: 0 }
    if (isBelow) return { count, middle: (lower + upper) / 2 }
    return { count: (count * (at - lower)) / (upper - lower), middle: (lower + at) / 2 }
  }
  if (isAbove) return { count, middle: (lower + upper) / 2 }
  if (isBelow) return { count: 0, middle: 0 }
  return { count: (count * (upper - at)) / (upper - lower), middle: (at + upper) / 2 }
}

/** On which sides there are observations, not merely buckets. */
function populated(histogram: NativeHistogram): NativeHistogram {
  return compact(histogram)
}
