import type { Labels } from '../../../kernel/labels.ts'
import type { NativeHistogram } from '../histogram/native-histogram.ts'
import type { STALE } from '../series/samples.ts'

/*
 * Prometheus' language for trying PromQL: load samples, evaluate, compare.
 * https://github.com/prometheus/prometheus/blob/main/promql/promqltest/README.md
 */

export type Command = Load | Clear | Evaluate

export interface Load {
  readonly kind: 'load'
  readonly line: number
  readonly stepMs: number
  readonly series: readonly SeriesLine[]
  /** Classic histograms are loaded a second time as native ones with custom buckets. */
  readonly withNhcb: boolean
}

export interface Clear {
  readonly kind: 'clear'
  readonly line: number
}

/** One series and its samples at 0, step, 2·step, …; `undefined` is a gap. */
export interface SeriesLine {
  readonly line: number
  readonly labels: Labels
  readonly points: readonly (Point | undefined)[]
}

/** `hintIsSet`: the notation names a counter reset hint, which then has to be the same. */
export type Point =
  | { readonly kind: 'float'; readonly value: number | typeof STALE }
  | { readonly kind: 'histogram'; readonly histogram: NativeHistogram; readonly hintIsSet: boolean }

export interface Evaluate {
  readonly kind: 'evaluate'
  readonly line: number
  readonly expr: string
  readonly when: When
  readonly expectations: readonly Expectation[]
  /** In the order in which they stand. */
  readonly expected: Expected
}

export type When =
  | { readonly kind: 'instant'; readonly atMs: number }
  | { readonly kind: 'range'; readonly startMs: number; readonly endMs: number; readonly stepMs: number }

export type Expected =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'series'; readonly series: readonly SeriesLine[] }
  /** An instant query whose answer is a range vector, with samples at these times. */
  | {
      readonly kind: 'samples'
      readonly startMs: number
      readonly stepMs: number
      readonly series: readonly SeriesLine[]
    }

/** `expect fail msg: …`; without a test, any will do. */
export interface Expectation {
  readonly type: 'ordered' | 'fail' | 'warn' | 'no_warn' | 'info' | 'no_info'
  /** What the message must satisfy, and the same in words. */
  readonly test: { readonly words: string; matches(message: string): boolean } | undefined
  /** The older `eval_warn` and its kin ask for one, but do not forbid others. */
  readonly allowsOthers: boolean
}
