import type { Annotations } from '../annotations.ts'
import type { Series, Storage } from '../series/storage.ts'
import type { Expr } from '../syntax/ast.ts'
import type { Budget } from './budget.ts'
import type { Frame } from './frame.ts'
import type { Value } from './value.ts'

/** One query under way: what its nodes share. */
export interface Run {
  readonly storage: Storage
  readonly budget: Budget
  readonly notes: Annotations
  /** The query as it was written, for positions. */
  readonly text: string
  /** The query's own time: `start()`, `end()` (its last step may be before it), and 0 between an instant query's. */
  readonly startMs: number
  readonly endMs: number
  readonly stepMs: number
  readonly lookbackMs: number
  /** A subquery's step where it has none. */
  readonly subqueryStepMs: number
  /** Names go at the end of the evaluation and not at once. */
  readonly delaysNames: boolean
  /** What was read so far, by matchers and span: a selector that stands twice in a query is read once. */
  readonly read: Map<string, Promise<readonly Series[]>>
  /** What a node is worth at each step of a frame. `around` is the function or aggregation that it stands in. */
  evaluate(expr: Expr, frame: Frame, around?: string): Promise<Value>
}
