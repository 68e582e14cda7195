import { isClassicLabelName, NAME } from '../../../kernel/labels.ts'
import type { Matcher } from '../../../kernel/matcher.ts'
import type {
  Aggregation,
  At,
  Binary,
  Call,
  Duration,
  DurationExpr,
  Expr,
  Matching,
  Shift,
  VectorSelector,
} from './ast.ts'
import { durationText } from './duration-text.ts'
import { quote } from './quote.ts'
import { isGroupingLabel, isMetricName, wordKind } from './tokens.ts'

/** The query as text, in the form in which Prometheus prints it. Parsed again, it gives the same tree. */
export function print(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return expr.isDuration ? printDurationLiteral(expr.value) : printNumber(expr.value)
    case 'string':
      return quote(expr.value)
    case 'vector-selector':
      return printInstant(expr)
    case 'matrix-selector': {
      const { selector, range } = expr
      const shift = `${printExtension(selector)}${printAt(selector.at)}${printOffset(selector)}`
      return `${printSelector(selector)}[${printDuration(range)}]${shift}`
    }
    case 'subquery': {
      const step = expr.step === undefined ? '' : printDuration(expr.step)
      return `${print(expr.expr)}[${printDuration(expr.range)}:${step}]${printAt(expr.at)}${printOffset(expr)}`
    }
    case 'call':
      return `${expr.function.name}(${printArguments(expr)})`
    case 'aggregation':
      return printAggregation(expr)
    case 'binary':
      return printBinary(expr)
    case 'unary':
      return `${expr.operator}${print(expr.expr)}`
    case 'paren':
      return `(${print(expr.expr)})`
  }
}

function printArguments({ function: called, args }: Call): string {
  // The labels that `info` takes are written in braces, even if they are a name alone.
  const [vector, labels] = args
  if (called.name === 'info' && vector !== undefined && labels?.kind === 'vector-selector') {
    return `${print(vector)}, ${printInstant(labels, true)}`
  }
  return args.map(print).join(', ')
}

function printInstant(selector: VectorSelector, inBraces = false): string {
  const shift = `${printAt(selector.at)}${printExtension(selector)}${printOffset(selector)}`
  return `${printSelector(selector, inBraces)}${shift}`
}

function printSelector({ name, matchers }: VectorSelector, inBraces = false): string {
  const isTwice = matchers.slice(1).some(each => each.name === NAME)
  if (name === undefined) return `{${matchers.map(printMatcher).join(',')}}`
  const others = matchers.slice(1).map(printMatcher)
  if (inBraces || isTwice || !isBareMetric(name)) return `{${[quote(name), ...others].join(',')}}`
  return others.length === 0 ? name : `${name}{${others.join(',')}}`
}

function printMatcher({ name, operator, value }: Matcher): string {
  return `${isClassicLabelName(name) ? name : quote(name)}${operator}${quote(value)}`
}

/** Whether a metric's name needs no quotes. */
function isBareMetric(name: string): boolean {
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) return false
  const kind = wordKind(name)
  return kind === undefined || isMetricName(kind)
}

function printLabels(labels: readonly string[]): string {
  return `(${labels.map(label => (isBareLabel(label) ? label : quote(label))).join(', ')})`
}

function isBareLabel(label: string): boolean {
  if (!isClassicLabelName(label)) return false
  const kind = wordKind(label)
  return kind === undefined || isGroupingLabel(kind)
}

function printAggregation({ operator, expr, param, grouping, without }: Aggregation): string {
  const by = grouping.length === 0 ? '' : ` by ${printLabels(grouping)} `
  const clause = without ? ` without ${printLabels(grouping)} ` : by
  return `${operator}${clause}(${param === undefined ? '' : `${print(param)}, `}${print(expr)})`
}

function printBinary({ operator, left, right, isBool, matching }: Binary): string {
  const modifiers = `${isBool ? ' bool' : ''}${matching === undefined ? '' : printMatching(matching)}`
  // `+Inf ^ 2` would be +(Inf ^ 2).
  const isInfinite = operator === '^' && left.kind === 'number' && left.value === Number.POSITIVE_INFINITY
  return `${isInfinite ? 'Inf' : print(left)} ${operator}${modifiers} ${print(right)}`
}

function printMatching({ on, labels, cardinality, include, fill }: Matching): string {
  const isGrouped = cardinality === 'many-to-one' || cardinality === 'one-to-many'
  const clause = on || labels.length > 0 || isGrouped ? ` ${on ? 'on' : 'ignoring'} ${printLabels(labels)}` : ''
  const side = cardinality === 'many-to-one' ? 'left' : 'right'
  return `${clause}${isGrouped ? ` group_${side} ${printLabels(include)}` : ''}${printFill(fill)}`
}

function printFill({ left, right }: Matching['fill']): string {
  if (left !== undefined && Object.is(left, right)) return ` fill (${printNumber(left)})`
  const both = [
    left === undefined ? '' : ` fill_left (${printNumber(left)})`,
    right === undefined ? '' : ` fill_right (${printNumber(right)})`,
  ]
  return both.join('')
}

function printAt(at: At | undefined): string {
  if (at === undefined) return ''
  return at.kind === 'time' ? ` @ ${(at.timeMs / 1000).toFixed(3)}` : ` @ ${at.kind}()`
}

function printExtension({ extension }: VectorSelector): string {
  return extension === undefined ? '' : ` ${extension}`
}

function printOffset({ offset }: Shift): string {
  return offset === undefined ? '' : ` offset ${printDuration(offset)}`
}

function printDuration(duration: Duration): string {
  if (duration.kind !== 'fixed') return printCalculation(duration)
  // A range below 1 ms is legal and, like here, cut to 0; but 0 written down is not.
  if (duration.ms === 0) return '0.0001'
  return duration.ms < 0 ? `-${durationText(-duration.ms)}` : durationText(duration.ms)
}

function printCalculation(duration: DurationExpr): string {
  switch (duration.kind) {
    case 'number':
      return duration.isDuration ? printDurationLiteral(duration.seconds) : printNumber(duration.seconds)
    case 'step':
    case 'range':
      return `${duration.kind}()`
    case 'sign':
      return `${duration.operator}${printCalculation(duration.of)}`
    case 'paren':
      return `(${printCalculation(duration.of)})`
    case 'arithmetic':
      return `${printCalculation(duration.left)} ${duration.operator} ${printCalculation(duration.right)}`
    case 'min':
    case 'max':
      return `${duration.kind}_of(${printCalculation(duration.left)}, ${printCalculation(duration.right)})`
  }
}

function printDurationLiteral(seconds: number): string {
  const isNegative = seconds < 0 || Object.is(seconds, -0)
  return `${isNegative ? '-' : ''}${durationText(Math.round(Math.abs(seconds) * 1000))}`
}

/** All digits that are needed and no exponent, as Go's `%f` with the shortest precision. */
function printNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const text = Object.is(value, -0) ? '-0' : String(value)
  const parts = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (parts === null) return text
  const [, sign = '', whole = '', fraction = '', exponent] = parts
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return `${sign}${digits.padEnd(point, '0')}`
}
