import type { Counts } from './counts.ts'
import type { NoWorseBy, WorseBy } from './evidence.ts'

export interface SignalVerdict {
  readonly name: string
  /** Its part of the budget for false rollbacks. */
  readonly weight: number
  readonly canary: Counts
  readonly stable: Counts
  /** Share of bad requests; `null` before the first request. */
  readonly canaryRate: number | null
  readonly stableRate: number | null
  /** ln of its E-value for "worse"; with the others, weighted, it takes the release back. */
  readonly logWorse: number
  /** ln of its E-value for "no worse"; every signal must reach ln 1/β. */
  readonly logNoWorse: number
  readonly worseBy: WorseBy
  readonly noWorseBy: NoWorseBy
  /** The part of the way to taking back that this signal has gone alone, from 0 to 1. */
  readonly towardRollBack: number
  /** The part of the way to its promotion boundary, from 0 to 1. */
  readonly towardPromotion: number
}

/** Why, as data: what `reason` says in English may be said in any language. */
export type Why =
  | {
      readonly kind: 'worse' | 'over-objective' | 'shared-damage'
      readonly signal: string
      readonly canary: Counts
      readonly stable: Counts
      /** The objective that is broken; `null` where the versions were compared. */
      readonly objective: number | null
      /** An upper bound of the chance to see this, ever, if the release were harmless. */
      readonly chance: number
      /** Other signals that carry a quarter of the evidence or more. */
      readonly beside: readonly string[]
    }
  | {
      readonly kind: 'no-worse'
      readonly signals: readonly {
        readonly signal: string
        readonly by: NoWorseBy
        readonly canary: Counts
        readonly stable: Counts
      }[]
      readonly margin: number
      /** β: the chance to promote a release that is worse. */
      readonly chance: number
    }
  | { readonly kind: 'no-traffic'; readonly version: 'canary' | 'stable' | 'both' }
  | {
      /** All boundaries for promotion are reached, but one signal is half way to taking back. */
      readonly kind: 'held'
      readonly signal: string
      readonly canary: Counts
      readonly stable: Counts
    }
  | {
      readonly kind: 'gathering'
      /** The signal that is farthest from its promotion boundary. */
      readonly signal: string
      readonly canary: Counts
      readonly stable: Counts
      readonly towardPromotion: number
      readonly towardRollBack: number
    }

export interface Verdict {
  readonly kind: 'wait' | 'promote' | 'roll-back' | 'inconclusive'
  /** One English sentence with its numbers. */
  readonly reason: string
  readonly why: Why
  /** The signal with the most evidence against the release. */
  readonly dominant: string
  /** The part of the way to the boundary where the release is taken back, from 0 to 1, all signals together. */
  readonly towardRollBack: number
  /** The part of the way to promotion of the signal that is farthest from it, from 0 to 1. */
  readonly towardPromotion: number
  readonly signals: readonly SignalVerdict[]
}
