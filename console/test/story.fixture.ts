import type { BecauseView, Point, ReleaseView } from '../../src/client/index.ts'
import { begin, judge, observe, type Plan, releasePlan, type State } from '../../src/judge/index.ts'
import { fromRfc3339, toRfc3339 } from '../../src/kernel/index.ts'
import { doubtOf, type Guards, isInDoubt, soundGuards } from './guards.fixture.ts'
import { REQUESTS_PER_SECOND, Traffic } from './traffic.fixture.ts'
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
  readonly #traffic: Traffic
  #state: State
  #atMs: number
  #seconds = 0

  constructor(world: World, options: StoryOptions) {
    this.#world = world
    this.#options = { service: 'order', by: 'user/li', beganSecondsAgo: 0, ...options }
    this.#plan = releasePlan({
      signals: [
        { name: 'errors', weight: 2 },
        { name: 'slow-p99', past: 'p99' },
      ],
    })
    this.#traffic = new Traffic(this.#options.badPerThousand)
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
    const { counts, slow } = this.#traffic.second(weight)
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
        candidate: { p50Ms: 43 + wobble / 5, p95Ms: 120 + wobble, p99Ms: point.candidateP99 },
        stable: { p50Ms: 41, p95Ms: 118, p99Ms: point.stableP99 },
      },
      guards: doubts && isInDoubt(doubts) ? doubts : this.#sound(counts.candidate.requests),
      stable: total(stable, counts.stable),
      verdict: {
        ...shown,
        because: { ...why },
        signals: verdict.signals.map(signal => ({ ...signal, worseBy: 'comparison', objective: null, ceiling: 0.01 })),
      },
      detectable: {
        reason: 'a rise from 0.3 % to 2.1 % shows within 5m',
        signal: 'errors',
        requestsPerSecond: REQUESTS_PER_SECOND,
        fromRate: 0.003,
        toRate: 0.021,
        withinMs: 300_000,
      },
    }
    this.#world.put(next, point)
    if (verdict.kind === 'roll-back') this.takeBack(verdict.reason)
    else if (verdict.kind === 'promote' && next.phase === 'watching') this.promote(verdict.reason)
    else if (this.#seconds === 60 && next.stage === 0 && next.phase === 'watching') this.#nextStage()
  }

  /** What the guards say so far, of so many requests each second. */
  #sound(requestsPerSecond: number): Guards {
    return soundGuards(this.#options.version, this.#seconds, requestsPerSecond)
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
    const judged = by === 'hub' ? this.release.verdict?.because : undefined
    const order = kind === 'promoted' ? 'promote' : 'roll-back'
    const because = judged ?? { kind: 'ordered', order, by, note: null }
    const { version, previous } = this.#options
    const about = { ...world.about(this.release), actor: by }
    const isBack = kind === 'rolled-back'
    const decidedAt = this.#at
    const inForceAt = toRfc3339(this.#atMs + 190)
    world.write(isBack ? 'release.rolled-back' : 'release.promoting', {
      ...about,
      at: decidedAt,
      reason,
      data: { because },
    })
    const inForce = { kind: 'in-force', version, to: isBack ? previous : version, again: isBack, tookMs: 190 }
    const where = isBack ? `all traffic goes to ${previous} again` : `all traffic goes to ${version}`
    world.write(isBack ? 'release.taken-back' : 'release.promoted', {
      ...about,
      at: inForceAt,
      reason: `${where}, 190ms after it was decided`,
      data: { because: inForce },
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
        because,
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
    const verdict = this.release.verdict?.because ?? { kind: 'no-traffic', version: 'both' }
    const because = { kind: 'undecided', choice: 'hold', verdict }
    const about = { ...this.#world.about(this.release), at: this.#at }
    this.#world.write('release.inconclusive', { ...about, reason, data: { because } })
    const held = { why: 'inconclusive', by: 'hub', since: this.#at, reason, because, timeAgain: true } as const
    this.#world.put({ ...this.release, phase: 'held', held })
  }

  /** The comparison itself is in doubt: the release is held until somebody answers for it. */
  doubt(why: 'mismatch' | 'disarmed'): void {
    const world = this.#world
    const { version, previous } = this.#options
    const { guards = this.#sound(0) } = this.release
    const about = { ...world.about(this.release), at: this.#at }
    const { found, told, toldBecause, reason, because } = doubtOf(why, { version, previous })
    world.write(`release.${why}`, { ...about, reason: told, data: { because: toldBecause } })
    world.write('release.held', { ...about, reason, data: { why, because } })
    world.put({
      ...this.release,
      phase: 'held',
      held: { why, by: 'hub', since: this.#at, reason, because, timeAgain: false },
      guards: { ...guards, ...found },
    })
  }

  /** It never got ready. */
  fail(reason: string, hint: string, because: BecauseView = { kind: 'reported', text: reason }): void {
    const world = this.#world
    const { exposedAt: _exposed, verdict: _verdict, guards: _guards, latency: _latency, ...rest } = this.release
    const about = { ...world.about(rest), at: this.#at }
    world.write('release.failed', { ...about, reason, data: { hint, because } })
    world.put({
      ...rest,
      phase: 'ended',
      weight: 0,
      exposedAt: null,
      candidate: { requests: 0, bad: 0 },
      stable: { requests: 0, bad: 0 },
      verdict: null,
      enteredAt: this.#at,
      outcome: { kind: 'failed', reason, because, hint, by: 'hub', decidedAt: this.#at },
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
