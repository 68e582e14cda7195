import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../kernel/fake-clock.ts'
import { Endpoint, pick } from './endpoint.ts'
import { eventually, startInstance } from './gateway.fixture.ts'

const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

function endpoint(clock: FakeClock, url = 'http://127.0.0.1:9', readySinceMs = 0): Endpoint {
  const made = new Endpoint({ id: 'a', url, readySinceMs }, { clock, readBuffer: () => Buffer.alloc(1_024) })
  closing.push(() => made.retire())
  return made
}

const any = { avoid: undefined, lastResort: true }

describe('an instance whose connects fail', () => {
  it('is ejected for ever longer, ten seconds at most, until one succeeds', async () => {
    const clock = new FakeClock()
    const one = endpoint(clock)
    const ejectedMs: number[] = []
    for (let i = 0; i < 8; i++) {
      one.connectFailed()
      let ms = 0
      while (one.ejected(clock.elapsed())) {
        await clock.advance(250)
        ms += 250
      }
      ejectedMs.push(ms)
    }
    expect(ejectedMs).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
    one.connectFailed()
    one.connected()
    expect(one.ejected(clock.elapsed())).toBe(false)
    one.connectFailed()
    await clock.advance(250)
    expect(one.ejected(clock.elapsed())).toBe(false)
  })

  it('starts with a clean slate when it became ready again', () => {
    const clock = new FakeClock()
    const one = endpoint(clock)
    one.connectFailed()
    one.ready(5)
    expect(one.ejected(clock.elapsed())).toBe(false)
  })
})

describe('a pick', () => {
  it('takes the instance with the fewest requests, and each in turn among equals', () => {
    const clock = new FakeClock()
    const three = [endpoint(clock), endpoint(clock), endpoint(clock)]
    const turns = [0, 1, 2, 3].map(turn => three.indexOf(pick(three, turn, 0, 9, any) as Endpoint))
    expect(turns).toEqual([0, 1, 2, 0])
    three.forEach((one, i) => (one.inFlight = i === 1 ? 1 : 2))
    for (const turn of [0, 1, 2]) expect(pick(three, turn, 0, 9, any)).toBe(three[1])
  })

  it('takes an ejected one only as a last resort, a full or avoided one never', () => {
    const clock = new FakeClock()
    const [one, two] = [endpoint(clock), endpoint(clock)]
    one.connectFailed()
    expect(pick([one, two], 0, 0, 9, any)).toBe(two)
    expect(pick([one, two], 0, 0, 9, { avoid: two, lastResort: false })).toBeUndefined()
    expect(pick([one, two], 0, 0, 9, { avoid: two, lastResort: true })).toBe(one)
    two.connections = 9
    expect(pick([one, two], 0, 0, 9, { avoid: one, lastResort: true })).toBeUndefined()
    expect(pick([], 0, 0, 9, any)).toBeUndefined()
  })

  it('never passes a free instance by', () => {
    const clock = new FakeClock()
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 8 }), fc.nat(), (loads, turn) => {
        const all = loads.map(load => Object.assign(endpoint(clock), { inFlight: load }))
        expect(pick(all, turn, 0, 9, any)?.inFlight).toBe(Math.min(...loads))
      }),
    )
  })
})

describe('a warm-up', () => {
  it('ends with its time or with its requests, whichever comes first', async () => {
    const clock = new FakeClock()
    const byRequests = endpoint(clock, 'http://127.0.0.1:9', clock.now())
    const warmUp = { forMs: 1_000, requests: 2 }
    expect([1, 2, 3].map(() => byRequests.serve(warmUp))).toEqual([true, true, false])
    const byTime = endpoint(clock, 'http://127.0.0.1:9', clock.now())
    await clock.advance(1_000)
    expect(byTime.serve(warmUp)).toBe(false)
  })
})

describe('a connection', () => {
  it('is lent once at a time, rests as long as told, and closes with its instance', async () => {
    const clock = new FakeClock()
    const instance = await startInstance(() => undefined)
    closing.push(() => instance.stop())
    const one = endpoint(clock, instance.url)
    const made = one.open()
    await eventually(() => made.standing)
    one.release(made, 5_000)
    expect(one.take(clock.elapsed(), 0)).toBe(made)
    expect(one.take(clock.elapsed(), Number.POSITIVE_INFINITY)).toBeUndefined()
    one.release(made, undefined)
    await clock.advance(2_000)
    expect(one.take(clock.elapsed(), 1_000)).toBeUndefined()
    await clock.advance(2_000)
    // Four seconds: an instance that does not say may not wait longer.
    expect(one.take(clock.elapsed(), Number.POSITIVE_INFINITY)).toBeUndefined()
    await eventually(() => one.connections === 0)
    const next = one.open()
    await eventually(() => next.standing)
    one.retire()
    one.release(next, 60_000)
    await eventually(() => one.connections === 0)
  })

  it('that its instance keeps open for a second at most is not kept', async () => {
    const clock = new FakeClock()
    const instance = await startInstance(() => undefined)
    closing.push(() => instance.stop())
    const one = endpoint(clock, instance.url)
    const made = one.open()
    await eventually(() => made.standing)
    one.release(made, 1_000)
    expect(made.socket.destroyed).toBe(true)
  })
})
