import { PromQLError, positionOf } from '../error.ts'
import type { Duration, DurationExpr } from '../syntax/ast.ts'
import type { Run } from './run.ts'

/** What a duration's calculation may speak of: the query's step and range, and its text for positions. */
export type QueryTimes = Pick<Run, 'startMs' | 'endMs' | 'stepMs' | 'text'>

/** Milliseconds of a duration; one that is calculated is refused where it must be above 0 and is not. */
export function millisecondsOf(duration: Duration, times: QueryTimes, sign: 'positive' | 'any'): number {
  if (duration.kind === 'fixed') return duration.ms
  const seconds = secondsOf(duration, times)
  if (seconds <= 0 && sign === 'positive') throw refusal('duration must be greater than 0', duration, times)
  if (Number.isNaN(seconds) || Math.abs(seconds) >= 2 ** 63) throw refusal('duration is out of range', duration, times)
  return Math.trunc(seconds * 1000)
}

function secondsOf(expr: DurationExpr, times: QueryTimes): number {
  switch (expr.kind) {
    case 'number':
      return expr.seconds
    case 'step':
      return times.stepMs / 1000
    case 'range':
      return (times.endMs - times.startMs) / 1000
    case 'sign':
      return expr.operator === '-' ? -secondsOf(expr.of, times) : secondsOf(expr.of, times)
    case 'paren':
      return secondsOf(expr.of, times)
    case 'min':
      return Math.min(secondsOf(expr.left, times), secondsOf(expr.right, times))
    case 'max':
      return Math.max(secondsOf(expr.left, times), secondsOf(expr.right, times))
    case 'arithmetic':
      return calculate(expr, times)
  }
}

function calculate(expr: DurationExpr & { kind: 'arithmetic' }, times: QueryTimes): number {
  const [left, right] = [secondsOf(expr.left, times), secondsOf(expr.right, times)]
  switch (expr.operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '^':
      return left ** right
    case '/':
      if (right === 0) throw refusal('division by zero', expr.right, times)
      return left / right
    case '%':
      if (right === 0) throw refusal('modulo by zero', expr.right, times)
      return left % right
  }
}

function refusal(text: string, { span }: DurationExpr, { text: query }: QueryTimes): PromQLError {
  return new PromQLError('parse', `${positionOf(query, span.start)}: parse error: ${text}`, { span })
}
