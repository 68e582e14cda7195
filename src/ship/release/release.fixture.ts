import { releasePlan } from '../../judge/index.ts'
import type { Obstacle } from '../obstacle.ts'
import type { Reasoned } from './because.ts'
import type { Command, Event, Evidence, Plan, ReleaseState, Told } from './release.ts'
import { asked, step } from './step.ts'
import { Strategy, type StrategyInput, stagesOf } from './strategy.ts'

/** A plan for tests: two instances, a canary of 10 % for 30 s and 50 % until the verdict. */
export function planFor(strategy: StrategyInput, changed: Partial<Plan> = {}, replicas = 2): Plan {
  const parsed = Strategy.parse(strategy)
  return {
    service: 'order',
    version: 'v2',
    workload: { service: 'order', version: 'v2', run: {} },
    replicas,
    strategy: parsed.type,
    stages: stagesOf(parsed, replicas),
    needsVerdict: parsed.type === 'canary',
    earlyPromotion: parsed.type === 'canary' && parsed.earlyPromotion,
    onInconclusive: 'hold',
    onNewer: 'supersede',
    verdict: releasePlan({
      signals: [
        { name: 'errors', weight: 2 },
        { name: 'slow-p99', past: 'p99' },
      ],
    }),
    warmForMs: 60_000,
    ...changed,
  }
}

export const CANARY: Extract<StrategyInput, { type: 'canary' }> = {
  type: 'canary',
  stages: [
    { weight: 10, for: '30s' },
    { weight: 50, until: 'verdict', within: '5m' },
  ],
}

const NONE = { requests: 0, bad: 0 }

/** What a look at the gateway might give: requests and bad ones of each version since the look before. */
export function seen(candidate = NONE, stable = NONE, total = candidate): Omit<Event & { kind: 'evidence' }, 'after'> {
  const observations = [
    { signal: 'errors', canary: candidate, stable },
    { signal: 'slow-p99', canary: { ...candidate, bad: 0 }, stable: { ...stable, bad: 0 } },
  ]
  return { kind: 'evidence', evidence: { observations, cursor: {}, candidate: total, stable } }
}

/** One half of the stable version's instances fails, the other does not. */
export const DIFFERENT: Partial<Evidence> = {
  control: [{ signal: 'errors', canary: { requests: 800, bad: 40 }, stable: { requests: 800, bad: 0 } }],
}

/** Of a thousand that came, where a tenth was to go to the new version. */
export const arrived = (candidate: number): Partial<Evidence> => ({
  arrivals: { candidate, stable: 1_000 - candidate, share: 0.1 },
})

/** What a program or a system says that went wrong. */
export const reported = (text: string): Reasoned<Obstacle> => ({ reason: text, because: { kind: 'reported', text } })

/** Walks a release through events, with a world in which effects succeed when a test says so. */
export class Walk {
  readonly plan: Plan
  state: ReleaseState
  nowMs = 1_000_000
  readonly entries: Told[] = []
  /** Every command that was carried out. */
  readonly carried: Command[] = []

  constructor(plan: Plan) {
    this.plan = plan
    this.state = asked(plan, this.nowMs)
  }

  send(event: Event): this {
    const { state, entries } = step(this.plan, this.state, event, this.nowMs)
    this.state = state
    this.entries.push(...entries)
    return this
  }

  begin(previous: string | null = 'v1'): this {
    return this.send({
      kind: 'begin',
      previous: previous === null ? null : { service: 'order', version: previous, run: {} },
      standing: 0,
    })
  }

  evidence(...counts: Parameters<typeof seen>): this {
    return this.send({ ...seen(...counts), after: this.state.seen.atMs })
  }

  /** A look at which the versions answered nothing that could be compared, but something else was seen. */
  look(more: Partial<Evidence>): this {
    const { kind, evidence } = seen()
    return this.send({ kind, evidence: { ...evidence, ...more }, after: this.state.seen.atMs })
  }

  /** Moves time on, with a tick. */
  later(ms: number): this {
    this.nowMs += ms
    return this.send({ kind: 'tick' })
  }

  /** Carries out the first command of the queue. */
  carryOut(): this {
    const [head] = this.state.queue
    if (!head) throw new Error('nothing is to be carried out')
    this.carried.push(head)
    return this.send({ kind: 'done', command: head.id })
  }

  /** Carries out all that is to be done. */
  arrive(): this {
    while (this.state.queue.length > 0) this.carryOut()
    return this
  }

  /** Carries out the queue up to the first command of a kind, which fails. */
  fail(kind: Command['kind'], reason: string): this {
    while (this.state.queue[0] && this.state.queue[0].kind !== kind) this.carryOut()
    const [head] = this.state.queue
    if (!head) throw new Error(`no ${kind} was to be carried out`)
    return this.send({ kind: 'failed', command: head.id, ...reported(reason) })
  }

  get kinds(): string[] {
    return this.entries.map(({ kind }) => kind)
  }
}
