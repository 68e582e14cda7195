import type { Labels } from '../../../kernel/labels.ts'
import type { Matcher } from '../../../kernel/matcher.ts'
import type { Pieces } from '../pieces.ts'
import type { Samples } from './samples.ts'

/** One series and those of its samples that were asked for. */
export interface Series {
  readonly labels: Labels
  readonly samples: Samples
}

/** What a storage may use to do less. It may ignore all of it. */
export interface Hints {
  /** The function or aggregation directly around the selector: `rate`, `sum`; empty where there is none. */
  readonly around: string
  /** Of the selector's range; 0 for an instant selector. */
  readonly rangeMs: number
  /** Between evaluations; 0 for an instant query. */
  readonly stepMs: number
  /** Aborts when nobody waits for the answer any more: the query was canceled, or its time is up. */
  readonly signal: AbortSignal
  /** For a storage that searches long within this process: the query's own way not to keep others waiting. */
  readonly pieces?: Pieces
}

/**
 * Where series come from: embedded, remote, or a test's.
 *
 * `select` gives each series that every matcher matches, once, with its samples of startMs < t ≤ endMs (more does no
 * harm), stale markers included. An absent label matches as the empty string.
 */
export interface Storage {
  select(
    matchers: readonly Matcher[],
    startMs: number,
    endMs: number,
    hints: Hints,
  ): Iterable<Series> | Promise<Iterable<Series>>
}
