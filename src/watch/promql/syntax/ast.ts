import type { Matcher } from '../../../kernel/matcher.ts'
import type { Span } from '../error.ts'
import type { Signature } from '../functions/signature.ts'

/* A query as a tree. Immutable; every node knows its stretch of the text. */

export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregation
  | Binary
  | Unary
  | Paren

interface Node {
  readonly span: Span
}

export interface NumberLiteral extends Node {
  readonly kind: 'number'
  readonly value: number
  /** Written as a duration (`5m` is 300), and printed so. */
  readonly isDuration: boolean
}

export interface StringLiteral extends Node {
  readonly kind: 'string'
  readonly value: string
}

/** `name{…} @ … offset …` */
export interface VectorSelector extends Node, Shift {
  readonly kind: 'vector-selector'
  /** The name before the braces or as a quoted one inside; it stands among the matchers, too. */
  readonly name: string | undefined
  readonly matchers: readonly Matcher[]
  /** `anchored` and `smoothed` are experimental. On a range selector they stand here, too. */
  readonly extension: 'anchored' | 'smoothed' | undefined
}

/** `selector[range]`; offset and `@` are the selector's. */
export interface MatrixSelector extends Node {
  readonly kind: 'matrix-selector'
  readonly selector: VectorSelector
  readonly range: Duration
}

/** `expr[range:step] @ … offset …`; without a step, the engine's default. */
export interface Subquery extends Node, Shift {
  readonly kind: 'subquery'
  readonly expr: Expr
  readonly range: Duration
  readonly step: Duration | undefined
}

export interface Call extends Node {
  readonly kind: 'call'
  readonly function: Signature
  readonly args: readonly Expr[]
}

export type AggregationOperator =
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'count'
  | 'group'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'quantile'
  | 'count_values'
  | 'limitk'
  | 'limit_ratio'

export interface Aggregation extends Node {
  readonly kind: 'aggregation'
  readonly operator: AggregationOperator
  readonly expr: Expr
  readonly param: Expr | undefined
  readonly grouping: readonly string[]
  readonly without: boolean
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2'
export type ComparisonOperator = '==' | '!=' | '>' | '<' | '>=' | '<='
export type SetOperator = 'and' | 'or' | 'unless'
/** `</` and `>/` cut native histograms. */
export type TrimOperator = '</' | '>/'
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | SetOperator | TrimOperator

export interface Binary extends Node {
  readonly kind: 'binary'
  readonly operator: BinaryOperator
  readonly left: Expr
  readonly right: Expr
  /** `bool`: a comparison that answers 0 or 1 instead of filtering. */
  readonly isBool: boolean
  /** Present when both sides are vectors. */
  readonly matching: Matching | undefined
}

export interface Matching {
  readonly cardinality: 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many'
  /** `on` (true) matches by these labels only, `ignoring` (false) by all others. */
  readonly on: boolean
  readonly labels: readonly string[]
  /** Labels of the “one” side that `group_left/right` take over. */
  readonly include: readonly string[]
  /** What stands in for a missing side (`fill`, `fill_left`, `fill_right`: experimental). */
  readonly fill: { readonly left: number | undefined; readonly right: number | undefined }
}

export interface Unary extends Node {
  readonly kind: 'unary'
  readonly operator: '+' | '-'
  readonly expr: Expr
}

export interface Paren extends Node {
  readonly kind: 'paren'
  readonly expr: Expr
}

/** Which moment a selector or subquery looks at. */
export interface Shift {
  readonly offset: Duration | undefined
  readonly at: At | undefined
}

export type At =
  | { readonly kind: 'time'; readonly timeMs: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }

/** A fixed time (may be negative as an offset), or a calculation (experimental) that is done before evaluation. */
export type Duration = { readonly kind: 'fixed'; readonly ms: number } | DurationExpr

export type DurationExpr =
  | { readonly kind: 'number'; readonly seconds: number; readonly isDuration: boolean; readonly span: Span }
  | { readonly kind: 'step'; readonly span: Span }
  | { readonly kind: 'range'; readonly span: Span }
  | { readonly kind: 'sign'; readonly operator: '+' | '-'; readonly of: DurationExpr; readonly span: Span }
  | { readonly kind: 'paren'; readonly of: DurationExpr; readonly span: Span }
  | {
      readonly kind: 'arithmetic'
      readonly operator: '+' | '-' | '*' | '/' | '%' | '^'
      readonly left: DurationExpr
      readonly right: DurationExpr
      readonly span: Span
    }
  | {
      readonly kind: 'min' | 'max'
      readonly left: DurationExpr
      readonly right: DurationExpr
      readonly span: Span
    }
