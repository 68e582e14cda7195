import type { Chance } from '../chance.ts'
import type { Tree } from '../tree.ts'

/** Makes expressions of each type; what has parts asks it for them, one level less deep. */
export interface Maker {
  readonly chance: Chance
  vector(depth: number): Tree
  scalar(depth: number): Tree
  matrix(depth: number): Tree
}
