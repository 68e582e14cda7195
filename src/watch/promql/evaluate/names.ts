import type { Labels } from '../../../kernel/labels.ts'
import { PromQLError } from '../error.ts'
import { NOTHING, Vector } from './value.ts'

/** What becomes of a name that an operation takes away. */
export interface Names {
  readonly delaysNames: boolean
}

/** Takes every series' name, at once or at the end. */
export function dropNames(vector: Vector, names: Names): Vector {
  if (names.delaysNames) {
    for (let s = 0; s < vector.size; s++) dropName(vector, s, names)
    return vector
  }
  return refuseTwins(vector, dropAll(vector.labels))
}

export function dropName(vector: Vector, series: number, { delaysNames }: Names): void {
  if (delaysNames) (vector.unnamed ??= new Set()).add(series)
  else vector.labels[series] = (vector.labels[series] as Labels).nameless
}

/** What was put off until the end: the names of those series go now. */
export function dropDelayedNames(vector: Vector): Vector {
  if (vector.unnamed === undefined) return vector
  for (const s of vector.unnamed) vector.labels[s] = (vector.labels[s] as Labels).nameless
  vector.unnamed = undefined
  return refuseTwins(vector)
}

/** In place. Tells whether two may be alike now; series that all had one name were told apart by something else. */
export function dropAll(labels: Labels[]): 'twins?' | 'no twins' {
  const first = labels[0]?.name
  let twins: 'twins?' | 'no twins' = 'no twins'
  for (let s = 0; s < labels.length; s++) {
    const full = labels[s] as Labels
    const { nameless } = full
    if (full.name !== first || full.size - nameless.size > 1) twins = 'twins?'
    labels[s] = nameless
  }
  return twins
}

/** A vector in which each label set stands once; throws where two series of one set have something at one step. */
export function refuseTwins(vector: Vector, twins: 'twins?' | 'no twins' = 'twins?'): Vector {
  if (twins === 'no twins' || !hasTwins(vector.labels)) return vector
  const { steps, labels, kinds, values } = vector
  const merged = new Vector(steps, vector.size)
  const startOf = new Map<string, number>()
  for (let s = 0; s < labels.length; s++) {
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
  }
  return merged
}

export function hasTwins(labels: readonly Labels[]): boolean {
  if (labels.length < 2) return false
  const seen = new Set<string>()
  for (const each of labels) seen.add(each.key)
  return seen.size < labels.length
}

export function twinsRefused(): PromQLError {
  return new PromQLError('execution', 'vector cannot contain metrics with the same labelset')
}
