import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Kept, tagOf, Written } from './written.ts'

describe('a tag', () => {
  it('is the same for the same bytes, another for others, and can stand in a header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
        expect(tagOf(one)).toMatch(/^"[\w-]{22}"$/)
        expect(tagOf(one) === tagOf(other)).toBe(one === other)
      }),
    )
  })

  it('of a written reply is that of its bytes, whatever the words', () => {
    const written = new Written('{"note":"上线"}')
    expect(written.bytes.toString('utf8')).toBe('{"note":"上线"}')
    expect(written.tag).toBe(tagOf('{"note":"上线"}'))
  })
})

describe('what is kept', () => {
  const value = fc.constantFrom<unknown>('a', 'b', 1, 2, Number.NaN, 0, -0, null, undefined, true)

  it('is always what would be made now, and made only when a value is another', () => {
    fc.assert(
      fc.property(fc.array(fc.array(value, { maxLength: 3 }), { maxLength: 20 }), asked => {
        const kept = new Kept<readonly unknown[]>()
        let made = 0
        let wanted = 0
        asked.forEach((of, i) => {
          const before = asked[i - 1]
          if (!before || before.length !== of.length || of.some((one, j) => !Object.is(one, before[j]))) wanted += 1
          const got = kept.get(of, () => {
            made += 1
            return [...of]
          })
          expect(got).toEqual(of)
          expect(made).toBe(wanted)
        })
      }),
    )
  })

  it('may be nothing', () => {
    const kept = new Kept<undefined>()
    let made = 0
    const make = (): undefined => void (made += 1)
    kept.get([], make)
    kept.get([], make)
    expect(made).toBe(1)
  })

  it('is made again after it could not be made', () => {
    const kept = new Kept<string>()
    expect(() =>
      kept.get([1], () => {
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(kept.get([1], () => 'made')).toBe('made')
  })
})
