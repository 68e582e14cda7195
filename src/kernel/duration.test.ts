import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration, parseDuration, roughDuration } from './duration.ts'

describe('a duration', () => {
  it.each([
    ['0', 0],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['250ms', 250],
    ['1.5s', 1_500],
    ['1w2d', 777_600_000],
    ['2m0s', 120_000],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  it.each(['', '5', '-5m', '5 m', '1m1h', '1.5h', '5minutes', 'm', '1m1m', '∞', '99999999999999999w'])(
    'refuses %j',
    text => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )

  it('is read back exactly as it was written', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10 ** 12 }), ms => {
        expect(parseDuration(formatDuration(ms))).toBe(ms)
      }),
    )
  })

  it.each([
    [0, '0ms'],
    [850, '850ms'],
    [4_230, '4.2s'],
    [42_300, '42s'],
    [65_000, '1m 5s'],
    [5_400_000, '1h 30m'],
    [90_061_000, '1d 1h'],
    [59_999_999, '16h 40m'],
  ])('of %d ms is told to people as %s', (ms, text) => {
    expect(roughDuration(ms)).toBe(text)
  })
})
