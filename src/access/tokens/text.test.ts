import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newTokenText, shapeOf } from './text.ts'

describe('the text of a token', () => {
  it('is one word of a known length that no other has', () => {
    const texts = Array.from({ length: 200 }, newTokenText)
    for (const text of texts) expect(text).toMatch(/^swt_[0-9A-Za-z]{49}$/)
    expect(new Set(texts).size).toBe(200)
  })

  it('is known by itself', () => expect(shapeOf(newTokenText())).toBe('token'))

  it('shows any one character that was mistyped', () => {
    const text = newTokenText()
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: text.length - 1 }),
        fc.constantFrom(...'09AZaz_- é'.split('')),
        (place, character) => {
          fc.pre(text[place] !== character)
          expect(shapeOf(text.slice(0, place) + character + text.slice(place + 1))).toBe('mistyped')
        },
      ),
    )
  })

  it('shows neighbours that changed places', () => {
    const text = newTokenText()
    for (let place = 4; place < text.length - 1; place++) {
      const [a = '', b = ''] = text.slice(place, place + 2)
      if (a !== b) expect(shapeOf(text.slice(0, place) + b + a + text.slice(place + 2))).toBe('mistyped')
    }
  })

  it.each([
    ['cut off', newTokenText().slice(0, -1)],
    ['with a space behind it', `${newTokenText()} `],
    ['twice', newTokenText().repeat(2)],
    ['only begun', 'swt_'],
  ])('that is %s is mistyped', (_, text) => expect(shapeOf(text)).toBe('mistyped'))

  it.each(['', 'ghp_abc', 'SWT_abc', 'k7m2x-9qpd4'])('%j is none of ours', text =>
    expect(shapeOf(text)).toBe('foreign'),
  )
})
