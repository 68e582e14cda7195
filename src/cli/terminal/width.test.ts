import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnsOf, ESCAPE, fit, pad, wrap } from './width.ts'

const RED = `${ESCAPE}[31m`
const PLAIN = `${ESCAPE}[39m`

describe('columnsOf', () => {
  test.each([
    ['order', 5],
    ['', 0],
    ['订单', 4],
    ['v2 订单', 7],
    ['カナ', 4],
    ['한국', 4],
    ['全角：', 6],
    ['e\u0301', 1],
    ['🚀', 2],
    ['👩‍💻', 2],
    ['❤️', 2],
    ['█░✓', 3],
    ['a\u200bb', 2],
    [`${RED}bad${PLAIN}`, 3],
  ])('%j takes %i columns', (text, columns) => {
    expect(columnsOf(text)).toBe(columns)
  })
})

const texts = fc.string({ unit: 'grapheme' })

describe('fit', () => {
  test('leaves alone what fits', () => {
    expect(fit('订单 order', 10, '…')).toBe('订单 order')
  })

  test.each([
    ['storefront', 6, 'store…'],
    ['订单服务', 6, '订单…'],
    ['订单服务', 5, '订单…'],
    ['订单服务', 4, '订…'],
    ['order', 1, '…'],
    ['order', 0, ''],
  ])('cuts %j to %i columns, never through the middle of a character', (text, columns, cut) => {
    expect(fit(text, columns, '…')).toBe(cut)
  })

  test('ends a colour that it cuts through', () => {
    expect(fit(`${RED}rolled-back${PLAIN}`, 7, '…')).toBe(`${RED}rolled${ESCAPE}[0m…`)
  })

  test('no text is ever wider than its room', () => {
    fc.assert(
      fc.property(texts, fc.nat(30), (text, columns) => {
        expect(columnsOf(fit(text, columns, '…'))).toBeLessThanOrEqual(columns)
      }),
    )
  })
})

describe('pad', () => {
  test.each([
    ['订单', 6, 'left', '订单  '],
    ['12', 4, 'right', '  12'],
    ['longer', 3, 'left', 'longer'],
  ] as const)('%j to %i columns, aligned %s, is %j', (text, columns, side, padded) => {
    expect(pad(text, columns, side)).toBe(padded)
  })
})

describe('wrap', () => {
  test('breaks between words', () => {
    expect(wrap('errors: 12 of 240 requests', 12)).toEqual(['errors: 12', 'of 240', 'requests'])
  })

  test('breaks a language without spaces where the line is full', () => {
    expect(wrap('新版本错误率高于旧版本', 10)).toEqual(['新版本错误', '率高于旧版', '本'])
  })

  test('loses nothing, and no line is too wide', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 40 }), (text, columns) => {
        const lines = wrap(text, columns)
        for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(columns)
        expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
      }),
    )
  })
})
