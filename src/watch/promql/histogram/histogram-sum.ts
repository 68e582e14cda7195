/* Hot: `sum` and `avg` over thousands of histograms. Those of one layout are added in place (`npm run bench:promql`). */
import { KahanSum } from '../kahan.ts'
import { align, combineResets } from './arithmetic.ts'
import { type Buckets, sameLayout, unionOfIndexes } from './buckets.ts'
import { sameBounds } from './custom-bounds.ts'
import { type CounterReset, hasCustomBuckets, type NativeHistogram } from './native-histogram.ts'

/**
 * A running sum of histograms in which every number keeps what additions round away, as Prometheus sums them in
 * `sum`, `avg` and their like over time. When a histogram with a coarser schema, a wider zero bucket or other custom
 * bounds comes, the sum changes over to a layout that both have.
 */
export class HistogramSum {
  /** Of layout, not of numbers: schema, zero threshold and custom bounds. */
  #layout: NativeHistogram
  #counterReset: CounterReset
  readonly #count = new KahanSum()
  readonly #sum = new KahanSum()
  readonly #zeroCount = new KahanSum()
  #positive: Side = NO_SIDE
  #negative: Side = NO_SIDE

  constructor(first: NativeHistogram) {
    this.#layout = first
    this.#counterReset = first.counterReset
    this.#restart(first)
  }

  /** Undefined where exponential and custom buckets meet: then nothing is added. */
  add(histogram: NativeHistogram): { readonly boundsReconciled: boolean } | undefined {
    let addend = histogram
    let boundsReconciled = false
    if (!haveOneLayout(this.#layout, histogram)) {
      const aligned = align(this.total, histogram)
      if (aligned === undefined) return undefined
      if (!haveOneLayout(this.#layout, aligned.left)) this.#restart(aligned.left)
      addend = aligned.right
      boundsReconciled = aligned.boundsReconciled
    }
    this.#count.add(addend.count)
    this.#sum.add(addend.sum)
    this.#zeroCount.add(addend.zeroCount)
    this.#positive = addToSide(this.#positive, addend.positive)
    this.#negative = addToSide(this.#negative, addend.negative)
    this.#counterReset = combineResets(this.#counterReset, histogram.counterReset)
    return { boundsReconciled }
  }

  /** Every number and what it lost, times a factor. */
  scale(factor: number): void {
    for (const each of [this.#count, this.#sum, this.#zeroCount]) each.reset(each.sum * factor, each.lost * factor)
    for (const side of [this.#positive, this.#negative]) {
      for (const numbers of [side.sums, side.lost])
        for (let i = 0; i < numbers.length; i++) numbers[i] = (numbers[i] as number) * factor
    }
  }

  /** The sum with what was rounded away put back, both through a divisor. */
  over(divisor: number): NativeHistogram {
    return {
      ...this.#layout,
      counterReset: this.#counterReset,
      count: divided(this.#count, divisor),
      sum: divided(this.#sum, divisor),
      zeroCount: divided(this.#zeroCount, divisor),
      positive: bucketsOf(this.#positive, divisor),
      negative: bucketsOf(this.#negative, divisor),
    }
  }

  get total(): NativeHistogram {
    return this.over(1)
  }

  #restart(histogram: NativeHistogram): void {
    this.#layout = histogram
    this.#count.reset(histogram.count)
    this.#sum.reset(histogram.sum)
    this.#zeroCount.reset(histogram.zeroCount)
    this.#positive = sideOf(histogram.positive)
    this.#negative = sideOf(histogram.negative)
  }
}

/** One side's sums by bucket, and what each lost. Owned and changed in place, but for `indexes`. */
interface Side {
  readonly indexes: Int32Array
  readonly sums: Float64Array
  readonly lost: Float64Array
}

const NO_SIDE: Side = { indexes: new Int32Array(0), sums: new Float64Array(0), lost: new Float64Array(0) }

function haveOneLayout(a: NativeHistogram, b: NativeHistogram): boolean {
  if (a.schema !== b.schema) return false
  return hasCustomBuckets(a) ? sameBounds(a.customValues, b.customValues) : a.zeroThreshold === b.zeroThreshold
}

function sideOf(buckets: Buckets): Side {
  return {
    indexes: buckets.indexes,
    sums: new Float64Array(buckets.counts),
    lost: new Float64Array(buckets.counts.length),
  }
}

function bucketsOf(side: Side, divisor: number): Buckets {
  return {
    indexes: side.indexes,
    counts: side.sums.map((sum, i) => sum / divisor + (side.lost[i] as number) / divisor),
  }
}

function divided(sum: KahanSum, divisor: number): number {
  return sum.sum / divisor + sum.lost / divisor
}

function addToSide(side: Side, buckets: Buckets): Side {
  const { indexes, sums, lost } = sameLayout(side.indexes, buckets.indexes) ? side : grow(side, buckets.indexes)
  let at = 0
  for (let i = 0; i < buckets.indexes.length; i++) {
    while (indexes[at] !== buckets.indexes[i]) at++
    const [sum, value] = [sums[at] as number, buckets.counts[i] as number]
    const next = sum + value
    if (next === Infinity || next === -Infinity) lost[at] = 0
    else if (Math.abs(sum) >= Math.abs(value)) lost[at] = (lost[at] as number) + (sum - next + value)
    else lost[at] = (lost[at] as number) + (value - next + sum)
    sums[at] = next
  }
  return { indexes, sums, lost }
}

/** The same with room for more buckets; itself where it has them all. */
function grow(side: Side, more: Int32Array): Side {
  const indexes = unionOfIndexes(side.indexes, more)
  if (indexes.length === side.indexes.length) return side
  const [sums, lost] = [new Float64Array(indexes.length), new Float64Array(indexes.length)]
  let at = 0
  for (let i = 0; i < side.indexes.length; i++) {
    while (indexes[at] !== side.indexes[i]) at++
    sums[at] = side.sums[i] as number
    lost[at] = side.lost[i] as number
  }
  return { indexes, sums, lost }
}
