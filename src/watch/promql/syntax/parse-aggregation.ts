import type { Aggregation, AggregationOperator, Expr } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { parseArguments } from './parse-call.ts'
import { parseGroupingLabels } from './parse-grouping.ts'
import type { Token } from './tokens.ts'

const WITH_PARAM: ReadonlySet<AggregationOperator> = new Set([
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
])

interface Grouping {
  readonly labels: readonly string[]
  readonly without: boolean
}

/** `sum by (a) (x)` or `sum(x) by (a)`, after its operator. */
export function parseAggregation(cursor: Cursor, name: Token, operator: AggregationOperator): Aggregation {
  const [grouping, args] = cursor.inAggregation(() => {
    const before = parseGrouping(cursor)
    const given = parseArguments(cursor)
    return [before, given]
  })
  const { labels, without } = grouping ?? parseGrouping(cursor) ?? { labels: [], without: false }
  const span = cursor.spanFrom(name)
  const [expr, param] = assign(cursor, operator, args, span)
  const aggregation: Aggregation = { kind: 'aggregation', operator, expr, param, grouping: labels, without, span }
  return cursor.built(aggregation, args)
}

function parseGrouping(cursor: Cursor): Grouping | undefined {
  const word = cursor.takeIf('by', 'without')
  return word && { labels: parseGroupingLabels(cursor), without: word.kind === 'without' }
}

function assign(
  cursor: Cursor,
  operator: AggregationOperator,
  args: readonly Expr[],
  span: Aggregation['span'],
): readonly [expr: Expr, param: Expr | undefined] {
  if (args.length === 0) cursor.fail(span, 'no arguments for aggregate expression provided')
  if (!cursor.experimental && (operator === 'limitk' || operator === 'limit_ratio')) {
    const flag = '--enable-feature=promql-experimental-functions'
    cursor.fail(span, `${operator}() is experimental and must be enabled with ${flag}`)
  }
  const wanted = WITH_PARAM.has(operator) ? 2 : 1
  if (args.length !== wanted) {
    const counts = `expected ${wanted}, got ${args.length}`
    cursor.fail(span, `wrong number of arguments for aggregate expression provided, ${counts}`)
  }
  return wanted === 1 ? [args[0] as Expr, undefined] : [args[1] as Expr, args[0]]
}
