import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { delayMs, FORGET_MS, fail, keyOfAddress, keyOfName, type Tries, takeBack, waitMs } from './throttle.ts'

const MOST_MS = 900_000

describe('the wait after failures', () => {
  it.each([
    ['name', 4, 0],
    ['name', 5, 1_000],
    ['name', 6, 2_000],
    ['name', 14, 512_000],
    ['name', 15, MOST_MS],
    ['name', 1_000_000, MOST_MS],
    ['address', 19, 0],
    ['address', 20, 1_000],
    ['address', 40, MOST_MS],
  ] as const)('for a %s after %d is %d ms', (kind, failures, wait) => expect(delayMs(kind, failures)).toBe(wait))

  it('is never longer than a quarter of an hour, whatever happened before and whatever the clock says', () => {
    const tries = fc.record({ failures: fc.nat(), allowedAtMs: fc.integer() })
    fc.assert(
      fc.property(
        fc.option(tries, { nil: undefined }),
        fc.integer(),
        fc.constantFrom('name', 'address'),
        (before, nowMs, kind) => {
          expect(waitMs(before, nowMs)).toBeLessThanOrEqual(MOST_MS)
          expect(waitMs(fail(kind, before, nowMs), nowMs)).toBeLessThanOrEqual(MOST_MS)
        },
      ),
    )
  })

  it('lets about a hundred guesses a day pass at one name', () => {
    let tries: Tries | undefined
    let guesses = 0
    for (let nowMs = 0; nowMs < 86_400_000; guesses++) {
      tries = fail('name', tries, nowMs)
      nowMs += Math.max(1, waitMs(tries, nowMs))
    }
    expect(guesses).toBeLessThan(115)
  })

  it('is over when the clock was set back by more than it', () => {
    const tries = fail('name', { failures: 30, allowedAtMs: 0 }, 1_000)
    expect(waitMs(tries, 1_000)).toBe(MOST_MS)
    expect(waitMs(tries, -1_000_000)).toBe(0)
  })

  it('begins anew after a day without a failure', () => {
    const tries = { failures: 30, allowedAtMs: 0 }
    expect(fail('name', tries, FORGET_MS - 1).failures).toBe(31)
    expect(fail('name', tries, FORGET_MS).failures).toBe(1)
  })

  it('is taken back with the failure', () => {
    expect(takeBack({ failures: 22, allowedAtMs: 9_000 }, 100)).toEqual({ failures: 21, allowedAtMs: 100 })
    expect(takeBack({ failures: 1, allowedAtMs: 0 }, 100)).toBeUndefined()
  })
})

describe('the key', () => {
  it('of a name does not contain it', () => expect(keyOfName('hunter2')).toMatch(/^[0-9a-f]{32}$/))

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['not an address', 'not an address'],
    ['x'.repeat(1_000), 'x'.repeat(64)],
    ['', ''],
  ])('of %s is %s', (address, key) => expect(keyOfAddress(address)).toBe(key))

  it('is the same for all of one customer, and for no two customers', () => {
    const group = fc.integer({ min: 0, max: 0xffff })
    const network = fc.tuple(group, group, group, group).filter(([first]) => first !== 0)
    const hosts = fc.tuple(group, group, group, group)
    const text = (...groups: number[][]): string =>
      groups
        .flat()
        .map(each => each.toString(16))
        .join(':')
    fc.assert(
      fc.property(network, network, hosts, hosts, (one, other, a, b) => {
        expect(keyOfAddress(text(one, a))).toBe(keyOfAddress(text(one, b)))
        expect(keyOfAddress(text(one, a)) === keyOfAddress(text(other, a))).toBe(text(one) === text(other))
      }),
    )
  })
})
