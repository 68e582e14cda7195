import type { Labels } from '../../../../kernel/labels.ts'
import { PromQLError } from '../../error.ts'
import { shortNumber } from '../../number-text.ts'
import { VALUES_A_LABEL_SET } from '../../pieces.ts'
import type { Aggregation } from '../../syntax/ast.ts'
import { xxhash64 } from '../../xxhash64.ts'
import type { Run } from '../run.ts'
import { NOTHING, Vector } from '../value.ts'
import { group, groupingOf } from './groups.ts'
import { howMany } from './how-many.ts'
import { Picks } from './pick.ts'

/** `limitk(k, v)` (experimental): any k series of each group; the first ones that have something at the step. */
export async function limitK(node: Aggregation, vector: Vector, ks: Float64Array, run: Run): Promise<Vector> {
  const counts = howMany(ks)
  if (counts === undefined) return new Vector(vector.steps, 0)
  const { groupOf, result } = await group(vector, groupingOf(node), run.budget)
  const taken = new Uint32Array(result.size * vector.steps)
  return pick(vector, run, (s, step) => {
    const place = (groupOf[s] as number) * vector.steps + step
    const before = taken[place] as number
    if (before >= (counts[step] as number)) return false
    taken[place] = before + 1
    return true
  })
}

/**
 * `limit_ratio(r, v)` (experimental): about so big a share of the series, always the same ones, and the same that
 * Prometheus picks; a negative share is what its positive counterpart leaves over.
 */
export async function limitRatio(node: Aggregation, vector: Vector, ratios: Float64Array, run: Run): Promise<Vector> {
  if (ratios.every(ratio => ratio === 0)) return new Vector(vector.steps, 0)
  if (ratios.some(Number.isNaN)) throw new PromQLError('execution', 'Ratio value is NaN')
  warnOfRatios(node, ratios, run)
  const shares = new Float64Array(vector.size)
  await run.budget.inPieces(vector.size, 8 * VALUES_A_LABEL_SET, s => {
    shares[s] = shareOf(vector.labels[s] as Labels)
  })
  return pick(vector, run, (s, step) => {
    const ratio = Math.max(-1, Math.min(1, ratios[step] as number))
    const share = shares[s] as number
    return ratio >= 0 ? share < ratio : share >= 1 + ratio
  })
}

/** Of the greatest and of the least, if they are out of bounds. */
function warnOfRatios(node: Aggregation, ratios: Float64Array, { notes }: Run): void {
  const warn = (ratio: number, cap: number): void => {
    const text = `ratio value should be between -1 and 1, got ${shortNumber(ratio)}, capping to ${cap}`
    notes.warn(text, (node.param ?? node).span)
  }
  let [least, greatest] = [Infinity, -Infinity]
  for (const ratio of ratios) {
    if (ratio < least) least = ratio
    if (ratio > greatest) greatest = ratio
  }
  if (greatest > 1) warn(greatest, 1)
  if (least < -1) warn(least, -1)
}

/** Asks of each series, at each step at which it has something, whether it is picked. */
async function pick(vector: Vector, run: Run, isPicked: (s: number, step: number) => boolean): Promise<Vector> {
  const { steps, kinds } = vector
  const picks = new Picks(vector)
  await run.budget.inPieces(vector.size, 4 * steps, s => {
    for (let step = 0; step < steps; step++) {
      if (kinds[s * steps + step] !== NOTHING && isPicked(s, step)) picks.pick(s, step)
    }
  })
  return picks.result
}

/** A number of 0 ≤ x ≤ 1 for a label set. */
function shareOf(labels: Labels): number {
  return Number(xxhash64(hashedForm(labels))) / 2 ** 64
}

/**
 * What Prometheus hashes of labels: name, value, name, value, … in UTF-8, each after its length, which is one byte, or
 * from 255 bytes on 255 and three bytes, the least significant first.
 */
function hashedForm({ flat }: Labels): Uint8Array {
  const parts = flat.map(part => UTF8.encode(part))
  const bytes = new Uint8Array(parts.reduce((size, { length }) => size + length + (length < 255 ? 1 : 4), 0))
  let at = 0
  for (const part of parts) {
    const { length } = part
    const prefix = length < 255 ? [length] : [255, length & 255, (length >> 8) & 255, length >> 16]
    bytes.set(prefix, at)
    bytes.set(part, at + prefix.length)
    at += prefix.length + length
  }
  return bytes
}

const UTF8 = new TextEncoder()
