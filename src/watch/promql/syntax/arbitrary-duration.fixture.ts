import fc, { type Arbitrary } from 'fast-check'
import type { At, Duration, DurationExpr, Shift } from './ast.ts'

/** The span of a tree that nobody wrote. */
export const NOWHERE = { start: 0, end: 0 }

export interface DurationOptions {
  readonly experimental?: boolean
  readonly offsets?: boolean
  /** `@`, `@ start()`, `@ end()`. */
  readonly ats?: boolean
  /** Ranges and steps, in milliseconds; any. */
  readonly rangesMs?: readonly number[]
  /** Offsets, in milliseconds; any. */
  readonly offsetsMs?: readonly number[]
  /** Moments of `@`; any. */
  readonly timesMs?: readonly number[]
}

/** A range or step (above 0), or an offset (not 0, maybe negative). */
export function arbitraryDuration(kind: 'range' | 'offset', options: DurationOptions): Arbitrary<Duration> {
  const given = kind === 'range' ? options.rangesMs : options.offsetsMs
  const any =
    kind === 'range' ? fc.integer({ min: 1, max: 1e11 }) : fc.integer({ min: -1e11, max: 1e11 }).filter(ms => ms !== 0)
  const fixed = (given === undefined ? any : fc.constantFrom(...given)).map((ms): Duration => ({ kind: 'fixed', ms }))
  if (options.experimental !== true) return fixed
  const inBrackets = arbitraryCalculation().filter(each => each.kind !== 'number')
  // After `offset`, an operator outside parentheses would belong to the expression.
  return fc.oneof({ weight: 3, arbitrary: fixed }, kind === 'range' ? inBrackets : inBrackets.map(inParentheses))
}

export function arbitraryShift(options: DurationOptions): Arbitrary<Shift> {
  const offset = options.offsets === false ? fc.constant(undefined) : optional(arbitraryDuration('offset', options))
  const at = options.ats === false ? fc.constant(undefined) : optional(arbitraryAt(options))
  return fc.record({ offset, at })
}

function optional<T>(arbitrary: Arbitrary<T>): Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined, freq: 3 })
}

function arbitraryAt({ timesMs }: DurationOptions): Arbitrary<At> {
  const times = timesMs === undefined ? fc.integer({ min: -1e12, max: 2e12 }) : fc.constantFrom(...timesMs)
  return fc.oneof(
    times.map((timeMs): At => ({ kind: 'time', timeMs })),
    fc.constantFrom<At>({ kind: 'start' }, { kind: 'end' }),
  )
}

function arbitraryCalculation(): Arbitrary<DurationExpr> {
  return fc.letrec<{ any: DurationExpr }>(tie => ({
    any: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'duration' },
      fc.oneof(
        fc.integer({ min: 1, max: 1e9 }).map((ms): DurationExpr => number(ms / 1000, true)),
        fc.integer({ min: 1, max: 999 }).map((seconds): DurationExpr => number(seconds, false)),
        fc.constantFrom<DurationExpr>({ kind: 'step', span: NOWHERE }, { kind: 'range', span: NOWHERE }),
      ),
      tie('any').map((of): DurationExpr => ({ kind: 'sign', operator: '-', of: inParentheses(of), span: NOWHERE })),
      tie('any').map(inParentheses),
      fc
        .record({ left: tie('any'), right: tie('any'), operator: fc.constantFrom('+', '-', '*', '/', '%', '^') })
        .map(({ left, right, operator }): DurationExpr => {
          return { kind: 'arithmetic', operator, left: operand(left), right: operand(right), span: NOWHERE }
        }),
      fc
        .record({ kind: fc.constantFrom('min', 'max'), left: tie('any'), right: tie('any') })
        .map((choice): DurationExpr => ({ ...choice, span: NOWHERE })),
    ),
  })).any
}

function number(seconds: number, isDuration: boolean): DurationExpr {
  return { kind: 'number', seconds, isDuration, span: NOWHERE }
}

function operand(of: DurationExpr): DurationExpr {
  return of.kind === 'arithmetic' || of.kind === 'sign' ? inParentheses(of) : of
}

function inParentheses(of: DurationExpr): DurationExpr {
  return { kind: 'paren', of, span: NOWHERE }
}
