import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isKnown, linkTo } from './answer.ts'

describe('a tag', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['*', true],
    [' * ', true],
    ['"a"', true],
    ['W/"a"', true],
    ['"b", "a"', true],
    ['"b",W/"a"', true],
    ['a', false],
    ['"A"', false],
    ['"b"', false],
    ['"a', false],
    ['w/"a"', false],
  ])('"a" shown as %j is known: %j', (header, known) => {
    expect(isKnown(header, '"a"')).toBe(known)
  })
})

describe('a link to the next page', () => {
  it.each([
    ['/x', { before: 'rel_1' }, '</x?before=rel_1>; rel="next"'],
    ['/x?limit=2', { before: 'rel_1' }, '</x?limit=2&before=rel_1>; rel="next"'],
    ['/x?limit=2&before=rel_2', { before: 'rel_1' }, '</x?limit=2&before=rel_1>; rel="next"'],
    ['/x?service=a%20b&after=1', { after: undefined, before: 7 }, '</x?service=a+b&before=7>; rel="next"'],
  ])('of %s with %j', (url, further, link) => {
    expect(linkTo(url, further)).toBe(link)
  })

  it('has nothing in it that could end it early', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), value => {
        const query = new URLSearchParams({ service: value.toWellFormed() }).toString()
        expect(linkTo(`/x?${query}`, { before: value.toWellFormed() })).toMatch(/^<[^<>"\s]+>; rel="next"$/)
      }),
    )
  })
})
