import type { Labels } from '../../../../kernel/labels.ts'
import { VALUES_A_LABEL_SET } from '../../pieces.ts'
import type { Matching } from '../../syntax/ast.ts'
import type { Budget } from '../budget.ts'
import { Groups } from '../grouping.ts'
import { twinsRefused } from '../names.ts'
import type { Run } from '../run.ts'
import { NOTHING, type Vector } from '../value.ts'

/*
 * Set operators look only at which label sets there are, step by step; values and histograms pass as they are.
 * https://prometheus.io/docs/prometheus/latest/querying/operators/#logical-set-binary-operators
 */

/** `and`, `unless`: what of the left side has (or has not) a partner on the right. In place. */
export async function keepMatched(
  left: Vector,
  right: Vector,
  matching: Matching,
  wanted: 'partner' | 'no partner',
  { budget }: Run,
): Promise<Vector> {
  const groups = groupsOf(matching)
  const present = await presenceOf(right, groups, budget)
  const groupOf = await groups.find(left.labels, budget)
  const { steps, kinds } = left
  const removed = wanted === 'partner' ? 0 : 1
  await budget.inPieces(left.size, steps, s => {
    const group = groupOf[s] as number
    for (let i = 0; i < steps; i++) {
      const hasPartner = group < 0 ? 0 : (present[group * steps + i] as number)
      if (hasPartner === removed) kinds[s * steps + i] = NOTHING
    }
  })
  return left
}

/** `or`: the left side, and of the right side what has no partner there. */
export async function unite(left: Vector, right: Vector, matching: Matching, { budget }: Run): Promise<Vector> {
  const groups = groupsOf(matching)
  const present = await presenceOf(left, groups, budget)
  const groupOf = await groups.find(right.labels, budget)
  const { steps } = left
  const startOf = new Map<string, number>()
  await budget.inPieces(left.size, VALUES_A_LABEL_SET, s => {
    startOf.set((left.labels[s] as Labels).key, s * steps)
  })
  await budget.inPieces(right.size, VALUES_A_LABEL_SET + 2 * steps, s => {
    const labels = right.labels[s] as Labels
    const start = startOf.get(labels.key) ?? left.addSeries(labels)
    if (right.unnamed?.has(s) === true) (left.unnamed ??= new Set()).add(start / steps)
    const group = groupOf[s] as number
    for (let i = 0; i < steps; i++) {
      if (right.kinds[s * steps + i] === NOTHING) continue
      if (group < 0 || present[group * steps + i] === 0) copy(right, s * steps + i, left, start + i)
    }
  })
  return left
}

function groupsOf({ on, labels }: Matching): Groups {
  return new Groups({ labels, without: !on, ofMetric: true })
}

/** 1 where a group has anything, group by group and step by step. */
async function presenceOf({ labels, steps, size, kinds }: Vector, groups: Groups, budget: Budget): Promise<Uint8Array> {
  const groupOf = await groups.assign(labels, budget)
  const present = new Uint8Array(groups.size * steps)
  await budget.inPieces(size, steps, s => {
    const start = (groupOf[s] as number) * steps
    for (let i = 0; i < steps; i++) if (kinds[s * steps + i] !== NOTHING) present[start + i] = 1
  })
  return present
}

function copy(from: Vector, place: number, to: Vector, target: number): void {
  if (to.kinds[target] !== NOTHING) throw twinsRefused()
  const histogram = from.histogramAt(place)
  if (histogram === undefined) to.setFloat(target, from.values[place] as number)
  else to.setHistogram(target, histogram)
}
