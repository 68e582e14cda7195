/**
 * The verdict on a release, as pure mathematics: evidence in, verdict and reason out; no I/O and no clock.
 *
 *     const plan = releasePlan({ signals: [{ name: 'errors', weight: 2 }, { name: 'slow', past: 'p99' }] })
 *     let state = begin(plan)
 *     state = observe(plan, state, { signal: 'errors', canary: { requests: 12, bad: 1 }, stable: { requests: 108, bad: 0 } })
 *     judge(plan, state)
 */
export * from './bound.ts'
export type { Counts } from './counts.ts'
export { type Detectable, type DetectableOptions, detectable } from './detectable.ts'
export type { NoWorseBy, WorseBy } from './evidence.ts'
export type { Gathering, Stratum } from './gathering.ts'
export { type JudgeOptions, judge } from './judge.ts'
export { type Observation, observe } from './observe.ts'
export {
  type PastQuantile,
  type Plan,
  type PlannedSignal,
  type PlanOptions,
  releasePlan,
  type SignalOptions,
} from './plan.ts'
export * from './sample-ratio.ts'
export * from './self-comparison.ts'
export { begin, parseState, type SignalState, type State } from './state.ts'
export type { SignalVerdict, Verdict, Why } from './verdict.ts'
