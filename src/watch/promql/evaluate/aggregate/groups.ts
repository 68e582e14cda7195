import type { Labels } from '../../../../kernel/labels.ts'
import { type Pieces, VALUES_A_LABEL_SET } from '../../pieces.ts'
import type { Aggregation } from '../../syntax/ast.ts'
import { type Grouping, Groups, labelsOfGroup } from '../grouping.ts'
import { Vector } from '../value.ts'

/** A vector's series in groups. */
export interface Grouped {
  /** By series. */
  readonly groupOf: Int32Array
  /** One series a group, with nothing in it yet. */
  readonly result: Vector
}

export function groupingOf({ grouping, without }: Aggregation): Grouping {
  return { labels: grouping, without }
}

export async function group(vector: Vector, grouping: Grouping, pieces: Pieces): Promise<Grouped> {
  const groups = new Groups(grouping)
  const groupOf = await groups.assign(vector.labels, pieces)
  const result = new Vector(vector.steps, groups.size)
  await pieces.inPieces(vector.size, VALUES_A_LABEL_SET, s => {
    if (groupOf[s] === result.size) result.addSeries(labelsOfGroup(vector.labels[s] as Labels, grouping))
  })
  for (const s of vector.unnamed ?? []) (result.unnamed ??= new Set()).add(groupOf[s] as number)
  return { groupOf, result }
}

/** The series of each group, in their order. */
export function membersOf(groupOf: Int32Array, groups: number): number[][] {
  const members = Array.from({ length: groups }, (): number[] => [])
  for (const [s, group] of groupOf.entries()) members[group]?.push(s)
  return members
}
