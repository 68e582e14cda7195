import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutTo, fit, oneLine, type Piece, sizeBytes, sizeInJson, tidy } from './fit.ts'

const line = (text: string): Piece => ({ text, write: text => `<${text}>` })
const within = (most: number, ...texts: string[]): string =>
  fit(texts.map(line), { most, size: sizeBytes, note: '[cut]' })

describe('what fits', () => {
  it('is written whole', () => {
    expect(within(8, 'abc', 'd')).toBe('<abc><d>')
  })
})

describe('what does not fit', () => {
  it.each([
    [15, '<abc>[cut]'],
    [16, '<abc><d…>[cut]'],
    [17, '<abc><de…>[cut]'],
    [19, '<abc><defg…>[cut]'],
    [20, '<abc><defghijklmnop>'],
  ])('in %d bytes is cut; what is written around it stays whole, and a note says so', (most, expected) => {
    expect(within(most, 'abc', 'defghijklmnop')).toBe(expected)
  })

  it('takes nothing of what comes after the cut', () => {
    expect(within(17, 'abc', 'defghijklmnop', 'q')).toBe('<abc><de…>[cut]')
  })

  it('is cut where a reader pauses', () => {
    expect(within(38, 'all traffic goes back to the version before')).toBe('<all traffic goes back to…>[cut]')
    expect(within(33, '全部流量回到，上一个版本')).toBe('<全部流量回到…>[cut]')
  })

  it('is not cut within a character of several parts', () => {
    const family = '👨‍👩‍👧'
    expect(within(29, `ab${family}cdefghijkl`)).toBe('<ab…>[cut]')
  })
})

describe('any text', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.string().map(text => text.repeat(30)),
  )

  it.each([
    ['bytes', sizeBytes],
    ['bytes in JSON', sizeInJson],
  ])('stays within the limit of %s, and well formed', (_, size) => {
    fc.assert(
      fc.property(fc.array(text), fc.integer({ min: 20, max: 300 }), (texts, most) => {
        const written = fit(texts.map(line), { most, size, note: '[cut]' })
        expect(size(written)).toBeLessThanOrEqual(most)
        expect(written.isWellFormed()).toBe(true)
        expect(written.replace(/\[cut\]$/, '')).toMatch(/^(<[^]*>)?$/)
      }),
    )
  })

  it('is a beginning of itself when cut to bytes', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 3, max: 200 }), (text, most) => {
        const cut = cutTo(text, most)
        expect(sizeBytes(cut)).toBeLessThanOrEqual(most)
        expect(tidy(text).startsWith(cut.replace(/…$/, '')) || cut === tidy(text)).toBe(true)
      }),
    )
  })

  it('of two parts takes the sum of both', () => {
    const whole = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        expect(sizeInJson(a + b)).toBe(sizeInJson(a) + sizeInJson(b))
        expect(sizeBytes(a + b)).toBe(sizeBytes(a) + sizeBytes(b))
      }),
    )
  })
})

describe('a tidy text', () => {
  it.each([
    ['a\r\nb\rc', 'a\nb\nc'],
    ['a\u0000\u001B[31mb\tc', 'a[31mb c'],
    ['gpj.\u202Eexe', 'gpj.exe'],
    ['half \uD83D', 'half \uFFFD'],
  ])('of %j is %j', (text, tidied) => {
    expect(tidy(text)).toBe(tidied)
  })

  it('stands on one line where that is asked for', () => {
    expect(oneLine(' a\n\n b ')).toBe('a b')
  })
})
