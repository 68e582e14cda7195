import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../kernel/fake-clock.ts'
import type { Split } from '../routers/router.ts'
import { MemoryRouter, MemoryTarget } from '../world.fixture.ts'
import type { Reasoned } from './because.ts'
import { type Carried, carryOut } from './carry-out.ts'
import { CANARY, planFor, reported } from './release.fixture.ts'
import type { Effect, Phase, ReleaseState } from './release.ts'
import { asked } from './step.ts'

const PLAN = planFor(CANARY)
const OLD = { service: 'order', version: 'v1', run: {} }
const BACK: Effect = { kind: 'split', share: { weight: 0, segments: [] }, candidate: 0, stable: 2 }

let clock: FakeClock
let router: MemoryRouter
let target: MemoryTarget
let told: { afterMs: number; reason: string }[]

beforeEach(async () => {
  clock = new FakeClock()
  router = new MemoryRouter()
  target = new MemoryTarget()
  told = []
  await target.scale(OLD, 2, new AbortController().signal)
})

const stateIn = (phase: Phase): ReleaseState => ({ ...asked(PLAN, 0), phase, previous: OLD })

interface Carrying {
  readonly outcome: Promise<Carried>
  /** Set when it is over. */
  tookMs?: number
}

function carry(effect: Effect, phase: Phase = 'moving', signal = new AbortController().signal): Carrying {
  const hindered = ({ reason }: Reasoned): void => void told.push({ afterMs: clock.elapsed(), reason })
  const outcome = carryOut({ id: 1, ...effect }, PLAN, stateIn(phase), { target, router, clock }, signal, hindered)
  const carrying: Carrying = { outcome }
  const over = (): void => {
    carrying.tookMs = clock.elapsed()
  }
  outcome.then(over, over)
  return carrying
}

/** How long a client that waits for an answer takes to give up. */
function slowBy(answerMs: number): void {
  router.apply = async (_: Split, signal?: AbortSignal) => {
    await clock.sleep(answerMs, signal)
    return { ok: false, ...reported('the gateway does not answer') }
  }
}

describe('a split, while the router does not answer,', () => {
  it.each<[Phase, number]>([
    ['taking-back', 5_500],
    ['retiring', 5_500],
    ['moving', 20_500],
    ['promoting', 20_500],
  ])('is tried for long enough while it is %s', async (phase, withinMs) => {
    router.down = 'the gateway does not answer'
    const carrying = carry(BACK, phase)
    await clock.advance(withinMs - 1_000)
    expect(carrying.tookMs).toBeUndefined()
    await clock.advance(1_000)
    expect(await carrying.outcome).toEqual({ ok: false, ...reported('the gateway does not answer') })
    expect(carrying.tookMs).toBeLessThanOrEqual(withinMs)
  })

  it.each<[Phase, number]>([
    ['moving', 100],
    ['promoting', 100],
    ['promoting', 600],
    ['moving', 6_600],
  ])('is told of within seconds, once, while it is %s and each try takes %i ms', async (phase, answerMs) => {
    slowBy(answerMs)
    const carrying = carry(BACK, phase)
    await clock.advance(4_900)
    expect(told).toEqual([])
    await clock.advance(60_000)
    await carrying.outcome
    expect(told).toHaveLength(1)
    expect(told[0]?.reason).toBe('the gateway does not answer')
    expect(told[0]?.afterMs).toBeLessThanOrEqual(7_000)
  })

  it('goes on as if nothing had been when the router is back in time, and nobody hears of it', async () => {
    router.down = 'restarting'
    const carrying = carry(BACK, 'promoting')
    await clock.advance(4_000)
    router.down = undefined
    await clock.advance(1_000)
    expect(await carrying.outcome).toEqual({ ok: true })
    expect(router.weights).toBe('v1 100')
    expect(told).toEqual([])
  })

  it.each([0, 3_000, 12_000])('ends when it is overtaken after %i ms', async afterMs => {
    router.down = 'gone'
    const overtaken = new AbortController()
    const { outcome } = carry(BACK, 'moving', overtaken.signal)
    await clock.advance(afterMs)
    overtaken.abort(new Error('overtaken'))
    await expect(outcome).rejects.toThrow('overtaken')
    expect(clock.waiting).toBe(0)
  })
})

describe('a split', () => {
  it('is not tried where no instance could take the traffic', async () => {
    target.running.clear()
    expect(await carry(BACK).outcome).toEqual({
      ok: false,
      reason: 'order v1 should take 100 % of the traffic, but no instance of it runs',
      because: { kind: 'no-instance', service: 'order', version: 'v1', weight: 100 },
    })
    expect(router.splits).toEqual([])
  })
})

describe('a preflight', () => {
  const hinted = Object.assign(new Error('the gateway does not answer'), { hint: 'Is it running?' })
  it.each<[string, () => Promise<undefined>, Carried]>([
    ['is passed where the router answers', async () => undefined, { ok: true }],
    [
      'says why the router cannot be used, and what to do',
      () => Promise.reject(hinted),
      { ok: false, ...reported('the gateway does not answer'), hint: 'Is it running?' },
    ],
    [
      'says why where nobody knows what to do',
      () => Promise.reject(new Error('broken')),
      { ok: false, ...reported('broken') },
    ],
  ])('%s', async (_, current, carried) => {
    router.current = current
    expect(await carry({ kind: 'preflight' }).outcome).toEqual(carried)
  })

  it('ends when it is overtaken', async () => {
    const overtaken = new AbortController()
    router.current = () => Promise.reject(overtaken.signal.reason)
    overtaken.abort(new Error('overtaken'))
    await expect(carry({ kind: 'preflight' }, 'moving', overtaken.signal).outcome).rejects.toThrow('overtaken')
  })
})

describe('draining', () => {
  const drain: Effect = { kind: 'drain', who: 'previous' }

  it('waits until nothing is unfinished', async () => {
    let unfinished = 3
    router.inFlight = async () => unfinished
    const carrying = carry(drain)
    await clock.advance(1_000)
    expect(carrying.tookMs).toBeUndefined()
    unfinished = 0
    await clock.advance(50)
    expect(await carrying.outcome).toEqual({ ok: true })
  })

  it('goes on after a bound: a client that never reads must not keep a release from ending', async () => {
    router.inFlight = async () => 1
    const carrying = carry(drain)
    await clock.advance(15_000)
    expect(await carrying.outcome).toEqual({ ok: true })
  })

  it('has nothing to wait for where the router is gone', async () => {
    router.inFlight = () => Promise.reject(new Error('gone'))
    expect(await carry(drain).outcome).toEqual({ ok: true })
  })
})
