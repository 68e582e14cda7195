import { Labels, NAME } from '../../../kernel/labels.ts'
import { NOTHING, type Ranges, Vector } from '../evaluate/value.ts'
import { firstAfter } from '../series/samples.ts'
import type { Expr } from '../syntax/ast.ts'
import type { OnWhole } from './function.ts'

/**
 * `absent(v)`: 1 where the vector is empty, with the labels that its selector demands; nothing where it is not.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#absent
 */
export const absent: OnWhole = {
  shape: 'on-whole',
  async apply([argument], whole) {
    const { steps, size, kinds } = argument as Vector
    const isPresent = new Uint8Array(steps)
    await whole.inPieces(size, steps, series => {
      for (let step = 0; step < steps; step++) if (kinds[series * steps + step] !== NOTHING) isPresent[step] = 1
    })
    return whereAbsent(isPresent, whole.call.args[0])
  },
}

/**
 * `absent_over_time(v)`: 1 where no series has a sample in the range.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#absent_over_time
 */
export const absentOverTime: OnWhole = {
  shape: 'on-whole',
  async apply([argument], whole) {
    const { series, endsMs, rangeMs } = argument as Ranges
    const isPresent = new Uint8Array(endsMs.length)
    await whole.inPieces(series.length, 8 * endsMs.length, at => {
      const { timesMs } = (series[at] as Ranges['series'][number]).samples
      for (let step = 0; step < endsMs.length; step++) {
        if (isPresent[step] === 1) continue
        const endMs = endsMs[step] as number
        const last = firstAfter(timesMs, endMs) - 1
        if (last >= 0 && (timesMs[last] as number) > endMs - rangeMs) isPresent[step] = 1
      }
    })
    return whereAbsent(isPresent, whole.call.args[0])
  },
}

function whereAbsent(isPresent: Uint8Array, expr: Expr | undefined): Vector {
  const result = new Vector(isPresent.length, 1)
  if (isPresent.every(flag => flag === 1)) return result
  result.addSeries(labelsDemanded(expr))
  for (const [step, flag] of isPresent.entries()) if (flag === 0) result.setFloat(step, 1)
  return result
}

/**
 * Those that the selector wants to equal a text and says nothing else of: `{job="a", path=~".+"}` demands job="a". A
 * calculation demands none.
 */
function labelsDemanded(expr: Expr | undefined): Labels {
  const selector = selectorOf(expr)
  if (selector === undefined) return Labels.EMPTY
  const byName = new Map<string, string>()
  const seen = new Set<string>()
  for (const { name, operator, value } of selector.matchers) {
    if (name === NAME) continue
    if (operator === '=' && !seen.has(name)) {
      byName.set(name, value)
      seen.add(name)
    } else {
      byName.delete(name)
    }
  }
  return Labels.from(byName)
}

function selectorOf(expr: Expr | undefined): Extract<Expr, { kind: 'vector-selector' }> | undefined {
  if (expr?.kind === 'paren') return selectorOf(expr.expr)
  if (expr?.kind === 'matrix-selector') return expr.selector
  return expr?.kind === 'vector-selector' ? expr : undefined
}
