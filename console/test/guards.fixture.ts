import type { BecauseView, ReleaseView } from '../../src/client/index.ts'
import { REQUESTS_PER_SECOND } from './traffic.fixture.ts'

export type Guards = NonNullable<ReleaseView['guards']>

/** What the guards say of traffic that comes as it should, after so many seconds. */
export function soundGuards(version: string, seconds: number, requestsPerSecond: number): Guards {
  const grouped = (count: number): string => count.toLocaleString('en')
  const [mine, all] = [seconds * requestsPerSecond, seconds * REQUESTS_PER_SECOND]
  const came = `${grouped(mine)} of ${grouped(all)} arrivals`
  const share = `${Math.round((100 * mine) / Math.max(1, all))} %`
  const half = `${grouped(seconds)} of ${grouped(seconds * 250)} requests (0.4 %)`
  return {
    arrivals: {
      kind: 'as-expected',
      reason: `${came} (${share}) came to ${version}, ${share} were expected`,
      arrived: mine,
      of: all,
      arrivedShare: all === 0 ? null : mine / all,
      expectedShare: all === 0 ? null : mine / all,
      towardMismatch: 0.02,
      chance: null,
    },
    instances: {
      kind: 'alike',
      reason: `errors: ${half} on one half of the stable version's instances against ${half.replace(' requests', '')} on the other; nothing tells them apart`,
      signal: 'errors',
      worse: { requests: seconds * 250, bad: seconds },
      better: { requests: seconds * 250, bad: seconds },
      towardDiffer: 0,
      chance: null,
    },
  }
}

/** What is found where a comparison is not sound: the guard that says so, why, and why the release is held for it. */
export function doubtOf(
  why: 'mismatch' | 'disarmed',
  { version, previous }: { readonly version: string; readonly previous: string },
): {
  readonly found: Partial<Guards>
  readonly told: string
  readonly toldBecause: BecauseView
  readonly reason: string
  readonly because: BecauseView
} {
  const doubted = {
    kind: 'doubted',
    doubt: why,
    keptFrom: 'going-on',
    stage: null,
    verdict: null,
    late: false,
  } as const
  if (why === 'mismatch') {
    const arrived = { arrived: 180, of: 1_000, arrivedShare: 0.18, expectedShare: 0.1, chance: 0.001 }
    const told = `too much traffic for ${version}: 180 of 1,000 arrivals (18 %) came to it, 10 % were expected; chance of this if all came as configured < 0.1 %`
    return {
      found: { arrivals: { kind: 'too-many', reason: told, ...arrived, towardMismatch: 1 } },
      told,
      toldBecause: { kind: 'arrivals', found: 'too-many', version, ...arrived },
      because: { ...doubted, version },
      reason: `nothing goes on by itself, since more traffic comes to ${version} than configured`,
    }
  }
  const halves = {
    signal: 'errors',
    worse: { requests: 800, bad: 40 },
    better: { requests: 800, bad: 0 },
    chance: 0.00002,
  }
  const told = `instances of ${previous} differ among themselves, so verdicts no longer act by themselves: errors: 40 of 800 requests (5.0 %) on one half of the stable version's instances against 0 of 800 (0 %) on the other; chance of this if they were alike < 0.002 %`
  return {
    found: { instances: { kind: 'differ', reason: told, ...halves, towardDiffer: 1 } },
    told,
    toldBecause: { kind: 'instances', found: 'differ', version: previous, ...halves },
    because: { ...doubted, version: previous, stage: '10 %' },
    reason: `the stage 10 % is over; nothing goes on by itself, since instances of ${previous} differ among themselves`,
  }
}

export const isInDoubt = ({ arrivals, instances }: Guards): boolean =>
  arrivals.kind !== 'as-expected' || instances.kind === 'differ'
