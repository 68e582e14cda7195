import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChannelView } from '../hub/contract.ts'
import { timeOf } from '../live/clock.ts'
import { deliveriesHref, readFilter } from './filter.ts'
import { DELIVERY_SIGNS, noticeWord, readable, STATES, standingOf } from './standing.ts'

const NOW_MS = timeOf('2026-11-21T10:00:00Z')
const EARLIER = '2026-11-21T09:00:00Z'
const LATER = '2026-11-21T10:05:00Z'
const quiet: ChannelView = {
  name: 'ops',
  type: 'dingtalk',
  waiting: 0,
  failures: 0,
  failingSince: null,
  lastSaidAt: null,
  lastFailedAt: null,
  restsUntil: null,
}

describe('how a channel does', () => {
  it.each<[string, Partial<ChannelView>, string]>([
    ['was never used', {}, 'channel.unused'],
    ['said the last message', { lastSaidAt: EARLIER }, 'channel.works'],
    ['failed once since', { lastSaidAt: EARLIER, failures: 1, lastFailedAt: EARLIER }, 'channel.stumbles'],
    ['is asked to wait', { lastSaidAt: EARLIER, failures: 0, restsUntil: LATER }, 'channel.rests'],
    ['was asked to wait, which is over', { lastSaidAt: EARLIER, restsUntil: EARLIER }, 'channel.works'],
    ['fails, and is asked to wait', { failures: 3, failingSince: EARLIER, restsUntil: LATER }, 'channel.fails'],
    [
      'has not proven itself',
      { lastSaidAt: EARLIER, failures: 1, unprovenSince: EARLIER, restsUntil: LATER },
      'channel.silent',
    ],
    ['proves itself again', { lastSaidAt: EARLIER, unprovenSince: null }, 'channel.works'],
  ])('is told: one that %s', (_, changed, word) => {
    expect(standingOf({ ...quiet, ...changed }, NOW_MS).word).toBe(word)
  })
})

describe('what a delivery tells of', () => {
  it.each([
    [{ kind: 'release', event: 'rolled-back' }, 'notice.rolledBack'],
    [{ kind: 'release' }, 'notice.release'],
    [{ kind: 'test' }, 'notice.test'],
    [{ kind: 'digest' }, 'notice.digest'],
    [{ kind: 'heartbeat' }, 'notice.heartbeat'],
    [{ kind: 'unproven' }, 'notice.unproven'],
  ] as const)('is named: %j', (delivery, word) => {
    expect(noticeWord(delivery)).toBe(word)
  })

  it('has a shape and a word of its own for each state', () => {
    expect(new Set(Object.values(DELIVERY_SIGNS).map(({ word }) => word)).size).toBe(STATES.length)
  })
})

describe('what was sent', () => {
  it('is laid out where it is JSON, and left alone where it is not', () => {
    expect(readable('{"a":1}')).toBe('{\n  "a": 1\n}')
    expect(readable('<xml>')).toBe('<xml>')
    expect(readable('{"cut":')).toBe('{"cut":')
  })
})

describe('the filter of deliveries', () => {
  it('survives its way through the address', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 })
    const filters = fc.record(
      { release: text, channel: text, receiver: text, state: fc.constantFrom(...STATES) },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(filters, filter => {
        const [, search = ''] = deliveriesHref(filter).split('?')
        expect(readFilter(search)).toEqual(filter)
      }),
    )
  })

  it('leaves out what is empty or no state', () => {
    expect(readFilter('?state=eaten&channel=&release=rel_1&other=x')).toEqual({ release: 'rel_1' })
    expect(deliveriesHref({ channel: '' })).toBe('/deliveries')
  })
})
