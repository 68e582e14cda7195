import { InvalidInput } from '../../../kernel/errors.ts'
import { Labels } from '../../../kernel/labels.ts'
import type { Matcher } from '../../../kernel/matcher.ts'
import type { NativeHistogram } from '../histogram/native-histogram.ts'
import { faultOf } from '../histogram/validate.ts'
import { allAtOnce } from '../pieces.ts'
import { LabelIndex } from './label-index.ts'
import { isLabelName } from './label-name.ts'
import { markStale, type Samples, STALE } from './samples.ts'
import type { Hints, Series, Storage } from './storage.ts'

/** How a series is called: its labels, `__name__` among them. */
export type LabelsLike = Labels | Readonly<Record<string, string>>

/** A small storage in memory, for tests and libraries. Series come back in the order of their first samples. */
export class MemorySeries implements Storage {
  readonly #index = new LabelIndex<Column>()
  readonly #byKey = new Map<string, Column>()
  /** Whoever appends with the same object again is spared the key. */
  readonly #byLabels = new WeakMap<Labels, Column>()

  /** Times are Unix milliseconds and must go up within a series; throws InvalidInput where they don't. */
  append(labels: LabelsLike, timeMs: number, value: number | typeof STALE): void {
    if (typeof value !== 'number' && value !== STALE) {
      throw new InvalidInput(`a value is a number or STALE, not ${JSON.stringify(value)}`, { field: 'value' })
    }
    this.#column(labels).append(timeMs, value)
  }

  /** The same of a histogram, which must be a valid one. */
  appendHistogram(labels: LabelsLike, timeMs: number, histogram: NativeHistogram): void {
    const fault = faultOf(histogram)
    if (fault !== undefined) throw new InvalidInput(fault, { field: 'histogram' })
    this.#column(labels).append(timeMs, NaN, histogram)
  }

  /** How many series there are. */
  get size(): number {
    return this.#byKey.size
  }

  /** Gives whole series, whatever the span: the evaluation looks for what it needs, and nothing is copied. */
  select(matchers: readonly Matcher[], _startMs = 0, _endMs = 0, hints: Partial<Hints> = {}): Promise<Series[]> {
    return this.#index.find(matchers, hints.pieces ?? allAtOnce)
  }

  #column(from: LabelsLike): Column {
    const known = from instanceof Labels ? this.#byLabels.get(from) : undefined
    if (known !== undefined) return known
    const labels = from instanceof Labels ? from : labelsOf(from)
    let column = this.#byKey.get(labels.key)
    if (column === undefined) {
      column = new Column(labels)
      this.#byKey.set(labels.key, column)
      this.#index.add(column)
    }
    this.#byLabels.set(labels, column)
    return column
  }
}

function labelsOf(record: Readonly<Record<string, unknown>>): Labels {
  const pairs: [name: string, value: string][] = []
  for (const [name, value] of Object.entries(record)) {
    if (!isLabelName(name)) {
      throw new InvalidInput(`${JSON.stringify(name)} names no label`, { field: 'labels', hint: 'Write some UTF-8.' })
    }
    if (typeof value !== 'string') {
      const hint = 'The value of a label is a text; an empty one means that there is no such label.'
      throw new InvalidInput(`the label ${name} is ${JSON.stringify(value)}`, { field: `labels.${name}`, hint })
    }
    pairs.push([name, value])
  }
  return Labels.from(pairs)
}

const FIRST_ROOM = 16

/** One series: columns that double when they are full. */
class Column implements Series {
  readonly labels: Labels
  #timesMs = new Float64Array(FIRST_ROOM)
  #values = new Float64Array(FIRST_ROOM)
  #histograms: (NativeHistogram | undefined)[] | undefined
  #length = 0
  #samples: Samples | undefined

  constructor(labels: Labels) {
    this.labels = labels
  }

  /** What there is so far. Made once between two appends, because a query of 100,000 series asks for each. */
  get samples(): Samples {
    this.#samples ??= {
      timesMs: this.#timesMs.subarray(0, this.#length),
      values: this.#values.subarray(0, this.#length),
      ...(this.#histograms && { histograms: this.#histograms.slice(0, this.#length) }),
    }
    return this.#samples
  }

  append(timeMs: number, value: number | typeof STALE, histogram?: NativeHistogram): void {
    this.#checkTime(timeMs)
    const at = this.#length++
    if (at === this.#timesMs.length) this.#grow()
    this.#timesMs[at] = timeMs
    if (value === STALE) markStale(this.#values, at)
    else this.#values[at] = value
    if (histogram !== undefined) this.#histograms ??= Array.from({ length: at }, () => undefined)
    if (this.#histograms !== undefined) this.#histograms[at] = histogram
    this.#samples = undefined
  }

  #checkTime(timeMs: number): void {
    const lastMs = this.#length === 0 ? -Infinity : (this.#timesMs[this.#length - 1] as number)
    if (Number.isSafeInteger(timeMs) && timeMs > lastMs) return
    const fault = Number.isSafeInteger(timeMs) ? `not after its last one, at ${lastMs}` : 'not a whole millisecond'
    throw new InvalidInput(`a sample of ${this.labels.toString()} at ${timeMs} ms is ${fault}`, {
      field: 'timeMs',
      hint: 'Append the samples of a series in order of time, in Unix milliseconds, one at a time.',
    })
  }

  /** Copies by `set`, which keeps the stale markers' bits. */
  #grow(): void {
    const [timesMs, values] = [new Float64Array(2 * this.#length), new Float64Array(2 * this.#length)]
    timesMs.set(this.#timesMs)
    values.set(this.#values)
    this.#timesMs = timesMs
    this.#values = values
  }
}
