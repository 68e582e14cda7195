import { shortNumber } from '../../number-text.ts'
import { quantile } from '../../quantile.ts'
import type { Aggregation } from '../../syntax/ast.ts'
import type { Run } from '../run.ts'
import { FLOAT, HISTOGRAM, type Vector } from '../value.ts'
import { tellOfIgnored } from './fold.ts'
import { group, groupingOf, membersOf } from './groups.ts'

/** `quantile(φ, v)`: the φ-quantile of each group's floats, between the two that are nearest to it. */
export async function ofQuantile(node: Aggregation, vector: Vector, phis: Float64Array, run: Run): Promise<Vector> {
  warnOfPhi(node, phis, run)
  const { groupOf, result } = await group(vector, groupingOf(node), run.budget)
  const members = membersOf(groupOf, result.size)
  const { steps, kinds, values } = vector
  const floats = new Float64Array(vector.size)
  const membersAGroup = Math.ceil(vector.size / Math.max(1, result.size))
  await run.budget.inPieces(result.size * steps, 16 + 8 * membersAGroup, place => {
    const step = place % steps
    let found = 0
    for (const s of members[(place - step) / steps] as number[]) {
      const kind = kinds[s * steps + step]
      if (kind === FLOAT) floats[found++] = values[s * steps + step] as number
      else if (kind === HISTOGRAM) tellOfIgnored(node, run)
    }
    if (found > 0) result.setFloat(place, quantile(phis[step] as number, floats, found))
  })
  return result
}

/** Once for the least and once for the greatest of all steps, as Prometheus does. */
function warnOfPhi({ param, span }: Aggregation, phis: Float64Array, { notes }: Run): void {
  const warn = (phi: number): void => {
    notes.warn(`quantile value should be between 0 and 1, got ${shortNumber(phi)}`, (param ?? { span }).span)
  }
  let [least, greatest] = [Infinity, -Infinity]
  for (const phi of phis) {
    if (Number.isNaN(phi)) return warn(NaN)
    if (phi < least) least = phi
    if (phi > greatest) greatest = phi
  }
  if (greatest > 1) warn(greatest)
  if (least < 0) warn(least)
}
