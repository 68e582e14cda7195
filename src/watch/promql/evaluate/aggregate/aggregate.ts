import type { Aggregation } from '../../syntax/ast.ts'
import type { Frame } from '../frame.ts'
import type { Run } from '../run.ts'
import type { ScalarValue, StringValue, Vector } from '../value.ts'
import { countValues } from './count-values.ts'
import { fold } from './fold.ts'
import { limitK, limitRatio } from './limit.ts'
import { ofQuantile } from './quantile.ts'
import { sumOrMean } from './sums.ts'
import { topOrBottom } from './top.ts'

/**
 * `sum by (job) (v)`, `topk without (instance) (3, v)`: one series a group or, of those that pick (`topk`, `bottomk`,
 * `limitk`, `limit_ratio`), some series of each group with all their labels. What a parameter is may change from step
 * to step.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators
 */
export async function aggregate(node: Aggregation, frame: Frame, run: Run): Promise<Vector> {
  const param = node.param && (await run.evaluate(node.param, frame))
  const vector = (await run.evaluate(node.expr, frame, node.operator)) as Vector
  switch (node.operator) {
    case 'sum':
    case 'avg':
      return sumOrMean(node, vector, run)
    case 'count':
    case 'group':
    case 'min':
    case 'max':
    case 'stddev':
    case 'stdvar':
      return fold(node, vector, run)
    case 'quantile':
      return ofQuantile(node, vector, (param as ScalarValue).values, run)
    case 'count_values':
      return countValues(node, vector, (param as StringValue).text, run)
    case 'topk':
    case 'bottomk':
      return topOrBottom(node, vector, (param as ScalarValue).values, run)
    case 'limitk':
      return limitK(node, vector, (param as ScalarValue).values, run)
    case 'limit_ratio':
      return limitRatio(node, vector, (param as ScalarValue).values, run)
  }
}
