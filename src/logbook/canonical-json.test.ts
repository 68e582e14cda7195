import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from './canonical-json.ts'

describe('canonical JSON', () => {
  it.each([
    ['sorts members, also within arrays', { b: [{ d: 1, c: 2 }], a: 1 }, '{"a":1,"b":[{"c":2,"d":1}]}'],
    [
      'sorts by UTF-16 code units',
      { '\u{20ac}': 1, '\r': 2, '\u{fb33}': 3, 1: 4, '\u{1f600}': 5, '\u{80}': 6 },
      '{"\\r":2,"1":4,"\u{80}":6,"\u{20ac}":1,"\u{1f600}":5,"\u{fb33}":3}',
    ],
    ['puts no member with a number for a name first', { b: 1, 10: 2, 9: 3 }, '{"10":2,"9":3,"b":1}'],
    [
      'writes numbers as ECMAScript does',
      [1 / 3, 1e30, 4.5, 2e-3, 1e-27, -0],
      '[0.3333333333333333,1e+30,4.5,0.002,1e-27,0]',
    ],
    ['escapes what must be, and no more', '\u{0}\n"\\/\u{7f}\u{2028}', '"\\u0000\\n\\"\\\\/\u{7f}\u{2028}"'],
    ['escapes half a surrogate pair', '\u{d800}', '"\\ud800"'],
    ['leaves out what is undefined', { a: undefined, b: [undefined] }, '{"b":[null]}'],
    ['writes what is no number as null', [Number.NaN, Number.POSITIVE_INFINITY], '[null,null]'],
    ['asks toJSON', { at: { toJSON: () => 'then' } }, '{"at":"then"}'],
    ['keeps a member called __proto__', JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
    ['takes nothing for null', undefined, 'null'],
  ])('%s', (_, value, text) => {
    expect(canonicalJson(value)).toBe(text)
  })

  it('means the same as the value, and is the same whatever the order of its members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const text = canonicalJson(value)
        expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(JSON.parse(canonicalJson(backwards(value)))))
        expect(canonicalJson(backwards(value))).toBe(text)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })
})

/** The same value with the members of each object the other way round. */
function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, backwards(member)]),
  )
}
