import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromRfc3339, toRfc3339 } from '../../kernel/index.ts'
import { settingsOf } from '../notices.fixture.ts'
import { hearerOf, isDue, othersOf, slotOf, unprovenSince } from './decide.ts'
import { HeartbeatSettings } from './settings.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const atMs = (text: string): number => fromRfc3339(text) ?? Number.NaN
const heartbeat = (input: object): HeartbeatSettings => HeartbeatSettings.parse(input)

describe('the settings of a heartbeat', () => {
  it('are once a day unless told otherwise', () => {
    expect(heartbeat({})).toEqual({ every: DAY_MS })
    expect(heartbeat({ every: '6h', at: '09:00+08:00', provenWithin: '12h' })).toEqual({
      every: 6 * HOUR_MS,
      at: '09:00+08:00',
      provenWithin: 12 * HOUR_MS,
    })
  })

  it.each([
    [{ every: '59s' }, 'every'],
    [{ every: '8d' }, 'every'],
    [{ every: 'often' }, 'every'],
    [{ at: '24:00' }, 'at'],
    [{ at: '9:00' }, 'at'],
    [{ at: '09:00+8' }, 'at'],
    [{ at: '09:00 UTC' }, 'at'],
    [{ every: '6h', provenWithin: '5h' }, 'provenWithin'],
    [{ evry: '6h' }, undefined],
  ])('are not %j', (input, path) => {
    const { error } = HeartbeatSettings.safeParse(input)
    expect(error?.issues[0]?.path[0]).toBe(path)
    expect(error).toBeDefined()
  })
})

describe('the newest slot', () => {
  it.each([
    [{ at: '09:00' }, '2026-11-21T10:30:00Z', '2026-11-21T09:00:00Z'],
    [{ at: '09:00' }, '2026-11-21T08:59:59Z', '2026-11-20T09:00:00Z'],
    [{ at: '09:00' }, '2026-11-21T09:00:00Z', '2026-11-21T09:00:00Z'],
    [{ at: '09:00Z' }, '2026-11-21T10:30:00Z', '2026-11-21T09:00:00Z'],
    [{ at: '09:00+08:00' }, '2026-11-21T00:59:00Z', '2026-11-20T01:00:00Z'],
    [{ at: '09:00+08:00' }, '2026-11-21T01:00:00Z', '2026-11-21T01:00:00Z'],
    [{ at: '21:30-03:30' }, '2026-11-21T01:30:00Z', '2026-11-21T01:00:00Z'],
    [{ at: '09:00', every: '6h' }, '2026-11-21T02:00:00Z', '2026-11-20T21:00:00Z'],
    [{ at: '09:00', every: '6h' }, '2026-11-21T03:00:00Z', '2026-11-21T03:00:00Z'],
    [{}, '2026-11-21T10:30:00Z', '2026-11-21T00:00:00Z'],
  ])('of %j at %s is %s', (input, now, slot) => {
    expect(toRfc3339(slotOf(heartbeat(input), atMs(now)))).toBe(toRfc3339(atMs(slot)))
  })

  it('is never ahead, never a whole period ago, and the same until the next', () => {
    const settings = fc.record({
      every: fc.integer({ min: 60_000, max: 7 * DAY_MS }),
      at: fc.constantFrom('00:00', '09:00+08:00', '23:59-11:30'),
    })
    fc.assert(
      fc.property(settings, fc.integer({ min: 0, max: 2e12 }), (known, nowMs) => {
        const slot = slotOf(known, nowMs)
        expect(slot).toBeLessThanOrEqual(nowMs)
        expect(slot + known.every).toBeGreaterThan(nowMs)
        expect(slotOf(known, slot)).toBe(slot)
        expect(slotOf(known, slot + known.every)).toBe(slot + known.every)
      }),
    )
  })
})

describe('a channel', () => {
  const daily = heartbeat({ at: '09:00' })
  const now = atMs('2026-11-21T10:00:00Z')

  it.each([
    ['never', undefined, true],
    ['before the newest slot', '2026-11-21T08:59:00Z', true],
    ['at it', '2026-11-21T09:00:00Z', false],
    ['after it', '2026-11-21T09:30:00Z', false],
  ])('whose last heartbeat was %s owes one: %s %s', (_, beat, owes) => {
    expect(isDue(daily, { channel: 'ops', ...(beat ? { beatMs: atMs(beat) } : {}) }, now)).toBe(owes)
  })

  it.each([
    ['nothing was ever sent to', {}, undefined],
    ['answered every heartbeat', { saidMs: now - 40 * DAY_MS }, undefined],
    ['has a first heartbeat under way', { unansweredMs: now - 1 }, undefined],
    ['never answered', { unansweredMs: now - 26 * HOUR_MS }, now - HOUR_MS],
    ['was silent for long before the first heartbeat', { saidMs: now - 40 * DAY_MS, unansweredMs: now - 1 }, undefined],
    ['let an hour pass then', { saidMs: now - 40 * DAY_MS, unansweredMs: now - HOUR_MS }, now],
    ['has 25 hours', { saidMs: now - 25 * HOUR_MS + 1, unansweredMs: now - 2 * HOUR_MS }, undefined],
    ['and no more', { saidMs: now - 25 * HOUR_MS, unansweredMs: now - 2 * HOUR_MS }, now],
  ])('that %s has not proven itself since %j: %s', (_, sight, since) => {
    expect(unprovenSince(daily, { channel: 'ops', ...sight }, now)).toBe(since)
  })

  it('has as long as configured', () => {
    const strict = heartbeat({ every: '5m', provenWithin: '10m' })
    const sight = { channel: 'ops', saidMs: now - 600_000, unansweredMs: now - 600_000 }
    expect(unprovenSince(strict, sight, now)).toBe(now)
    expect(unprovenSince(strict, sight, now - 1)).toBeUndefined()
  })
})

describe('who hears', () => {
  const robot = (name: string) => ({ type: 'scripted', robot: name })
  const channels = { ops: robot('ops'), backup: robot('backup'), shop: robot('shop') }
  const notify = settingsOf({
    channels,
    receivers: [
      { name: 'on-call', channels: ['ops', 'backup'] },
      { name: 'shop', channels: ['shop'] },
    ],
  })

  it('of a channel that has gone silent are those who should have heard by it, over their next', () => {
    expect(othersOf(notify, 'ops')).toEqual([{ receiver: 'on-call', channel: 'backup' }])
    expect(othersOf(notify, 'backup')).toEqual([{ receiver: 'on-call', channel: 'ops' }])
  })

  it('is everybody else where those have no other, and nobody where there is none', () => {
    expect(othersOf(notify, 'shop')).toEqual([{ receiver: 'on-call', channel: 'ops' }])
    expect(othersOf(settingsOf({ channels: { ops: robot('ops') } }), 'ops')).toEqual([])
    expect(othersOf(settingsOf({ channels }), 'ops')).toEqual([
      { receiver: 'backup', channel: 'backup' },
      { receiver: 'shop', channel: 'shop' },
    ])
  })

  it('a heartbeat is the first receiver of its channel; nobody by a channel that nobody has', () => {
    expect(hearerOf(notify, 'backup')).toBe('on-call')
    expect(hearerOf(settingsOf({ channels, receivers: [{ name: 'a', channels: ['ops'] }] }), 'shop')).toBeUndefined()
  })
})
