import type { Counts } from './counts.ts'
import type { Verdict, Why } from './verdict.ts'

/** The reason in plain words, with its numbers. */
export function sentence(kind: Verdict['kind'], why: Why): string {
  const late = kind === 'inconclusive' ? 'the deadline has passed without a verdict; ' : ''
  switch (why.kind) {
    case 'worse':
      return `${both(why)}${alsoIn(why.beside)}; ${chanceOf(why.chance)}`
    case 'over-objective':
      return `${why.signal}: ${share(why.canary, ' requests')} on the new version, over the objective of ${percent(why.objective ?? 0)}${alsoIn(why.beside)}; ${chanceOf(why.chance)}`
    case 'shared-damage':
      return `${both(why)}: the version beside it is over the objective of ${percent(why.objective ?? 0)} too, so the release may be harming both${alsoIn(why.beside)}; ${chanceOf(why.chance)}`
    case 'no-worse': {
      const each = why.signals.map(signal => `${both(signal)}${signal.by === 'ceiling' ? ', below the ceiling' : ''}`)
      return `${each.join('; ')}; chance of promoting a version more than ${why.margin} times as bad < ${chanceBelow(why.chance)}`
    }
    case 'no-traffic':
      return `${late}${NO_TRAFFIC[why.version]}`
    case 'held':
      return `${late}${both(why)}: shown to be good enough, but half way to being shown worse; held until that is settled`
    default:
      return `${late}${both(why)}; ${percent(why.towardPromotion, 0)} of the way to promotion, ${percent(why.towardRollBack, 0)} of the way to taking it back`
  }
}

const NO_TRAFFIC = {
  canary: 'no request has reached the new version: nothing to judge it by',
  stable: 'no request has reached the version beside it: nothing to compare with',
  both: 'no request has reached either version: nothing to judge by',
} as const

function both({
  signal,
  canary,
  stable,
}: {
  readonly signal: string
  readonly canary: Counts
  readonly stable: Counts
}): string {
  return `${signal}: ${share(canary, canary.requests === 1 ? ' request' : ' requests')} on the new version against ${share(stable)} beside it`
}

function alsoIn(signals: readonly string[]): string {
  return signals.length === 0 ? '' : `; also worse: ${signals.join(', ')}`
}

function chanceOf(chance: number): string {
  return `chance of this if it were harmless < ${chanceBelow(chance)}`
}

/** `12 of 240 requests (5.0 %)`. */
export function share({ requests, bad }: Counts, of = ''): string {
  if (requests === 0) return 'no requests'
  return `${grouped(bad)} of ${grouped(requests)}${of} (${percent(bad / requests)})`
}

/** A share as people write it: `5.0 %`, `0.12 %`, `0 %`. */
export function percent(share: number, digits?: number): string {
  const value = share * 100
  if (digits !== undefined) return `${value.toFixed(digits)} %`
  if (value === 0 || value === 100) return `${value} %`
  return value >= 0.095 ? `${value.toFixed(1)} %` : `${Number(value.toPrecision(1))} %`
}

/** The next round number above a chance: an upper bound must stay one. */
export function chanceBelow(chance: number): string {
  const floor = 1e-6
  if (chance <= floor) return '0.0001 %'
  const value = chance * 100
  const size = 10 ** Math.floor(Math.log10(value))
  return `${Number((Math.ceil(value / size - 1e-9) * size).toPrecision(1))} %`
}

/** Whole numbers with thousands apart: `2,160`. */
export function grouped(count: number): string {
  if (count < 1_000) return String(count)
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}
