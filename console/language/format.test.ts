import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatFor } from './format.ts'

const en = formatFor('en', 'Asia/Shanghai')
const zh = formatFor('zh', 'Asia/Shanghai')
/** 2026-11-21 03:22:07 UTC. */
const AT_MS = 1_795_231_327_000

describe('numbers for people', () => {
  it.each([
    [null, '–'],
    [0, '0 %'],
    [1, '100 %'],
    [0.05, '5.0 %'],
    [0.0004, '0.04 %'],
    [0.00000123, '0.0001 %'],
  ])('say a share of %s as %s', (share, said) => {
    expect(en.share(share)).toBe(said)
    expect(zh.share(share)).toBe(said)
  })

  it('never say all of what is not quite all', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 0.999_999, noNaN: true }), part => en.part(part) !== '100 %'))
    expect(en.part(1)).toBe('100 %')
    expect(en.part(-0.2)).toBe('0 %')
  })

  it.each([
    [0, '0ms', '0毫秒'],
    [190, '190ms', '190毫秒'],
    [4_240, '4.2s', '4.2秒'],
    [12_600, '13s', '13秒'],
    [72_000, '1m 12s', '1分钟 12秒'],
    [60_000, '1m', '1分钟'],
    [5_400_000, '1h 30m', '1小时 30分钟'],
    [93_600_000, '1d 2h', '1天 2小时'],
    [-5, '0ms', '0毫秒'],
  ])('say %i ms as %s and %s', (durationMs, english, chinese) => {
    expect(en.span(durationMs)).toBe(english)
    expect(zh.span(durationMs)).toBe(chinese)
  })

  it('let clocks run in whole seconds', () => {
    expect(en.clockSpan(4_990)).toBe('4s')
    expect(en.clockSpan(-100)).toBe('0s')
  })

  it('say times where the reader is', () => {
    expect(en.time(AT_MS)).toBe('11:22:07')
    expect(en.wholeTime(AT_MS)).toBe('21 Nov 2026, 11:22:07 GMT+8')
    expect(zh.wholeTime(AT_MS)).toBe('2026年11月21日 11:22:07 GMT+8')
    expect(zh.day(AT_MS)).toBe('11月21日星期六')
    expect(zh.shortTime(AT_MS)).toBe('11月21日 11:22')
  })

  it('say latencies in the unit that fits', () => {
    expect([null, 0.4, 380.4, 1_240].map(value => en.milliseconds(value))).toEqual(['–', '0 ms', '380 ms', '1.2 s'])
  })
})
