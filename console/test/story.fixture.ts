import type { Point, ReleaseView } from '../../src/client/index.ts'
import { begin, judge, observe, type Plan, releasePlan, type State } from '../../src/judge/index.ts'
import { fromRfc3339, toRfc3339 } from '../../src/kernel/index.ts'
import type { World } from './world.fixture.ts'

export interface StoryOptions {
  readonly service?: string
  readonly version: string
  readonly previous: string
  /** Of a thousand requests of the new version, those that are bad; the old one has three. */
  readonly badPerThousand: number
  readonly note?: string
  readonly by?: string
  /** How long ago it was asked for; its past is told up to now. */
  readonly beganSecondsAgo?: number
}

type Owed = Record<'candidate' | 'stable' | 'slowCandidate' | 'slowStable', number>

const REQUESTS_PER_SECOND = 120
const STAGES = [
  { name: '10 %', weight: 10, ends: 'verdict', forMs: 600_000 },
  { name: '50 %', weight: 50, ends: 'verdict', forMs: 1_800_000 },
] as const

/** One release, second by second: made-up traffic, and the hub's own mathematics to judge it. */
export class Story {
  readonly id: string
  readonly #world: World
  readonly #options: Required<Omit<StoryOptions, 'note'>> & Pick<StoryOptions, 'note'>
  readonly #plan: Plan
  #state: State
  #atMs: number
  #seconds = 0

  #owed: Owed = { candidate: 0, stable: 0, slowCandidate: 0, slowStable: 0 }

  constructor(world: World, options: StoryOptions) {
    this.#world = world
    this.#options = { service: 'order', by: 'user/li', beganSecondsAgo: 0, ...options }
    this.#plan = releasePlan({
      signals: [
        { name: 'errors', weight: 2 },
        { name: 'slow-p99', past: 'p99' },
      ],
    })
    this.#state = begin(this.#plan)
    this.id = `rel_01k${String(world.releases.size + 1).padStart(4, '0')}${this.#options.service}${options.version}`
    this.#atMs = world.clock.now() - this.#options.beganSecondsAgo * 1_000
    this.#start()
  }

  get release(): ReleaseView {
    return this.#world.release(this.id)
  }

  get #at(): string {
    return toRfc3339(this.#atMs)
  }

  #start(): void {
    const world = this.#world
    const { service, version, previous, note, by } = this.#options
    const at = this.#at
    const about = { ...world.about({ id: this.id, service }), at }
    const reason = note === undefined ? {} : { reason: note }
    world.write('release.asked', { ...about, actor: by, data: { service, version }, ...reason })
    world.write('release.started', { ...about, data: { service, version, previous, strategy: 'canary' }, ...reason })
    world.write('release.stage', { ...about, data: { name: '10 %', weight: 10 } })
    world.put({
      id: this.id,
      revision: 0,
      service,
      version,
      previous,
      strategy: 'canary',
      phase: 'watching',
      stage: 0,
      stages: [...STAGES],
      weight: 10,
      ...(note === undefined ? {} : { note }),
      createdAt: at,
      enteredAt: at,
      exposedAt: at,
      candidate: { requests: 0, bad: 0 },
      stable: { requests: 0, bad: 0 },
      verdict: null,
    })
  }

  /** So many seconds of traffic; ends earlier when it is decided. */
  pass(seconds: number): this {
    for (let i = 0; i < seconds && this.#goesOn(); i++) this.#second()
    return this
  }

  /** Until it is decided, 600 s at most. */
  finish(): this {
    return this.pass(600)
  }

  #goesOn(): boolean {
    const { phase } = this.release
    return phase === 'watching' || phase === 'held'
  }

  #second(): void {
    this.#atMs += 1_000
    this.#seconds += 1
    const { weight, candidate, stable } = this.release
    const mine = Math.round((REQUESTS_PER_SECOND * weight) / 100)
    const counts = {
      candidate: { requests: mine, bad: this.#due('candidate', mine, this.#options.badPerThousand) },
      stable: { requests: REQUESTS_PER_SECOND - mine, bad: this.#due('stable', REQUESTS_PER_SECOND - mine, 3) },
    }
    const slow = {
      canary: { requests: mine, bad: this.#due('slowCandidate', mine, 9) },
      stable: { requests: counts.stable.requests, bad: this.#due('slowStable', counts.stable.requests, 10) },
    }
    this.#state = observe(this.#plan, this.#state, [
      { signal: 'errors', canary: counts.candidate, stable: counts.stable },
      { signal: 'slow-p99', ...slow },
    ])
    const verdict = judge(this.#plan, this.#state)
    const wobble = Math.sin(this.#seconds / 3) * 6 + Math.cos(this.#seconds / 7) * 9
    const point: Point = {
      at: this.#at,
      seconds: 1,
      ...counts,
      candidateP99: 182 + wobble + this.#options.badPerThousand,
      stableP99: 176 - wobble / 2,
      towardRollBack: verdict.towardRollBack,
      towardPromotion: verdict.towardPromotion,
      weight,
    }
    const total = (before: ReleaseView['candidate'], more: ReleaseView['candidate']) => ({
      requests: before.requests + more.requests,
      bad: before.bad + more.bad,
    })
    const { why, dominant: _dominant, ...shown } = verdict
    const doubts = this.release.guards
    const next: ReleaseView = {
      ...this.release,
      candidate: total(candidate, counts.candidate),
      latency: {
        candidate: { p50Ms: 43 + wobble / 5, p99Ms: point.candidateP99 },
        stable: { p50Ms: 41, p99Ms: point.stableP99 },
      },
      guards: doubts && isInDoubt(doubts) ? doubts : this.#guards(mine),
      stable: total(stable, counts.stable),
      verdict: {
        ...shown,
        because: { ...why },
        signals: verdict.signals.map(({ worseBy: _w, noWorseBy: _n, ...signal }) => signal),
      },
      detectable: 'a rise from 0.3 % to 2.1 % shows within 5m',
    }
    this.#world.put(next, point)
    if (verdict.kind === 'roll-back') this.takeBack(verdict.reason)
    else if (verdict.kind === 'promote' && next.phase === 'watching') this.promote(verdict.reason)
    else if (this.#seconds === 60 && next.stage === 0 && next.phase === 'watching') this.#nextStage()
  }

  /** Bad requests come evenly, and whole. */
  #due(who: keyof Owed, requests: number, perThousand: number): number {
    this.#owed[who] += (requests * perThousand) / 1_000
    const bad = Math.floor(this.#owed[who])
    this.#owed[who] -= bad
    return bad
  }

  /** What the guards say of traffic that comes as it should. */
  #guards(perSecond: number): NonNullable<ReleaseView['guards']> {
    const { version } = this.#options
    const grouped = (count: number): string => count.toLocaleString('en')
    const [mine, all] = [this.#seconds * perSecond, this.#seconds * REQUESTS_PER_SECOND]
    const came = `${grouped(mine)} of ${grouped(all)} arrivals`
    const share = `${Math.round((100 * mine) / Math.max(1, all))} %`
    const half = `${grouped(this.#seconds)} of ${grouped(this.#seconds * 250)} requests (0.4 %)`
    return {
      arrivals: { kind: 'as-expected', reason: `${came} (${share}) came to ${version}, ${share} were expected` },
      instances: {
        kind: 'alike',
        reason: `errors: ${half} on one half of the stable version's instances against ${half.replace(' requests', '')} on the other; nothing tells them apart`,
      },
    }
  }

  #nextStage(): void {
    this.#world.write('release.stage', {
      ...this.#world.about(this.release),
      at: this.#at,
      data: { name: '50 %', weight: 50 },
    })
    this.#world.put({ ...this.release, stage: 1, weight: 50, enteredAt: this.#at })
  }

  takeBack(reason: string, by = 'hub'): void {
    this.#decide('rolled-back', reason, by)
  }

  promote(reason: string, by = 'hub'): void {
    this.#decide('promoted', reason, by)
  }

  #decide(kind: 'promoted' | 'rolled-back', reason: string, by: string): void {
    const world = this.#world
    const because = by === 'hub' && this.release.verdict ? { because: this.release.verdict.because } : {}
    const { version, previous } = this.#options
    const about = { ...world.about(this.release), actor: by }
    const isBack = kind === 'rolled-back'
    const decidedAt = this.#at
    const inForceAt = toRfc3339(this.#atMs + 190)
    world.write(isBack ? 'release.rolled-back' : 'release.promoting', {
      ...about,
      at: decidedAt,
      reason,
      data: because,
    })
    const where = isBack ? `all traffic goes to ${previous} again` : `all traffic goes to ${version}`
    world.write(isBack ? 'release.taken-back' : 'release.promoted', {
      ...about,
      at: inForceAt,
      reason: `${where}, 190ms after it was decided`,
    })
    const exposedMs = fromRfc3339(this.release.exposedAt ?? decidedAt) ?? 0
    const { held: _held, detectable: _detectable, ...rest } = this.release
    world.put({
      ...rest,
      phase: isBack ? 'ended' : 'baking',
      weight: isBack ? 0 : 100,
      enteredAt: decidedAt,
      outcome: {
        kind,
        reason,
        ...because,
        by,
        decidedAt,
        inForceAt,
        secondsToVerdict: (this.#atMs - exposedMs) / 1_000,
        ...(isBack ? { servedAfterDecision: 4 } : {}),
      },
    })
    if (isBack) world.write('release.ended', { ...about, actor: 'hub', at: inForceAt, data: { outcome: kind } })
  }

  /** The time is over, and nothing was shown. */
  beInconclusive(): void {
    const reason = `the deadline has passed without a verdict; ${this.release.verdict?.reason ?? ''}`
    const because = this.release.verdict ? { because: this.release.verdict.because } : {}
    const about = { ...this.#world.about(this.release), at: this.#at }
    this.#world.write('release.inconclusive', { ...about, reason, data: because })
    const held = { why: 'inconclusive', by: 'hub', since: this.#at, reason, ...because } as const
    this.#world.put({ ...this.release, phase: 'held', held })
  }

  /** The comparison itself is in doubt: the release is held until somebody answers for it. */
  doubt(why: 'mismatch' | 'disarmed'): void {
    const world = this.#world
    const { version, previous } = this.#options
    const { guards = this.#guards(0) } = this.release
    const about = { ...world.about(this.release), at: this.#at }
    const arrivals = {
      kind: 'too-many',
      reason: `too much traffic for ${version}: 180 of 1,000 arrivals (18 %) came to it, 10 % were expected; chance of this if all came as configured < 0.1 %`,
    } as const
    const instances = {
      kind: 'differ',
      reason: `instances of ${previous} differ among themselves, so verdicts no longer act by themselves: errors: 40 of 800 requests (5.0 %) on one half of the stable version's instances against 0 of 800 (0 %) on the other; chance of this if they were alike < 0.002 %`,
    } as const
    const isMismatch = why === 'mismatch'
    const reason = isMismatch
      ? `nothing goes on by itself, since more traffic comes to ${version} than configured`
      : `the stage 10 % is over; nothing goes on by itself, since instances of ${previous} differ among themselves`
    world.write(`release.${why}`, { ...about, reason: isMismatch ? arrivals.reason : instances.reason })
    world.write('release.held', { ...about, reason, data: { why } })
    world.put({
      ...this.release,
      phase: 'held',
      held: { why, by: 'hub', since: this.#at, reason },
      guards: isMismatch ? { ...guards, arrivals } : { ...guards, instances },
    })
  }

  /** It never got ready. */
  fail(reason: string, hint: string): void {
    const world = this.#world
    const { exposedAt: _exposed, verdict: _verdict, guards: _guards, latency: _latency, ...rest } = this.release
    const about = { ...world.about(rest), at: this.#at }
    world.write('release.failed', { ...about, reason, data: { hint } })
    world.put({
      ...rest,
      phase: 'ended',
      weight: 0,
      exposedAt: null,
      candidate: { requests: 0, bad: 0 },
      stable: { requests: 0, bad: 0 },
      verdict: null,
      enteredAt: this.#at,
      outcome: { kind: 'failed', reason, hint, by: 'hub', decidedAt: this.#at },
    })
    world.write('release.ended', { ...about, data: { outcome: 'failed' } })
  }

  /** Later on, the old version is let go. */
  end(): void {
    this.#world.write('release.ended', {
      ...this.#world.about(this.release),
      at: this.#at,
      data: { outcome: this.release.outcome?.kind },
    })
    this.#world.put({ ...this.release, phase: 'ended', enteredAt: this.#at })
  }
}

const isInDoubt = ({ arrivals, instances }: NonNullable<ReleaseView['guards']>): boolean =>
  arrivals.kind !== 'as-expected' || instances.kind === 'differ'
