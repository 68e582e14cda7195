import type { Labels } from '../../../kernel/labels.ts'
import type { NativeHistogram } from '../histogram/native-histogram.ts'
import type { Samples } from '../series/samples.ts'

/* What a node of a query is worth over all steps of an evaluation at once. An instant query has one step. */

export type Value = ScalarValue | StringValue | Vector | Ranges

/** One number a step. */
export interface ScalarValue {
  readonly type: 'scalar'
  readonly values: Float64Array
}

export interface StringValue {
  readonly type: 'string'
  readonly text: string
}

/** What is at one place of a vector. */
export const NOTHING = 0
export const FLOAT = 1
export const HISTOGRAM = 2

/**
 * Blocks up to this many places are made at once, bigger ones as their series turn out to be needed: memory that
 * nothing is written to costs nothing, growing costs a copy.
 */
const PLACES_AT_ONCE = 100_000_000

/**
 * Series by steps, in one block: what series s has at step i is at `s * steps + i`. One typed array for all series,
 * because 100,000 small ones cost more than the arithmetic on them (`npm run bench:promql`).
 */
export class Vector {
  readonly type = 'vector'
  readonly steps: number
  readonly labels: Labels[] = []
  /** NOTHING, FLOAT or HISTOGRAM at each place. */
  kinds: Uint8Array
  /** Meaningful where the kind is FLOAT. */
  values: Float64Array
  /** By place; only made when the first histogram arrives. */
  histograms: Map<number, NativeHistogram> | undefined
  /**
   * Series whose name goes at the end of the evaluation and not at once (delayed name removal); undefined where
   * names go at once, which is the default.
   */
  unnamed: Set<number> | undefined

  /** Room for so many series, as far as that is wise; `addSeries` makes more when needed. */
  constructor(steps: number, capacity: number) {
    const places = Math.min(steps * capacity, PLACES_AT_ONCE)
    this.steps = steps
    this.kinds = new Uint8Array(places)
    this.values = new Float64Array(places)
  }

  /** How many series there are. */
  get size(): number {
    return this.labels.length
  }

  /** A series with nothing in it yet; gives the place of its first step. */
  addSeries(labels: Labels): number {
    const start = this.labels.push(labels) * this.steps - this.steps
    if (start + this.steps > this.kinds.length) this.#grow(start + this.steps)
    return start
  }

  setFloat(place: number, value: number): void {
    this.kinds[place] = FLOAT
    this.values[place] = value
  }

  setHistogram(place: number, histogram: NativeHistogram): void {
    this.kinds[place] = HISTOGRAM
    this.histograms ??= new Map()
    this.histograms.set(place, histogram)
  }

  histogramAt(place: number): NativeHistogram | undefined {
    return this.kinds[place] === HISTOGRAM ? this.histograms?.get(place) : undefined
  }

  #grow(places: number): void {
    const room = Math.max(places, 2 * this.kinds.length, 8 * this.steps)
    const [kinds, values] = [new Uint8Array(room), new Float64Array(room)]
    kinds.set(this.kinds)
    values.set(this.values)
    this.kinds = kinds
    this.values = values
  }
}

/**
 * A range vector: whole series, without stale markers, and for each step the range that a function sees. A range is
 * left-open: startMs < t ≤ endMs.
 */
export interface Ranges {
  readonly type: 'matrix'
  readonly series: readonly { readonly labels: Labels; readonly samples: Samples }[]
  /** The end of each step's range, after `@` and `offset`. */
  readonly endsMs: Float64Array
  readonly rangeMs: number
  /** Of the selector or subquery itself, for annotations; a subquery has no metric name. */
  readonly extension?: 'anchored' | 'smoothed' | undefined
}
