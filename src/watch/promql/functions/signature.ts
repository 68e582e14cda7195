import type { ValueType } from '../syntax/value-type.ts'

/** What the parser knows of a function: its name and types. */
export interface Signature {
  readonly name: string
  readonly args: readonly ValueType[]
  /** 0: exactly these; n > 0: the last n may be left out; -1: the last may be left out or repeated without end. */
  readonly variadic: number
  readonly returns: ValueType
  readonly isExperimental: boolean
}
