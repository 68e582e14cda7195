import { type Tree, tree } from '../tree.ts'
import type { Maker } from './maker.ts'
import { shifted } from './selector.ts'

/**
 * `expr[range:step] @ … offset …`. Steps and offsets are multiples of 15 s and ranges are 7 s more than one, so that
 * no step lies on the left edge of a range, even of a subquery inside another: there Prometheus 2 and 3 differ.
 */
export function subquery(maker: Maker, depth: number): Tree {
  const { chance } = maker
  const expr = chance.is(0.85) ? maker.vector(depth - 1) : maker.scalar(depth - 1)
  const step = chance.of(['', '15s', '30s', '1m', '1m30s', '5m'])
  const range = chance.of(['52s', '2m7s', '5m7s', '10m7s', '20m22s'])
  const text = `[${range}:${step}]`
  const isSimple = expr.parts.length === 1
  const parts: Tree['parts'] = isSimple ? [expr, text] : ['(', expr, ')', text]
  return shifted(chance, tree('matrix', parts, { labels: expr.labels }), 0.1)
}
