import type { Labels } from '../../../kernel/labels.ts'
import type { Annotations } from '../annotations.ts'
import type { Span } from '../error.ts'
import type { Ranges, Value, Vector } from '../evaluate/value.ts'
import type { NativeHistogram } from '../histogram/native-histogram.ts'
import type { Pieces } from '../pieces.ts'
import type { Samples } from '../series/samples.ts'
import type { Call } from '../syntax/ast.ts'
import type { Scratch } from './scratch.ts'

/** How a function is carried out. One of three shapes; the first two are driven by the engine, sample by sample. */
export type Evaluation = PerValue | OverRange | OnWhole

/** For each float of its vector (the first argument) a float or nothing; histograms are left out. Drops the name. */
export interface PerValue {
  readonly shape: 'per-value'
  /** `params` are the scalar arguments at this step, in order. */
  apply(value: number, params: readonly number[]): number | undefined
}

/** For each range of its range vector (the only matrix among its arguments) a float, a histogram, or nothing. */
export interface OverRange {
  readonly shape: 'over-range'
  /** `last_over_time` and `first_over_time` do. */
  readonly keepsName?: boolean
  apply(range: Range, call: CallNotes): number | NativeHistogram | undefined
  /** Called once, after its steps, for each series that a float came of; with its labels before its name was dropped. */
  noteFloats?(labels: Labels, call: CallNotes): void
}

/**
 * The samples of one series that one range holds: rows from ≤ i < to, at least one. The engine uses one object again
 * and again: don't keep it.
 */
export interface Range {
  samples: Samples
  from: number
  to: number
  /** Left-open: startMs < t ≤ endMs. */
  startMs: number
  endMs: number
  labels: Labels
  /** The scalar arguments at this step, in order. */
  params: readonly number[]
  /** The step's own time; differs from endMs by `@` and `offset`. */
  timeMs: number
  /**
   * Of the selector. Then the rows also hold what lies around the range: as far back as the lookback before its start,
   * and for a smoothed one as far beyond its end.
   */
  extension?: Ranges['extension']
  /** For a calculation that needs a copy of the rows. */
  readonly scratch: Scratch
}

/** Everything else: it is handed its arguments' values over all steps. What may take long is done `call.inPieces`. */
export interface OnWhole {
  readonly shape: 'on-whole'
  apply(args: readonly Value[], call: WholeCall): Value | Promise<Value>
}

export interface CallNotes {
  readonly call: Call
  readonly notes: Annotations
  /** Where the n-th argument stands, for a note's position. */
  spanOf(arg: number): Span
}

export interface WholeCall extends CallNotes, Pieces {
  /** When each step is. */
  readonly timesMs: Float64Array
  /** The whole query, also within a subquery; an instant query starts where it ends and has a step of 0. */
  readonly query: { readonly startMs: number; readonly endMs: number; readonly stepMs: number }
  /** Takes the name off a series, now or at the end of the evaluation (delayed name removal). */
  dropName(vector: Vector, series: number): void
  /** Refuses a vector in which two series have the same labels and both have something at one step. */
  refuseTwins(vector: Vector): Promise<Vector>
}
