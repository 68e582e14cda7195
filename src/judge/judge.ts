import { type Evidence, evidenceOf, logWorseOverall } from './evidence.ts'
import { largest } from './largest.ts'
import type { Plan } from './plan.ts'
import { sentence } from './sentence.ts'
import type { State } from './state.ts'
import type { SignalVerdict, Verdict, Why } from './verdict.ts'

/** Evidence of this share of the way to taking back, in logarithms, holds up a promotion. */
const HOLD_AT = 0.5

/** A signal that carries this share of all the evidence is worth a word. */
const WORTH_A_WORD = 0.25

export interface JudgeOptions {
  /** The caller's time is up: what would be "wait" is "inconclusive". Never a silent promotion. */
  readonly deadlinePassed?: boolean
}

/**
 * Judges a release by all it has shown. It may be asked after every batch: the chance to take back a harmless
 * release, ever, stays below `falseRollback`, and the chance to promote one that is worse than the margin and
 * above the ceiling below `falsePromotion`. Taking back goes before promoting.
 */
export function judge(plan: Plan, state: State, options: JudgeOptions = {}): Verdict {
  const evidence = evidenceOf(plan, state)
  const rollBackAt = -Math.log(plan.falseRollback)
  const promoteAt = -Math.log(plan.falsePromotion)
  const overall = logWorseOverall(evidence)
  const signals = evidence.map(signal => signalVerdict(signal, rollBackAt, promoteAt))
  const common = {
    dominant: loudest(evidence).name,
    towardRollBack: partOf(overall, rollBackAt),
    towardPromotion: Math.min(...signals.map(({ towardPromotion }) => towardPromotion)),
    signals,
  }
  const say = (kind: Verdict['kind'], why: Why): Verdict => ({ kind, reason: sentence(kind, why), why, ...common })

  if (overall >= rollBackAt) return say('roll-back', whyWorse(plan, evidence, overall))
  const loud = largest(evidence, ({ logWorse }) => logWorse)
  const held = loud.logWorse >= HOLD_AT * rollBackAt
  const noWorse = evidence.every(({ logNoWorse }) => logNoWorse >= promoteAt)
  if (noWorse && !held) return say('promote', whyNoWorse(plan, evidence))
  const why = noWorse ? whyHeld(loud) : whyNotYet(evidence, common, signals)
  return say(options.deadlinePassed === true ? 'inconclusive' : 'wait', why)
}

function signalVerdict(signal: Evidence, rollBackAt: number, promoteAt: number): SignalVerdict {
  return {
    ...signal,
    canaryRate: rateOf(signal.canary),
    stableRate: rateOf(signal.stable),
    towardRollBack: partOf(Math.log(signal.weight) + signal.logWorse, rollBackAt),
    towardPromotion: partOf(signal.logNoWorse, promoteAt),
  }
}

function whyWorse(plan: Plan, evidence: readonly Evidence[], overall: number): Why {
  const { name, canary, stable, worseBy } = loudest(evidence)
  const kinds = {
    comparison: 'worse',
    objectiveOfCanary: 'over-objective',
    objectiveOfStable: 'shared-damage',
  } as const
  const objective = plan.signals.find(signal => signal.name === name)?.objective ?? null
  const broken = worseBy === 'objectiveOfCanary' && objective !== null && (rateOf(stable) ?? 0) > objective
  return {
    kind: broken ? 'shared-damage' : kinds[worseBy],
    signal: name,
    canary,
    stable,
    objective: worseBy === 'comparison' ? null : objective,
    chance: Math.exp(-overall),
    beside: evidence
      .filter(other => other.name !== name && shareLog(other) - overall >= Math.log(WORTH_A_WORD))
      .map(other => other.name),
  }
}

function whyNoWorse({ margin, falsePromotion }: Plan, evidence: readonly Evidence[]): Why {
  const signals = evidence.map(({ name, noWorseBy, canary, stable }) => ({
    signal: name,
    by: noWorseBy,
    canary,
    stable,
  }))
  return { kind: 'no-worse', signals, margin, chance: falsePromotion }
}

function whyHeld({ name, canary, stable }: Evidence): Why {
  return { kind: 'held', signal: name, canary, stable }
}

function whyNotYet(
  evidence: readonly Evidence[],
  { towardRollBack, towardPromotion }: Pick<Verdict, 'towardRollBack' | 'towardPromotion'>,
  signals: readonly SignalVerdict[],
): Why {
  const canary = evidence.some(signal => signal.canary.requests > 0)
  const stable = evidence.some(signal => signal.stable.requests > 0)
  if (!canary) return { kind: 'no-traffic', version: stable ? 'canary' : 'both' }
  if (!stable) return { kind: 'no-traffic', version: 'stable' }
  const last = largest(signals, ({ logNoWorse }) => -logNoWorse)
  return {
    kind: 'gathering',
    signal: last.name,
    canary: last.canary,
    stable: last.stable,
    towardPromotion,
    towardRollBack,
  }
}

const shareLog = ({ weight, logWorse }: Evidence): number => Math.log(weight) + logWorse

function loudest(evidence: readonly Evidence[]): Evidence {
  return largest(evidence, shareLog)
}

function rateOf({ requests, bad }: { readonly requests: number; readonly bad: number }): number | null {
  return requests === 0 ? null : bad / requests
}

const partOf = (log: number, boundary: number): number => Math.min(1, Math.max(0, log / boundary))
