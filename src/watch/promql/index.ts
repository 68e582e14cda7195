export { Labels } from '../../kernel/labels.ts'
export type { Matcher, MatcherOperator } from '../../kernel/matcher.ts'
export { Engine, type EngineOptions, type QueryOptions, type Result } from './engine.ts'
export { PromQLError, type PromQLErrorKind, type Span } from './error.ts'
export type { Answer, Element } from './evaluate/result.ts'
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
export { plainNumber } from './plain-number.ts'
export { type Outcome, runScript, ScriptError } from './script/index.ts'
export { type LabelsLike, MemorySeries } from './series/memory-series.ts'
export { isStale, type Samples, STALE } from './series/samples.ts'
export type { Hints, Series, Storage } from './series/storage.ts'
export type { Expr } from './syntax/ast.ts'
export { type ParseOptions, parse } from './syntax/parse.ts'
export { print } from './syntax/print.ts'
