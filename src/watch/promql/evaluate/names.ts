import type { Labels } from '../../../kernel/labels.ts'
import { PromQLError } from '../error.ts'
import { type Pieces, VALUES_A_LABEL_SET } from '../pieces.ts'
import type { Run } from './run.ts'
import { NOTHING, Vector } from './value.ts'

/** Whether two series may have the same labels now. */
type Twins = 'twins?' | 'no twins'

/** Takes every series' name, at once or at the end. */
export async function dropNames(vector: Vector, { delaysNames, budget }: Run): Promise<Vector> {
  if (!delaysNames) return refuseTwins(vector, budget, await dropAll(vector.labels, budget))
  vector.unnamed = new Set(vector.labels.keys())
  return vector
}

export function dropName(vector: Vector, series: number, { delaysNames }: Pick<Run, 'delaysNames'>): void {
  if (delaysNames) (vector.unnamed ??= new Set()).add(series)
  else vector.labels[series] = (vector.labels[series] as Labels).nameless
}

/** What was put off until the end: the names of those series go now. */
export async function dropDelayedNames(vector: Vector, pieces: Pieces): Promise<Vector> {
  const { unnamed, labels } = vector
  if (unnamed === undefined) return vector
  await pieces.inPieces(vector.size, VALUES_A_LABEL_SET, s => {
    if (unnamed.has(s)) labels[s] = (labels[s] as Labels).nameless
  })
  vector.unnamed = undefined
  return refuseTwins(vector, pieces)
}

/** In place. Tells whether two may be alike now; series that all had one name were told apart by something else. */
export async function dropAll(labels: Labels[], pieces: Pieces): Promise<Twins> {
  const first = labels[0]?.name
  let twins: Twins = 'no twins'
  await pieces.inPieces(labels.length, VALUES_A_LABEL_SET, s => {
    const full = labels[s] as Labels
    const { nameless } = full
    if (full.name !== first || full.size - nameless.size > 1) twins = 'twins?'
    labels[s] = nameless
  })
  return twins
}

/** A vector in which each label set stands once; throws where two series of one set have something at one step. */
export async function refuseTwins(vector: Vector, pieces: Pieces, twins: Twins = 'twins?'): Promise<Vector> {
  if (twins === 'no twins' || !(await hasTwins(vector.labels, pieces))) return vector
  const { steps, labels, kinds, values } = vector
  const merged = new Vector(steps, vector.size)
  const startOf = new Map<string, number>()
  await pieces.inPieces(labels.length, VALUES_A_LABEL_SET + 2 * steps, s => {
    const each = labels[s] as Labels
    let start = startOf.get(each.key)
    if (start === undefined) startOf.set(each.key, (start = merged.addSeries(each)))
    if (vector.unnamed?.has(s) === true) (merged.unnamed ??= new Set()).add(start / steps)
    for (let i = 0; i < steps; i++) {
      const from = s * steps + i
      if (kinds[from] === NOTHING) continue
      if (merged.kinds[start + i] !== NOTHING) throw twinsRefused()
      const histogram = vector.histogramAt(from)
      if (histogram === undefined) merged.setFloat(start + i, values[from] as number)
      else merged.setHistogram(start + i, histogram)
    }
  })
  return merged
}

export async function hasTwins(labels: readonly Labels[], pieces: Pieces): Promise<boolean> {
  if (labels.length < 2) return false
  const seen = new Set<string>()
  await pieces.inPieces(labels.length, VALUES_A_LABEL_SET, s => {
    seen.add((labels[s] as Labels).key)
  })
  return seen.size < labels.length
}

export function twinsRefused(): PromQLError {
  return new PromQLError('execution', 'vector cannot contain metrics with the same labelset')
}
