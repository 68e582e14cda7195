import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidInput } from '../../kernel/index.ts'
import { makeOneTimePassword } from './one-time.ts'
import { acceptPassword, normalisePassword } from './policy.ts'

const names = ['wangli', '王 Li-Ming']

describe('a new password', () => {
  it.each([
    'correct horse',
    '正确的马电池订书钉好好',
    'Tr0ub4dor&3x',
    'wangli likes tea',
    'aaaaaaaaaabcdef',
    makeOneTimePassword(),
    `a long one ${'x'.repeat(1_013)}`,
  ])('%j is accepted', password => expect(acceptPassword(password, names)).toBe(password))

  it.each([
    ['nine chars', 'correctho', 'fewer than 10'],
    ['nine characters of more bytes', '正确的马电池订书钉', 'fewer than 10'],
    ['only spaces', '               ', 'few different'],
    ['the same again', 'ababababababab', 'few different'],
    ['a run', 'abcdefghijkl', 'follow each other'],
    ['a run of digits', '1234567890', 'follow each other'],
    ['a longer one', '12345678901234', 'follow each other'],
    ['a run backwards', '0987654321', 'follow each other'],
    ['common', 'Password123', 'everybody'],
    ['common here', 'woaini1314', 'everybody'],
    ['common, in wide letters', 'ｐａｓｓｗｏｒｄ１２３', 'everybody'],
    ['the name', 'wangli2026!', 'your name'],
    ['the name twice', 'WangLi-wangli', 'your name'],
    ['the display name', '王 Li-Ming 2026', 'your name'],
    ['too long', 'ab!d'.repeat(257), 'longer than 1,024 bytes'],
    ['too long in its one form', 'ﷺ'.repeat(300), 'longer than'],
  ])('that is %s is refused, and not repeated', (_, password, why) => {
    const refused = expect.objectContaining({ message: expect.stringContaining(why), field: 'next' })
    expect(() => acceptPassword(password, names)).toThrow(refused)
    expect(() => acceptPassword(password, names)).toThrow(InvalidInput)
    try {
      acceptPassword(password, names)
    } catch (error) {
      expect(JSON.stringify(error) + (error as Error).message).not.toContain(password)
    }
  })

  it('may be written in either form of the same characters', () => {
    expect(acceptPassword('cafe\u0301 au lait', [])).toBe(acceptPassword('café au lait', []))
    expect(normalisePassword('Å ﬁ')).toBe('Å fi')
  })

  it('has one form, however often it is sought', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), text => {
        const once = normalisePassword(text)
        if (once !== undefined) expect(normalisePassword(once)).toBe(once)
      }),
    )
  })

  it('never ends the program, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), fc.string(), (password, name) => {
        try {
          expect(Buffer.byteLength(acceptPassword(password, [name]))).toBeLessThanOrEqual(1_024)
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInput)
        }
      }),
    )
  })
})

describe('a one-time password', () => {
  it('has 100 bits in four groups that can be read out', () => {
    const made = Array.from({ length: 500 }, makeOneTimePassword)
    for (const password of made) {
      expect(password).toMatch(/^[0-9a-hjkmnp-tv-z]{5}(-[0-9a-hjkmnp-tv-z]{5}){3}$/)
      expect(() => acceptPassword(password, ['admin'])).not.toThrow()
    }
    expect(new Set(made).size).toBe(500)
    expect(new Set(made.join('').replaceAll('-', '')).size).toBe(32)
  })
})
