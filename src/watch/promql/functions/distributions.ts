// Classic buckets are grouped by their labels once a query and not once a step: of 2,000 series at 240 steps only the
// counts are read again (npm run bench:promql).
import type { Labels } from '../../../kernel/labels.ts'
import { FLOAT, HISTOGRAM, Vector } from '../evaluate/value.ts'
import type { ClassicBuckets, NativeHistogram } from '../histogram/index.ts'
import { VALUES_A_HISTOGRAM, VALUES_A_LABEL_SET } from '../pieces.ts'
import type { WholeCall } from './function.ts'

/** The label of a classic bucket that holds its upper bound. */
const BOUND = 'le'

/** A classic histogram: series that differ in `le` only. */
interface Group {
  /** Without `le`. */
  readonly labels: Labels
  /** Where each bucket's series starts in the vector; in order of bounds. */
  readonly starts: readonly number[]
  readonly bounds: readonly number[]
}

/** A series that may hold native histograms, and the classic histogram with which it shares all its labels. */
interface Native {
  readonly labels: Labels
  readonly start: number
  readonly classic: Group | undefined
}

/** What is made of one distribution at one step. The name is that of its series, empty where it is dropped at once. */
export interface Reading {
  ofNative(histogram: NativeHistogram, step: number, metricName: string): number | undefined
  ofClassic(buckets: ClassicBuckets, step: number, metricName: string): number | undefined
}

/**
 * The distributions in a vector, native histograms and classic buckets alike. Made once; `read` then reads it once or
 * more, e.g. once a quantile.
 *
 * Where both are of one label set at one step, neither is read, with a warning; and where a bucket's bound is no
 * number, the bucket is left out, with a warning. `argument` is what the warnings point at.
 */
export class Distributions {
  readonly #vector: Vector
  readonly #call: WholeCall
  readonly #argument: number
  #groups: readonly Group[] = []
  #natives: readonly Native[] = []
  /** Of classic histograms that share all their labels with a native one. */
  readonly #nativeOf = new Map<Group, Native>()

  private constructor(vector: Vector, call: WholeCall, argument: number) {
    this.#vector = vector
    this.#call = call
    this.#argument = argument
  }

  static async of(vector: Vector, call: WholeCall, argument: number): Promise<Distributions> {
    const distributions = new Distributions(vector, call, argument)
    await distributions.#find()
    return distributions
  }

  /** Adds a series for each distribution to a result, with a number for each of its steps. */
  async read(reading: Reading, result: Vector, labelled: (labels: Labels) => Labels = labels => labels): Promise<void> {
    const [natives, groups] = [this.#natives, this.#groups]
    const { steps, size } = this.#vector
    await this.#call.inPieces(natives.length, VALUES_A_HISTOGRAM * steps, i => {
      const native = natives[i] as Native
      this.#readNative(native, reading, this.#addSeries(native.labels, result, labelled))
    })
    const bucketsAGroup = Math.ceil(size / Math.max(1, groups.length))
    await this.#call.inPieces(groups.length, VALUES_A_LABEL_SET + 4 * bucketsAGroup * steps, i => {
      const group = groups[i] as Group
      this.#readGroup(group, reading, this.#addSeries(group.labels, result, labelled))
    })
  }

  async #find(): Promise<void> {
    const groups = await this.#group()
    this.#groups = [...groups.values()]
    this.#natives = await this.#findNatives(groups)
  }

  #readNative({ start, classic }: Native, reading: Reading, to: Target): void {
    for (let step = 0; step < this.#vector.steps; step++) {
      const histogram = this.#vector.histogramAt(start + step)
      if (histogram === undefined || (classic !== undefined && this.#hasBucket(classic, step))) continue
      set(to, step, reading.ofNative(histogram, step, to.metricName))
    }
  }

  #readGroup(group: Group, reading: Reading, to: Target): void {
    const native = this.#nativeOf.get(group)
    const room = group.starts.length
    const buckets: ClassicBuckets = { bounds: new Float64Array(room), counts: new Float64Array(room), size: 0 }
    for (let step = 0; step < this.#vector.steps; step++) {
      if (native !== undefined && this.#vector.kinds[native.start + step] === HISTOGRAM) continue
      this.#gather(group, step, buckets)
      if (buckets.size > 0) set(to, step, reading.ofClassic(buckets, step, to.metricName))
    }
  }

  /** The buckets that there are at a step. Those of one bound, however written, are one. */
  #gather({ starts, bounds }: Group, step: number, buckets: ClassicBuckets): void {
    const { kinds, values } = this.#vector
    let size = 0
    for (let i = 0; i < starts.length; i++) {
      const place = (starts[i] as number) + step
      if (kinds[place] !== FLOAT) continue
      const bound = bounds[i] as number
      if (size > 0 && buckets.bounds[size - 1] === bound) {
        buckets.counts[size - 1] = (buckets.counts[size - 1] as number) + (values[place] as number)
        continue
      }
      buckets.bounds[size] = bound
      buckets.counts[size++] = values[place] as number
    }
    buckets.size = size
  }

  #addSeries(labels: Labels, result: Vector, labelled: (labels: Labels) => Labels): Target {
    const start = result.addSeries(labelled(labels))
    this.#call.dropName(result, result.size - 1)
    return { result, start, metricName: (result.labels.at(-1) as Labels).name }
  }

  /** By their key without `le`. */
  async #group(): Promise<Map<string, Group>> {
    const vector = this.#vector
    const boundBy = new Map<string, number | undefined>()
    const groups = new Map<string, Bucketed>()
    let last: Bucketed | undefined
    await this.#call.inPieces(vector.size, VALUES_A_LABEL_SET, series => {
      const start = series * vector.steps
      if (!holds(vector, start, FLOAT)) return
      const full = vector.labels[series] as Labels
      const text = full.get(BOUND)
      if (!boundBy.has(text)) boundBy.set(text, boundOf(text))
      const bound = boundBy.get(text)
      if (bound === undefined) {
        this.#warn(`bucket label "${BOUND}" is missing or has a malformed value of ${JSON.stringify(text)}`, full)
        return
      }
      // The buckets of one histogram mostly follow one another: comparing labels costs less than hashing them.
      if (last === undefined || !sameButBound(last.first, full)) last = groupAt(groups, full)
      last.buckets.push({ start, bound })
    })
    const entries = [...groups]
    const ordered = new Map<string, Group>()
    await this.#call.inPieces(entries.length, 2 * VALUES_A_LABEL_SET, i => {
      const [key, { first, buckets }] = entries[i] as (typeof entries)[number]
      ordered.set(key, groupOf(first.without([BOUND]), buckets))
    })
    return ordered
  }

  async #findNatives(groups: ReadonlyMap<string, Group>): Promise<Native[]> {
    const { labels, steps, histograms } = this.#vector
    const natives: Native[] = []
    if (histograms === undefined) return natives
    await this.#call.inPieces(labels.length, VALUES_A_LABEL_SET, series => {
      const start = series * steps
      if (!holds(this.#vector, start, HISTOGRAM)) return
      const each = labels[series] as Labels
      const native = { labels: each, start, classic: groups.get(keyOf(each)) }
      natives.push(native)
      if (native.classic !== undefined) this.#nativeOf.set(native.classic, native)
      this.#warnOfConflict(native)
    })
    return natives
  }

  #warnOfConflict({ labels, start, classic }: Native): void {
    if (classic === undefined) return
    for (let step = 0; step < this.#vector.steps; step++) {
      if (this.#vector.kinds[start + step] !== HISTOGRAM || !this.#hasBucket(classic, step)) continue
      this.#warn('vector contains a mix of classic and native histograms', labels)
      return
    }
  }

  #hasBucket({ starts }: Group, step: number): boolean {
    return starts.some(start => this.#vector.kinds[start + step] === FLOAT)
  }

  #warn(text: string, labels: Labels): void {
    const probe = new Vector(1, 1)
    probe.addSeries(labels)
    this.#call.dropName(probe, 0)
    this.#call.notes.warn(forMetric(text, (probe.labels[0] as Labels).name), this.#call.spanOf(this.#argument))
  }
}

interface Target {
  readonly result: Vector
  readonly start: number
  readonly metricName: string
}

function set({ result, start }: Target, step: number, value: number | undefined): void {
  if (value !== undefined) result.setFloat(start + step, value)
}

/** A classic histogram on the way to be one. */
interface Bucketed {
  /** The labels of its first bucket, `le` among them. */
  readonly first: Labels
  readonly buckets: Bucket[]
}

interface Bucket {
  readonly start: number
  readonly bound: number
}

function groupOf(labels: Labels, buckets: Bucket[]): Group {
  buckets.sort((a, b) => a.bound - b.bound || 0)
  return { labels, starts: buckets.map(each => each.start), bounds: buckets.map(each => each.bound) }
}

function groupAt(groups: Map<string, Bucketed>, first: Labels): Bucketed {
  const key = keyOf(first, BOUND)
  let group = groups.get(key)
  if (group === undefined) groups.set(key, (group = { first, buckets: [] }))
  return group
}

function sameButBound({ flat: a }: Labels, { flat: b }: Labels): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i += 2) {
    if (a[i] !== b[i] || (a[i + 1] !== b[i + 1] && a[i] !== BOUND)) return false
  }
  return true
}

/** Tells label sets apart that differ in another label than that one. No labels are made for it. */
function keyOf({ flat }: Labels, without?: string): string {
  let key = ''
  for (let i = 0; i < flat.length; i += 2) {
    const [name, value] = [flat[i] as string, flat[i + 1] as string]
    if (name !== without) key += `${name.length}:${name}${value.length}:${value}`
  }
  return key
}

function holds({ kinds, steps }: Vector, start: number, kind: number): boolean {
  for (let place = start; place < start + steps; place++) if (kinds[place] === kind) return true
  return false
}

/** What `le` says: a float in Go's notation. */
function boundOf(text: string): number | undefined {
  const [whole, sign, digits = ''] = /^([+-]?)(inf|infinity|nan|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i.exec(text) ?? []
  if (whole === undefined) return undefined
  const size = { inf: Infinity, infinity: Infinity, nan: NaN }[digits.toLowerCase()] ?? Number(digits)
  return sign === '-' ? -size : size
}

/** Adds ` for metric name "…"` where there is a name. */
export function forMetric(text: string, metricName: string): string {
  return metricName === '' ? text : `${text} for metric name ${JSON.stringify(metricName)}`
}
