import { toRfc3339 } from '../../kernel/clock.ts'
import { positionOf, type Span } from './error.ts'
import { roundedNumber, shortNumber } from './number-text.ts'

/**
 * What a query should know of its answer: `PromQL warning: …` where it is likely wrong, `PromQL info: …` where it may
 * be. Each text is said once, with the last position that it was said of, as Prometheus does.
 */
export class Annotations {
  readonly #query: string
  readonly #warnings = new Map<string, Span>()
  readonly #infos = new Map<string, Span>()
  readonly #repairs = new Map<string, Repairs>()

  constructor(query: string) {
    this.#query = query
  }

  /** The text without its prefix, e.g. `quantile value should be between 0 and 1, got 2`. */
  warn(text: string, span: Span): void {
    this.#warnings.set(text, span)
  }

  info(text: string, span: Span): void {
    this.#infos.set(text, span)
  }

  /** An info that is said once of all repairs of buckets that have the same text, and over which it tells their extent. */
  infoOfRepair(text: string, span: Span, timeMs: number, repair: BucketRepair): void {
    const before = this.#repairs.get(text)
    this.#infos.set(text, before?.span ?? span)
    this.#repairs.set(
      text,
      before === undefined
        ? { ...repair, span, count: 1, fromMs: timeMs, toMs: timeMs }
        : extend(before, repair, timeMs),
    )
  }

  get warnings(): string[] {
    return Array.from(this.#warnings, ([text, span]) => `PromQL warning: ${text}${this.#at(span)}`)
  }

  get infos(): string[] {
    return Array.from(this.#infos, ([text, span]) => {
      const repairs = this.#repairs.get(text)
      return `PromQL info: ${text}${repairs === undefined ? '' : extentOf(repairs)}${this.#at(span)}`
    })
  }

  #at(span: Span): string {
    return ` (${positionOf(this.#query, span.start)})`
  }
}

/** Where the counts of a classic histogram's buckets were made to ascend, and by how much at most. */
export interface BucketRepair {
  readonly lowestBound: number
  readonly highestBound: number
  readonly greatestDifference: number
}

interface Repairs extends BucketRepair {
  readonly span: Span
  readonly count: number
  readonly fromMs: number
  readonly toMs: number
}

function extend(repairs: Repairs, repair: BucketRepair, timeMs: number): Repairs {
  return {
    span: repairs.span,
    count: repairs.count + 1,
    fromMs: Math.min(repairs.fromMs, timeMs),
    toMs: Math.max(repairs.toMs, timeMs),
    lowestBound: Math.min(repairs.lowestBound, repair.lowestBound),
    highestBound: Math.max(repairs.highestBound, repair.highestBound),
    greatestDifference: Math.max(repairs.greatestDifference, repair.greatestDifference),
  }
}

function extentOf({ lowestBound, highestBound, greatestDifference, count, fromMs, toMs }: Repairs): string {
  return (
    `, from buckets ${shortNumber(lowestBound)} to ${shortNumber(highestBound)}` +
    `, with a max diff of ${roundedNumber(greatestDifference, 2)}` +
    `, over ${count} samples from ${secondOf(fromMs)} to ${secondOf(toMs)}`
  )
}

/** In whole seconds: `2026-11-21T03:22:00Z`. */
function secondOf(timeMs: number): string {
  return toRfc3339(Math.trunc(timeMs / 1000) * 1000).replace('.000Z', 'Z')
}
