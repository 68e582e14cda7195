import type { Matching } from './ast.ts'

/** What stands between an operator and its right side: `bool on (a) group_left (b) fill (0)`. */
export interface BinaryModifiers extends Matching {
  readonly isBool: boolean
}
