import type { Asker, Taken } from './ask.ts'
import type { Evaluation } from './evaluations.ts'
import { percentile } from './percentile.ts'

/** What is known of one evaluation on one side. */
export interface Times {
  readonly p50Ms: number
  readonly p95Ms: number
  readonly evaluationP50Ms: number
}

export interface Row {
  readonly what: string
  readonly query: string
  readonly ours: Times & { readonly firstMs: number; readonly peakMB: number }
  readonly theirs: Times & { readonly firstMs: number }
  /** Ours as a share of theirs, of the p50 of each round: the median and the worst round. */
  readonly ratio: number
  readonly worstRatio: number
}

/** What one side took in one round. */
type Round = readonly Taken[]

/** Each side answers for so long a round, and so many times at least and at most. */
const ROUND_MS = 400
const [FEWEST, MOST] = [3, 50]

/**
 * Both sides in turn, round by round, so that what else the machine does meets both. The first round of each is for
 * warming up and is not counted.
 */
export async function race(
  evaluation: Evaluation,
  ours: Asker,
  theirs: Asker,
  rounds: number,
): Promise<{ readonly ours: readonly Round[]; readonly theirs: readonly Round[] }> {
  const seen = { ours: [] as Round[], theirs: [] as Round[] }
  for (let round = 0; round <= rounds; round++) {
    const [ourRound, theirRound] = [await oneRound(evaluation, ours), await oneRound(evaluation, theirs)]
    if (round === 0) continue
    seen.ours.push(ourRound)
    seen.theirs.push(theirRound)
  }
  return seen
}

async function oneRound(evaluation: Evaluation, ask: Asker): Promise<Round> {
  const taken: Taken[] = []
  for (let spentMs = 0; taken.length < FEWEST || (spentMs < ROUND_MS && taken.length < MOST); ) {
    const one = await ask(evaluation)
    taken.push(one)
    spentMs += one.ms
  }
  return taken
}

export function timesOf(rounds: readonly Round[]): Times {
  const all = rounds.flat()
  const ms = all.map(each => each.ms)
  return {
    p50Ms: percentile(ms, 0.5),
    p95Ms: percentile(ms, 0.95),
    evaluationP50Ms: percentile(
      all.map(each => each.evaluationMs),
      0.5,
    ),
  }
}

export function ratiosOf(ours: readonly Round[], theirs: readonly Round[]): Pick<Row, 'ratio' | 'worstRatio'> {
  const median = (round: Round): number =>
    percentile(
      round.map(each => each.ms),
      0.5,
    )
  const ratios = ours.map((round, i) => median(round) / median(theirs[i] as Round))
  return { ratio: percentile(ratios, 0.5), worstRatio: Math.max(...ratios) }
}
