import { add, asGauge, compact, detectReset, multiply, type NativeHistogram, subtract } from '../histogram/index.ts'
import { hasCustomBuckets } from '../histogram/native-histogram.ts'
import { boundsReconciled, mixedSchemas, type Note, type Noted, notCounter, notGauge } from '../histogram/note.ts'
import type { Edges } from './edges.ts'
import type { Range } from './function.ts'

/**
 * What histograms rose by between the two ends of an extended range: the end's histogram without the start's, with
 * what was there before each reset in between added back where it is a counter. See `extendedRate`.
 */
export function extendedIncrease(range: Range, edges: Edges, isCounter: boolean): Noted {
  const name = range.labels.name
  const between = new Between(range, edges, isCounter)
  const histogram = between.increase()
  const notes = histogram === undefined ? [...between.notes, mixedSchemas(name)] : between.notes
  return { histogram: histogram && asGauge(compact(histogram)), notes }
}

class Between {
  readonly notes: Note[] = []
  readonly #range: Range
  readonly #edges: Edges
  readonly #isCounter: boolean

  constructor(range: Range, edges: Edges, isCounter: boolean) {
    this.#range = range
    this.#edges = edges
    this.#isCounter = isCounter
  }

  /** Undefined where exponential and custom buckets are mixed. */
  increase(): NativeHistogram | undefined {
    if (!this.#isOfOneKind()) return undefined
    const left = this.#left()
    const right = this.#right()
    if (left === undefined || right === undefined) return undefined
    const isGauge = left.counterReset === 'gauge' && right.counterReset === 'gauge'
    if (!this.#isCounter && !isGauge) this.notes.push(notGauge(this.#range.labels.name))
    const gained = this.#subtract(right, left)
    if (!this.#isCounter || gained === undefined) return gained
    let total: NativeHistogram | undefined = gained
    for (const lost of this.#lostByResets(left, right)) total = total && this.#add(total, lost)
    return total
  }

  #isOfOneKind(): boolean {
    const { first, last } = this.#edges
    const isCustom = hasCustomBuckets(this.#at(first))
    for (let row = first; row <= last; row++) {
      const histogram = this.#at(row)
      if (hasCustomBuckets(histogram) !== isCustom) return false
      if (this.#isCounter && histogram.counterReset === 'gauge') this.notes.push(notCounter(this.#range.labels.name))
    }
    return true
  }

  #left(): NativeHistogram | undefined {
    const { first } = this.#edges
    return this.#startsBetween() ? this.#between(first, this.#range.startMs) : this.#at(first)
  }

  #right(): NativeHistogram | undefined {
    const { last } = this.#edges
    const { extension, endMs } = this.#range
    return extension === 'smoothed' && this.#timeOf(last) > endMs ? this.#between(last - 1, endMs) : this.#at(last)
  }

  /** Whether the start is a point between the first row and the next. */
  #startsBetween(): boolean {
    return this.#range.extension === 'smoothed' && this.#timeOf(this.#edges.first) < this.#range.startMs
  }

  /** On the line between a row and the next; from nothing, where the counter was reset between them. */
  #between(row: number, timeMs: number): NativeHistogram | undefined {
    const [before, after] = [this.#at(row), this.#at(row + 1)]
    const [beforeMs, afterMs] = [this.#timeOf(row), this.#timeOf(row + 1)]
    const share = (timeMs - beforeMs) / (afterMs - beforeMs)
    if (share === 0) return before
    if (share === 1) return after
    if (this.#isCounter && detectReset(after, before)) return multiply(after, share)
    const gained = this.#subtract(after, before)
    return gained && this.#add(multiply(gained, share), before)
  }

  /** What each reset took away; one that an end was found in is accounted for there. */
  *#lostByResets(left: NativeHistogram, right: NativeHistogram): Iterable<NativeHistogram> {
    const { first, last } = this.#edges
    let row = first + 1
    let previous = left
    if (this.#startsBetween() && detectReset(this.#at(row), this.#at(first))) previous = this.#at(row++)
    if (row > last) return
    for (; row < last; row++) {
      const current = this.#at(row)
      if (detectReset(current, previous)) yield previous
      previous = current
    }
    if (detectReset(right, previous)) yield previous
  }

  #at(row: number): NativeHistogram {
    return this.#range.samples.histograms?.[row] as NativeHistogram
  }

  #timeOf(row: number): number {
    return this.#range.samples.timesMs[row] as number
  }

  #add(a: NativeHistogram, b: NativeHistogram): NativeHistogram | undefined {
    const sum = add(a, b)
    if (sum?.boundsReconciled === true) this.notes.push(boundsReconciled('addition'))
    return sum?.histogram
  }

  #subtract(a: NativeHistogram, b: NativeHistogram): NativeHistogram | undefined {
    const difference = subtract(a, b)
    if (difference?.boundsReconciled === true) this.notes.push(boundsReconciled('subtraction'))
    return difference?.histogram
  }
}
