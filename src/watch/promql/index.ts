export { InvalidInput } from '../../kernel/errors.ts'
export { Labels } from '../../kernel/labels.ts'
export { type Matcher, type MatcherOperator, matcher, matchesAll } from '../../kernel/matcher.ts'
export { Engine, type Result } from './engine.ts'
export { PromQLError, type PromQLErrorKind, type Span } from './error.ts'
export type { Answer, Element } from './evaluate/result.ts'
export type { Signature } from './functions/signature.ts'
export {
  type Buckets,
  type CounterReset,
  consecutiveBuckets,
  faultOf,
  histogramText,
  type NativeHistogram,
  nativeHistogram,
  parseHistogram,
  printHistogram,
} from './histogram/index.ts'
export type { EngineOptions, QueryOptions } from './options.ts'
export type { Pieces } from './pieces.ts'
export { plainNumber } from './plain-number.ts'
export { type Outcome, runScript, ScriptError } from './script/index.ts'
export { type LabelsLike, MemorySeries } from './series/memory-series.ts'
export { isStale, markStale, type Samples, STALE } from './series/samples.ts'
export type { Hints, Series, Storage } from './series/storage.ts'
export type {
  Aggregation,
  AggregationOperator,
  ArithmeticOperator,
  At,
  Binary,
  BinaryOperator,
  Call,
  ComparisonOperator,
  Duration,
  DurationExpr,
  Expr,
  Matching,
  MatrixSelector,
  NumberLiteral,
  Paren,
  SetOperator,
  Shift,
  StringLiteral,
  Subquery,
  TrimOperator,
  Unary,
  VectorSelector,
} from './syntax/ast.ts'
export { childrenOf } from './syntax/children.ts'
export { type ParseOptions, parse } from './syntax/parse.ts'
export { print } from './syntax/print.ts'
export { typeOf } from './syntax/type-of.ts'
export type { ValueType } from './syntax/value-type.ts'
