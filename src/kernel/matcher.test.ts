import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidInput } from './errors.ts'
import { Labels } from './labels.ts'
import { fullMatch, matcher, matchesAll } from './matcher.ts'

describe('a matcher', () => {
  it.each([
    ['=', 'a', 'a', true],
    ['=', 'a', 'ab', false],
    ['=', '', '', true],
    ['!=', 'a', '', true],
    ['=~', 'a|bc', 'bc', true],
    ['=~', 'a|bc', 'abc', false],
    ['=~', '.*', '', true],
    ['=~', '.+', '', false],
    ['=~', '.+', 'line\nbreak', true],
    ['=~', 'a.b', 'a\nb', true],
    ['=~', 'a.*', 'ba', false],
    ['=~', '(?i)shop', 'SHOP', true],
    ['=~', '[[:digit:]]{2}', '42', true],
    ['=~', '(?P<x>a)+', 'aaa', true],
    ['=~', '^a$', 'a', true],
    ['=~', '', '', true],
    ['=~', '', 'a', false],
    ['!~', '2..', '503', true],
    ['!~', '2..', '204', false],
  ] as const)('x%s%j finds of %j: %j', (operator, value, text, expected) => {
    expect(matcher('x', operator, value).matches(text)).toBe(expected)
  })

  it('and its negation never both match', () => {
    const pattern = fc.constantFrom('a', 'a|b', '.*', '.+', '[ab]*', 'a?b+', '')
    fc.assert(
      fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 4 }), (value, text) => {
        expect(matcher('x', '=', value).matches(text)).toBe(!matcher('x', '!=', value).matches(text))
        expect(matcher('x', '=~', value).matches(text)).toBe(!matcher('x', '!~', value).matches(text))
      }),
    )
  })

  it('takes an absent label for an empty one', () => {
    const up = Labels.of({ __name__: 'up', job: 'shop' })
    expect(matchesAll([matcher('zone', '=', ''), matcher('job', '!=', '')], up)).toBe(true)
    expect(matchesAll([matcher('zone', '!=', '')], up)).toBe(false)
  })

  it('takes time in proportion to the text, whatever the pattern', () => {
    expect(fullMatch('(a*)*b')('a'.repeat(20_000))).toBe(false)
  })

  it.each(['(', 'a**', '[z-a]', '\\8', '(?=a)', '(a)\\1'])('refuses %j and says what RE2 is', pattern => {
    const refused = () => matcher('x', '=~', pattern)
    expect(refused).toThrow(InvalidInput)
    expect(refused).toThrow(/error parsing regexp/)
  })
})
