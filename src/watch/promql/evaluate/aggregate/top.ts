import type { Aggregation } from '../../syntax/ast.ts'
import type { Run } from '../run.ts'
import { FLOAT, HISTOGRAM, Vector } from '../value.ts'
import { group, groupingOf, membersOf } from './groups.ts'
import { Heap } from './heap.ts'
import { howMany } from './how-many.ts'
import { Picks } from './pick.ts'

/**
 * `topk(k, v)`, `bottomk(k, v)`: at each step the k greatest (least) floats of each group, so that a range query can
 * give more than k series. In an instant query, group by group, the best first. NaN is taken last.
 */
export async function topOrBottom(node: Aggregation, vector: Vector, ks: Float64Array, run: Run): Promise<Vector> {
  const counts = howMany(ks)
  if (counts === undefined) return new Vector(vector.steps, 0)
  const { groupOf, result } = await group(vector, groupingOf(node), run.budget)
  const members = membersOf(groupOf, result.size)
  const picks = new Picks(vector)
  const { steps, kinds, values } = vector
  const heap = new Heap(node.operator === 'topk' ? 1 : -1)
  const membersAGroup = Math.ceil(vector.size / Math.max(1, result.size))
  await run.budget.inPieces(result.size * steps, 16 + 4 * membersAGroup, place => {
    const step = place % steps
    const k = counts[step] as number
    if (k < 1) return
    heap.clear()
    for (const s of members[(place - step) / steps] as number[]) {
      const kind = kinds[s * steps + step]
      if (kind === FLOAT) heap.offer(s, values[s * steps + step] as number, k)
      else if (kind === HISTOGRAM) run.notes.info(`ignored histogram in ${node.operator} aggregation`, node.span)
    }
    for (const s of heap.bestFirst()) picks.pick(s, step)
  })
  return picks.result
}
