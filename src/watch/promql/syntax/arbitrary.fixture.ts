import fc, { type Arbitrary } from 'fast-check'
import { NAME } from '../../../kernel/labels.ts'
import { matcher } from '../../../kernel/matcher.ts'
import type { Signature } from '../functions/signature.ts'
import { SIGNATURES } from '../functions/signatures.ts'
import { arbitraryDuration, arbitraryShift, type DurationOptions, NOWHERE } from './arbitrary-duration.fixture.ts'
import type { Aggregation, Binary, Expr, Matching, NumberLiteral, Subquery, VectorSelector } from './ast.ts'
import type { ValueType } from './value-type.ts'

/** Which queries come out. What is left out has the default that is named. */
export interface QueryOptions extends DurationOptions {
  /** Metrics to ask for; a few, with names that need quotes among them. */
  readonly metrics?: readonly string[]
  /** Labels and values that matchers and groupings ask for; a few. */
  readonly labels?: Readonly<Record<string, readonly string[]>>
  /** Functions that may be called; all stable ones, or all. */
  readonly functions?: readonly string[]
  readonly aggregations?: readonly Aggregation['operator'][]
  readonly operators?: readonly Binary['operator'][]
  /** Experimental functions, modifiers and durations, too; false. */
  readonly experimental?: boolean
  readonly subqueries?: boolean
  /** How deep, at most; 4. */
  readonly depth?: number
}

const AGGREGATIONS = ['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar', 'topk', 'bottomk'] as const
const OPERATORS = ['+', '-', '*', '/', '%', '^', 'atan2', '==', '!=', '>', '<', '>=', '<='] as const
const SETS = ['and', 'or', 'unless'] as const
const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '>', '<', '>=', '<='])

/** A tree of this type, as the parser would make it: its types fit, and parentheses stand where they must. */
export function arbitraryQuery(type: ValueType, options: QueryOptions = {}): Arbitrary<Expr> {
  const { experimental = false, depth = 4, subqueries = true } = options
  const known = [...SIGNATURES.values()].filter(each => experimental || !each.isExperimental)
  const allowed = options.functions === undefined ? known : known.filter(each => options.functions?.includes(each.name))
  const aggregations =
    options.aggregations ??
    ([...AGGREGATIONS, 'quantile', 'count_values', ...(experimental ? ['limitk', 'limit_ratio'] : [])] as const)
  const operators = options.operators ?? [...OPERATORS, ...SETS, ...(experimental ? (['</', '>/'] as const) : [])]
  const scalarOperators = operators.filter(each => !SETS.some(set => set === each))
  const labelNames = Object.keys(labelsOf(options))

  const { vector, scalar, matrix, string } = fc.letrec<Record<ValueType, Expr>>(tie => {
    const labels = fc.uniqueArray(fc.constantFrom(...labelNames), { maxLength: 2 })
    const calls = (returns: ValueType): Arbitrary<Expr>[] =>
      allowed.filter(each => each.returns === returns && each.name !== 'info').map(each => arbitraryCall(each, tie))
    const nested = (kind: ValueType, leaf: Arbitrary<Expr>, ...others: Arbitrary<Expr>[]): Arbitrary<Expr> =>
      fc.oneof(
        { maxDepth: depth, depthIdentifier: 'query', withCrossShrink: true },
        leaf,
        ...others,
        enclosed(tie(kind)),
      )

    const vectorSelector: Arbitrary<Expr> = arbitrarySelector(options)
    const matrixSelector: Arbitrary<Expr> = fc
      .record({ selector: arbitrarySelector(options), range: arbitraryDuration('range', options) })
      .map(({ selector, range }) => ({ kind: 'matrix-selector', selector, range, span: NOWHERE }))
    const aggregation = fc
      .record({ operator: fc.constantFrom(...aggregations), expr: tie('vector'), labels, without: fc.boolean() })
      .chain(({ operator, expr, labels: grouping, without }) =>
        paramOf(operator as Aggregation['operator'], tie).map(
          (param): Expr => ({
            kind: 'aggregation',
            operator: operator as Aggregation['operator'],
            expr,
            param,
            grouping,
            without,
            span: NOWHERE,
          }),
        ),
      )
    const subquery = fc
      .record({
        expr: tie('vector'),
        range: arbitraryDuration('range', options),
        step: fc.option(arbitraryDuration('range', options), { nil: undefined }),
        shift: arbitraryShift(options),
      })
      .map(({ expr, range, step, shift }): Subquery => {
        return { kind: 'subquery', expr: enclose(expr), range, step, ...shift, span: NOWHERE }
      })
    const vectors = [
      aggregation,
      arbitraryBinary(tie('vector'), tie('vector'), operators, labels, experimental),
      arbitraryBinary(tie('vector'), tie('scalar'), scalarOperators, labels, experimental),
      arbitraryBinary(tie('scalar'), tie('vector'), scalarOperators, labels, experimental),
      arbitraryUnary(tie('vector')),
      ...calls('vector'),
    ]
    const scalars = [
      arbitraryBinary(tie('scalar'), tie('scalar'), scalarOperators, labels, experimental),
      arbitraryUnary(tie('scalar')),
      ...calls('scalar'),
    ]
    return {
      vector: nested('vector', vectorSelector, ...vectors),
      scalar: nested('scalar', arbitraryNumber(), ...scalars),
      matrix: subqueries ? nested('matrix', matrixSelector, subquery) : matrixSelector,
      string: fc
        .oneof(fc.constantFrom(...labelNames, '', '$1', '(.*)'), fc.string({ unit: 'grapheme', maxLength: 5 }))
        .filter(value => !/\ufffd/.test(value))
        .map((value): Expr => ({ kind: 'string', value, span: NOWHERE })),
    }
  })
  return { vector, scalar, matrix, string }[type]
}

function labelsOf(options: QueryOptions): Readonly<Record<string, readonly string[]>> {
  return options.labels ?? { job: ['shop', 'a.b'], on: ['', 'x|y'], 'label name': ['"', '\n'], without: ['1'] }
}

function arbitrarySelector(options: QueryOptions): Arbitrary<VectorSelector> {
  const metrics = options.metrics ?? ['up', 'sum', 'by', 'a:b', 'my.metric', 'bool', 'NaN', 'start']
  const labels = labelsOf(options)
  const extensions = options.experimental === true ? [undefined, undefined, 'anchored', 'smoothed'] : [undefined]
  const arbitraryMatcher = fc
    .record({
      name: fc.constantFrom(...Object.keys(labels)),
      operator: fc.constantFrom('=', '!=', '=~', '!~'),
      which: fc.nat(),
    })
    .map(({ name, operator, which }) => {
      const values = labels[name] ?? ['']
      return matcher(name, operator, values[which % values.length] ?? '')
    })
  return fc
    .record({
      name: fc.constantFrom(...metrics),
      matchers: fc.array(arbitraryMatcher, { maxLength: 2 }),
      extension: fc.constantFrom(...extensions) as Arbitrary<VectorSelector['extension']>,
      shift: arbitraryShift(options),
    })
    .map(({ name, matchers, extension, shift }) => ({
      kind: 'vector-selector',
      name,
      matchers: [matcher(NAME, '=', name), ...matchers],
      extension,
      ...shift,
      span: NOWHERE,
    }))
}

function arbitraryNumber(): Arbitrary<NumberLiteral> {
  const plain = fc.oneof(fc.integer({ min: -9, max: 99 }), fc.double(), fc.constantFrom(0.5, -0, 1e-9, 1e300))
  const durations = fc.integer({ min: -1e9, max: 1e12 }).map(ms => ms / 1000)
  return fc.oneof(
    plain.map((value): NumberLiteral => ({ kind: 'number', value, isDuration: false, span: NOWHERE })),
    durations.map((value): NumberLiteral => ({ kind: 'number', value, isDuration: true, span: NOWHERE })),
  )
}

type Tie = (type: ValueType) => Arbitrary<Expr>

function arbitraryCall(called: Signature, tie: Tie): Arbitrary<Expr> {
  const { args, variadic } = called
  const most = variadic < 0 ? args.length + 1 : args.length - 1 + (variadic || 1)
  return fc
    .integer({ min: variadic === 0 ? args.length : args.length - 1, max: Math.max(most, args.length) })
    .chain(count => {
      const types = Array.from({ length: count }, (_, i) => args[Math.min(i, args.length - 1)] as ValueType)
      return fc.tuple(...types.map(tie))
    })
    .map((given): Expr => ({ kind: 'call', function: called, args: given, span: NOWHERE }))
}

function paramOf(operator: Aggregation['operator'], tie: Tie): Arbitrary<Expr | undefined> {
  if (operator === 'count_values') return fc.constant({ kind: 'string', value: 'v', span: NOWHERE })
  return ['topk', 'bottomk', 'quantile', 'limitk', 'limit_ratio'].includes(operator)
    ? tie('scalar')
    : fc.constant(undefined)
}

function arbitraryUnary(expr: Arbitrary<Expr>): Arbitrary<Expr> {
  return fc.record({ operator: fc.constantFrom('+', '-'), operand: expr }).map(({ operator, operand }): Expr => {
    // A sign before a number is the number's own.
    const of = operand.kind === 'number' || operand.kind === 'binary' ? inParentheses(operand) : operand
    return { kind: 'unary', operator, expr: of, span: NOWHERE }
  })
}

function arbitraryBinary(
  left: Arbitrary<Expr>,
  right: Arbitrary<Expr>,
  operators: readonly Binary['operator'][],
  labels: Arbitrary<string[]>,
  experimental: boolean,
): Arbitrary<Expr> {
  const cardinality = fc.constantFrom('one-to-one', 'many-to-one', 'one-to-many')
  const value = experimental ? fc.option(fc.constantFrom(0, -1.5), { nil: undefined }) : fc.constant(undefined)
  const matching = fc.record({ on: fc.boolean(), labels, cardinality, include: labels, left: value, right: value })
  return fc
    .record({ left, right, operator: fc.constantFrom(...operators), isBool: fc.boolean(), matching })
    .map(({ matching: drawn, operator, isBool, ...sides }): Expr => {
      const isScalars = isScalar(sides.left) && isScalar(sides.right)
      return {
        kind: 'binary',
        operator,
        left: enclose(sides.left),
        right: enclose(sides.right),
        isBool: COMPARISONS.has(operator) && (isBool || isScalars),
        matching: isScalar(sides.left) || isScalar(sides.right) ? undefined : settle(drawn, operator),
        span: NOWHERE,
      }
    })
}

type Drawn = Omit<Matching, 'fill'> & { readonly left: number | undefined; readonly right: number | undefined }

/** What the parser would make of it: set operators match many to many, and labels stand on one side of a match. */
function settle({ left, right, ...drawn }: Drawn, operator: Binary['operator']): Matching {
  if (SETS.some(each => each === operator)) {
    const nothing = { left: undefined, right: undefined }
    return { ...drawn, cardinality: 'many-to-many', include: [], fill: nothing }
  }
  const include = drawn.include.filter(each => !drawn.on || !drawn.labels.includes(each))
  return { ...drawn, include: drawn.cardinality === 'one-to-one' ? [] : include, fill: { left, right } }
}

function isScalar(expr: Expr): boolean {
  if (expr.kind === 'call') return expr.function.returns === 'scalar'
  if (expr.kind === 'binary') return isScalar(expr.left) && isScalar(expr.right)
  return expr.kind === 'paren' || expr.kind === 'unary' ? isScalar(expr.expr) : expr.kind === 'number'
}

/** In parentheses, where an operator beside it would tear it apart. */
function enclose(expr: Expr): Expr {
  const isSigned =
    expr.kind === 'number' && (expr.value < 0 || !Number.isFinite(expr.value) || Object.is(expr.value, -0))
  // A calculated offset would take an operator that follows it for its own.
  const isOpen = expr.kind === 'vector-selector' && expr.offset !== undefined && expr.offset.kind !== 'fixed'
  if (expr.kind !== 'binary' && expr.kind !== 'unary' && !isSigned && !isOpen) return expr
  return inParentheses(expr)
}

function inParentheses(expr: Expr): Expr {
  return { kind: 'paren', expr, span: NOWHERE }
}

function enclosed(expr: Arbitrary<Expr>): Arbitrary<Expr> {
  return expr.map(inParentheses)
}
