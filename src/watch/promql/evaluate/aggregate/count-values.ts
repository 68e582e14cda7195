import type { Labels } from '../../../../kernel/labels.ts'
import { PromQLError } from '../../error.ts'
import { histogramText } from '../../histogram/text.ts'
import { VALUES_A_LABEL_SET } from '../../pieces.ts'
import { plainNumber } from '../../plain-number.ts'
import { isLabelName } from '../../series/label-name.ts'
import type { Aggregation } from '../../syntax/ast.ts'
import { quote } from '../../syntax/quote.ts'
import { Groups, labelsOfGroup } from '../grouping.ts'
import type { Run } from '../run.ts'
import { FLOAT, NOTHING, Vector } from '../value.ts'
import { groupingOf } from './groups.ts'

/** `count_values(label, v)`: how often each value is in each group, with the value's text as that label. */
export async function countValues(node: Aggregation, vector: Vector, label: string, run: Run): Promise<Vector> {
  if (!isLabelName(label)) {
    throw new PromQLError('execution', `invalid label name ${quote(label)}`, { span: (node.param ?? node).span })
  }
  const { labels, without } = groupingOf(node)
  const others = labels.filter(name => name !== label)
  const grouping = { labels: without ? [...others, label] : others, without }
  const isDropped = without && labels.includes(label)
  const groupOf = await new Groups(grouping).assign(vector.labels, run.budget)
  const counts = new Vector(vector.steps, vector.size)
  const startOf = new Map<string, number>()
  const textOf = texts()
  await run.budget.inPieces(vector.size, VALUES_A_LABEL_SET * vector.steps, s => {
    const base = labelsOfGroup(vector.labels[s] as Labels, grouping)
    for (let i = 0; i < vector.steps; i++) {
      const place = s * vector.steps + i
      if (vector.kinds[place] === NOTHING) continue
      const histogram = vector.histogramAt(place)
      const text = histogram === undefined ? textOf(vector.values[place] as number) : histogramText(histogram)
      const key = isDropped ? String(groupOf[s]) : `${groupOf[s]} ${text}`
      let start = startOf.get(key)
      if (start === undefined) {
        startOf.set(key, (start = counts.addSeries(isDropped ? base : base.with(label, text))))
      }
      counts.kinds[start + i] = FLOAT
      counts.values[start + i] = (counts.values[start + i] as number) + 1
    }
  })
  return counts
}

/** Values repeat. 0 and -0 are one key of a map, but two texts. */
function texts(): (value: number) => string {
  const known = new Map<number, string>()
  return value => {
    if (Object.is(value, -0)) return '-0'
    let text = known.get(value)
    if (text === undefined) known.set(value, (text = plainNumber(value)))
    return text
  }
}
