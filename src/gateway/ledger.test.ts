import { describe, expect, it } from 'vitest'
import { FakeClock } from '../kernel/fake-clock.ts'
import { total } from './buckets.ts'
import { Ledger } from './ledger.ts'

const asked = { user: undefined, second: 0 }

function versionsOf(ledger: Ledger): string[] {
  return ledger.read([]).services.flatMap(({ versions }) => versions.map(({ version }) => version))
}

describe('the ledger', () => {
  it('goes on counting where a version that left comes back', () => {
    const ledger = new Ledger(new FakeClock())
    const tally = () => ledger.service('shop').version('v1').tallies.of('other')
    tally().answered(200, false, 1, false, asked)
    ledger.keep(new Map([['shop', new Set(['v2'])]]))
    tally().answered(200, false, 1, false, asked)
    ledger.keep(new Map([['shop', new Set(['v1'])]]))
    expect(ledger.read([]).services[0]?.versions[0]?.routes[0]?.requests).toBe(2)
  })

  it('forgets a version an hour after it left, once its requests are done', async () => {
    const clock = new FakeClock()
    const ledger = new Ledger(clock)
    const now = new Map([['shop', new Set(['v2'])]])
    ledger.service('shop').version('v1').inFlight = 1
    ledger.service('shop').version('v2')
    ledger.keep(now)
    await clock.advance(3_600_001)
    ledger.keep(now)
    expect(versionsOf(ledger)).toEqual(['v1', 'v2'])
    ledger.service('shop').version('v1').inFlight = 0
    ledger.keep(now)
    expect(versionsOf(ledger)).toEqual(['v2'])
  })

  it('keeps the last sixteen versions that left, however fast they come', async () => {
    const clock = new FakeClock()
    const ledger = new Ledger(clock)
    for (let i = 0; i < 50; i++) {
      ledger.service('shop').version(`v${i}`)
      await clock.advance(1)
      ledger.keep(new Map([['shop', new Set([`v${i}`])]]))
    }
    expect(versionsOf(ledger)).toEqual(Array.from({ length: 17 }, (_, i) => `v${33 + i}`))
  })

  it('forgets a service that left, with its last version', async () => {
    const clock = new FakeClock()
    const ledger = new Ledger(clock)
    ledger.service('shop').version('v1')
    ledger.keep(new Map())
    expect(versionsOf(ledger)).toEqual(['v1'])
    await clock.advance(3_600_001)
    ledger.keep(new Map())
    expect(ledger.read([]).services).toEqual([])
  })

  it('tells how long unfinished requests have run, but not those at instances that warm up', async () => {
    const clock = new FakeClock()
    const ledger = new Ledger(clock)
    const tally = ledger.service('shop').version('v1').tallies.of('other')
    const startMs = clock.elapsed()
    await clock.advance(1_000)
    const { halves } = ledger.service('shop').version('v1')
    halves.divide(['a', 'b'])
    const half = halves.of('b')?.tallies.of('other')
    const running = [
      { tally, half, startMs, warming: false },
      { tally, half: undefined, startMs: clock.elapsed(), warming: false },
      { tally, half, startMs, warming: true },
      { tally: undefined, half: undefined, startMs, warming: false },
    ]
    const version = ledger.read(running).services[0]?.versions[0]
    const age = version?.routes[0]?.inFlightAge ?? []
    expect(total(age)).toBe(2)
    expect(age[0]).toBe(0)
    expect(version?.halves.map(({ routes }) => total(routes[0]?.inFlightAge ?? []))).toEqual([0, 1])
  })
})
