import type { Counts, Verdict, Why } from '../../judge/index.ts'
import { roughDuration } from '../../kernel/index.ts'
import type { Obstacle } from '../obstacle.ts'

/** Why the comparison itself is not to be trusted: traffic comes otherwise than configured, or alike is not alike. */
export type DoubtKind = 'mismatch' | 'disarmed'

/** Whether the traffic arrives at the new version as configured. */
export interface ArrivalsFound {
  readonly kind: 'arrivals'
  readonly found: 'as-expected' | 'too-few' | 'too-many'
  /** The new version. */
  readonly version: string
  /** Users and requests of nobody known that came to it, and to both. */
  readonly arrived: number
  readonly of: number
  /** From 0 to 1; `null` before the first arrival. */
  readonly arrivedShare: number | null
  readonly expectedShare: number | null
  /** The part of the way to a mismatch, from 0 to 1. */
  readonly towardMismatch: number
  /** An upper bound of the chance of a mismatch where all comes as configured; `null` where none was found. */
  readonly chance: number | null
}

/** Whether the stable version's own instances are alike. */
export interface InstancesFound {
  readonly kind: 'instances'
  readonly found: 'alike' | 'differ'
  /** The stable version. */
  readonly version: string
  /** The signal that speaks loudest for a difference, and what it counted on either half of the instances. */
  readonly signal: string
  readonly worse: Counts
  readonly better: Counts
  /** The part of the way to a difference, from 0 to 1. */
  readonly towardDiffer: number
  /** An upper bound of the chance to see this if they were alike; `null` where nothing tells them apart. */
  readonly chance: number | null
}

/** A verdict that was not acted upon, or a step that was not taken, since the comparison is in doubt. */
export interface Doubted {
  readonly kind: 'doubted'
  readonly doubt: DoubtKind
  /** Whose traffic is too much, or whose instances differ. */
  readonly version: string
  /** What the doubt keeps from happening by itself. */
  readonly keptFrom: 'going-on' | 'promotion' | 'roll-back'
  /** The stage that was over; `null` where none was. */
  readonly stage: string | null
  /** What the verdict said; `null` where none is concerned. */
  readonly verdict: Why | null
  /** Whether the verdict was asked at the deadline, and had none: the configuration would have promoted. */
  readonly late: boolean
}

/** Why, as data: what the reason says in English may be said in any language. */
export type Because =
  /** A verdict's own reason. */
  | Why
  /** No verdict by the deadline, and what the configuration makes of that. */
  | { readonly kind: 'undecided'; readonly choice: 'hold' | 'promote' | 'roll-back'; readonly verdict: Why }
  /** The last stage is over, and nothing worse was shown. */
  | { readonly kind: 'unproven'; readonly verdict: Why }
  /** The same, with a doubt that somebody answered for. */
  | {
      readonly kind: 'answered-for'
      readonly by: string
      readonly doubt: DoubtKind
      readonly version: string
      readonly verdict: Why
    }
  | { readonly kind: 'first-version' }
  | Doubted
  | ArrivalsFound
  | InstancesFound
  /** What somebody asked for, and what they noted. */
  | { readonly kind: 'ordered'; readonly order: OrderKind; readonly by: string; readonly note: string | null }
  /** What a release is made for, in the words of whoever asked for it. */
  | { readonly kind: 'noted'; readonly note: string }
  /** A version that has served before is brought back. */
  | { readonly kind: 'brought-back'; readonly version: string }
  | { readonly kind: 'superseded'; readonly version: string }
  /** When the traffic had followed a decision; `to`: who has it all, `null` where the new version only lost its own. */
  | {
      readonly kind: 'in-force'
      readonly version: string
      readonly to: string | null
      readonly again: boolean
      readonly tookMs: number
    }
  | Obstacle

export type OrderKind = 'pause' | 'resume' | 'rearm' | 'promote' | 'roll-back'

/** A reason in words, and the same as data. There is never one without the other. */
export interface Reasoned<B extends Because = Because> {
  readonly reason: string
  readonly because: B
}

/** What a verdict says. */
export function said({ reason, why }: Verdict): Reasoned<Why> {
  return { reason, because: why }
}

/** The time is over and nothing was shown: what the configuration says is done. */
export function undecided({ reason, why }: Verdict, choice: 'hold' | 'promote' | 'roll-back'): Reasoned {
  const what = { hold: '', promote: '; promoted as configured', 'roll-back': '; taken back as configured' }[choice]
  return { reason: `${reason}${what}`, because: { kind: 'undecided', choice, verdict: why } }
}

export function unproven({ reason, why }: Verdict): Reasoned {
  return {
    reason: `nothing worse was shown, which proves little: ${reason}`,
    because: { kind: 'unproven', verdict: why },
  }
}

export function answeredFor(by: string, doubt: DoubtKind, version: string, { reason, why }: Verdict): Reasoned {
  return {
    reason: `${by} let it go on although ${inShort(doubt, version)}: ${reason}`,
    because: { kind: 'answered-for', by, doubt, version, verdict: why },
  }
}

export const firstVersion: Reasoned = {
  reason: 'the first version of this service: nothing to compare it with',
  because: { kind: 'first-version' },
}

export function supersededBy(version: string): Reasoned {
  return { reason: `superseded by ${version}`, because: { kind: 'superseded', version } }
}

/** What somebody ordered: their note, else who it was. */
export function ordered(order: OrderKind, by: string, note: string | undefined): Reasoned {
  return { reason: note ?? DONE[order](by), because: { kind: 'ordered', order, by, note: note ?? null } }
}

const DONE = {
  pause: by => `paused by ${by}`,
  resume: by => `resumed by ${by}`,
  rearm: () => 'the comparison begins anew; verdicts act by themselves again',
  promote: by => `promoted by ${by}`,
  'roll-back': by => `taken back by ${by}`,
} as const satisfies Record<OrderKind, (by: string) => string>

/** What a release is made for: a note, else that a version comes back. */
export function purposeOf(plan: {
  readonly version: string
  readonly note?: string
  readonly back?: boolean
}): Reasoned | undefined {
  const { version, note, back } = plan
  if (note !== undefined) return { reason: note, because: { kind: 'noted', note } }
  return back ? { reason: `back to ${version}`, because: { kind: 'brought-back', version } } : undefined
}

/** Traffic has followed a decision. */
export function inForceAfter(
  kind: 'promoted' | 'taken-back',
  version: string,
  previous: string | null,
  tookMs: number,
): Reasoned {
  const later = `${roughDuration(tookMs)} after it was decided`
  const again = kind === 'taken-back' && previous !== null
  const to = kind === 'promoted' ? version : previous
  const where = to === null ? `no traffic goes to ${version}` : `all traffic goes to ${to}${again ? ' again' : ''}`
  return { reason: `${where}, ${later}`, because: { kind: 'in-force', version, to, again, tookMs } }
}

/** What a doubt keeps from happening by itself. */
export type Kept =
  | { readonly from: 'going-on'; readonly stage?: string }
  | { readonly from: 'promotion' | 'roll-back'; readonly verdict: Verdict; readonly late?: boolean }

export function doubted(doubt: DoubtKind, version: string, kept: Kept): Reasoned<Doubted> {
  const because = { kind: 'doubted', doubt, version, keptFrom: kept.from } as const
  const since = `since ${inShort(doubt, version)}`
  if (kept.from === 'going-on') {
    const over = kept.stage === undefined ? '' : `the stage ${kept.stage} is over; `
    return {
      reason: `${over}nothing goes on by itself, ${since}`,
      because: { ...because, stage: kept.stage ?? null, verdict: null, late: false },
    }
  }
  const { from, verdict, late = false } = kept
  const what = from === 'promotion' ? 'promoted' : 'taken back'
  return {
    reason: `${verdict.reason}; not ${what} ${late ? 'as configured' : 'by itself'}, ${since}`,
    because: { ...because, stage: null, verdict: verdict.why, late },
  }
}

/** The doubt in a few words; with its numbers it is told where it arose. */
function inShort(doubt: DoubtKind, version: string): string {
  return doubt === 'disarmed'
    ? `instances of ${version} differ among themselves`
    : `more traffic comes to ${version} than configured`
}

export function arrivalsFound(found: Omit<ArrivalsFound, 'kind'>): Reasoned<ArrivalsFound> {
  return { reason: arrivalsInWords(found), because: { kind: 'arrivals', ...found } }
}

function arrivalsInWords(seen: Omit<ArrivalsFound, 'kind'>): string {
  const { found, version, arrived, of, arrivedShare, expectedShare, chance } = seen
  if (arrivedShare === null || expectedShare === null) return 'no new user has been counted'
  const counted = `${grouped(arrived)} of ${grouped(of)} arrivals (${percent(arrivedShare)})`
  const expected = `${percent(expectedShare)} were expected`
  if (found === 'as-expected') return `${counted} came to ${version}, ${expected}`
  const alarm = `chance of this if all came as configured < ${percent(chance ?? 1)}`
  return found === 'too-few'
    ? `traffic of ${version} goes missing: only ${counted} came to it, ${expected}; ${alarm}`
    : `too much traffic for ${version}: ${counted} came to it, ${expected}; ${alarm}`
}

/** `reason`: what the self-comparison says with its numbers. */
export function instancesFound(found: Omit<InstancesFound, 'kind'>, reason: string): Reasoned<InstancesFound> {
  const because = { kind: 'instances', ...found } as const
  if (found.found === 'alike') return { reason, because }
  const differ = `instances of ${found.version} differ among themselves, so verdicts no longer act by themselves`
  return { reason: `${differ}: ${reason}`, because }
}

const grouped = (count: number): string => count.toLocaleString('en')

/** `10 %`, `3.4 %`, `0.12 %`. */
const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`
