import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concealer } from './conceal.ts'

describe('a concealer', () => {
  it.each([
    ['as it is', 'key=a+b/c=&x', 'key=[secret]&x'],
    ['in a URL', 'key=a%2Bb%2Fc%3D&x', 'key=[secret]&x'],
    ['twice', 'a+b/c= a+b/c=', '[secret] [secret]'],
  ])('hides a secret %s', (_, text, shown) => {
    expect(concealer(['a+b/c='])(text)).toBe(shown)
  })

  it('hides a secret in JSON', () => {
    const secret = 'say "a\\b"\n'
    expect(concealer([secret])(JSON.stringify({ secret }))).toBe('{"secret":"[secret]"}')
  })

  it('leaves nothing of the longer of two that begin alike', () => {
    expect(concealer(['abc', 'abcdef'])('abcdef abcd')).toBe('[secret] [secret]d')
  })

  it('takes nothing for a pattern', () => {
    expect(concealer(['.*(x'])('a.*(x b')).toBe('a[secret] b')
  })

  it('leaves a text alone where there are no secrets, or empty ones', () => {
    expect(concealer([])('text')).toBe('text')
    expect(concealer([''])('text')).toBe('text')
  })

  it('leaves no secret standing, in whatever form', () => {
    // Capitals alone: the mark itself has none, and neither have the escapes of the ones drawn here.
    const secret = fc
      .string({ unit: fc.constantFrom('A', 'B', '"', '/', ' ', '\\', '\n', 'É'), minLength: 2 })
      .filter(text => /[AB]/.test(text))
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (secret, before, after) => {
        for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
          expect(concealer([secret])(`${before}${form}${after}`)).not.toContain(form)
        }
      }),
    )
  })
})
