import type { Labels } from '../../../../kernel/labels.ts'
import { PromQLError } from '../../error.ts'
import { shortNumber } from '../../number-text.ts'
import type { Aggregation } from '../../syntax/ast.ts'
import type { Run } from '../run.ts'
import { NOTHING, Vector } from '../value.ts'
import { group, groupingOf, membersOf } from './groups.ts'
import { howMany } from './how-many.ts'
import { Picks } from './pick.ts'

/** `limitk(k, v)` (experimental): any k series of each group; the first ones that have something at the step. */
export async function limitK(node: Aggregation, vector: Vector, ks: Float64Array, run: Run): Promise<Vector> {
  const counts = howMany(ks)
  if (counts === undefined) return new Vector(vector.steps, 0)
  const { groupOf, result } = group(vector, groupingOf(node))
  const members = membersOf(groupOf, result.size)
  return pickSteps(vector, run, (step, picks) => {
    for (const series of members) {
      let left = counts[step] as number
      for (const s of series) {
        if (left < 1) break
        if (vector.kinds[s * vector.steps + step] === NOTHING) continue
        picks.pick(s, step)
        left--
      }
    }
  })
}

/**
 * `limit_ratio(r, v)` (experimental): about so big a share of the series, always the same ones; a negative share is
 * what its positive counterpart leaves over. Which ones is told by a hash of their labels. It is not Prometheus' hash,
 * so it picks others.
 */
export async function limitRatio(node: Aggregation, vector: Vector, ratios: Float64Array, run: Run): Promise<Vector> {
  const { notes } = run
  const warn = (ratio: number, cap: number): void => {
    const text = `ratio value should be between -1 and 1, got ${shortNumber(ratio)}, capping to ${cap}`
    notes.warn(text, (node.param ?? node).span)
  }
  if (ratios.every(ratio => ratio === 0)) return new Vector(vector.steps, 0)
  if (ratios.some(Number.isNaN)) throw new PromQLError('execution', 'Ratio value is NaN')
  const [least, greatest] = [Math.min(...ratios), Math.max(...ratios)]
  if (greatest > 1) warn(greatest, 1)
  if (least < -1) warn(least, -1)
  const shares = vector.labels.map(shareOf)
  return pickSteps(vector, run, (step, picks) => {
    const ratio = Math.max(-1, Math.min(1, ratios[step] as number))
    for (const [s, share] of shares.entries()) {
      const isIn = ratio >= 0 ? share < ratio : share >= 1 + ratio
      if (isIn && vector.kinds[s * vector.steps + step] !== NOTHING) picks.pick(s, step)
    }
  })
}

async function pickSteps(vector: Vector, run: Run, pick: (step: number, picks: Picks) => void): Promise<Vector> {
  const picks = new Picks(vector)
  await run.budget.inPieces(vector.steps, vector.size, (from, to) => {
    for (let step = from; step < to; step++) pick(step, picks)
  })
  return picks.result
}

/** A number of 0 ≤ x < 1 for a label set: FNV-1a over its key, stirred once more since keys differ little. */
function shareOf({ key }: Labels): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
