import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { didYouMean, distanceOf, nearest } from './nearest.ts'

const KEYS = ['weight', 'stages', 'maxSurge', 'kind', 'port', 'path', 'tier', 'after', 'tries']

describe('the word that was meant', () => {
  it.each([
    ['weigth', 'weight'],
    ['wieght', 'weight'],
    ['stage', 'stages'],
    ['Stages', 'stages'],
    ['max-surge', 'maxSurge'],
    ['max_surge', 'maxSurge'],
    ['maxsruge', 'maxSurge'],
    ['knd', 'kind'],
    ['trys', 'tries'],
    ['prot', 'port'],
    ['PORT', 'port'],
    ['weights', 'weight'],
    ['max', 'maxSurge'],
    ['WEI', 'weight'],
  ])('%s is %s', (written, meant) => {
    expect(nearest(written, KEYS)).toBe(meant)
  })

  it.each(['colour', 'x', 'k', '', 'wg', 'king-size', 'surge', 'p', 'pa-po'])('%j is none of them', written => {
    expect(nearest(written, KEYS)).toBeUndefined()
  })

  it('is the nearest of several, and the first of equals', () => {
    expect(nearest('stagess', ['stages', 'stagesss', 'stage'])).toBe('stages')
    expect(nearest('hosts', ['posts', 'costs'])).toBe('posts')
  })

  it('is the only one that begins like it, where no slip explains it', () => {
    expect(nearest('rol', ['status', 'rollback'])).toBe('rollback')
    expect(nearest('re', ['releases', 'resume'])).toBeUndefined()
    expect(nearest('rols', ['rolls', 'rolsters'])).toBe('rolls')
  })

  it('is asked after, in words', () => {
    expect(didYouMean('oder', ['orders', 'order'])).toBe('; did you mean order?')
    expect(didYouMean('zzz', ['orders'])).toBe('')
  })

  it('is not looked for letter by letter where the lengths alone rule it out', () => {
    expect(nearest('x'.repeat(1_000_000), KEYS)).toBeUndefined()
  })
})

describe('the distance of two words', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['abc', 'abd', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('of %j and %j is %i', (a, b, distance) => {
    expect(distanceOf(a, b)).toBe(distance)
  })

  const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') })

  it('is the same in both directions, and nothing only for equal words', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(distanceOf(a, b)).toBe(distanceOf(b, a))
        expect(distanceOf(a, b) === 0).toBe(a === b)
      }),
    )
  })

  it('is one after any single slip', () => {
    fc.assert(
      fc.property(word, fc.nat(8), fc.constantFrom('x', 'y'), (text, at, letter) => {
        const slipped = `${text.slice(0, at)}${letter}${text.slice(at)}`
        expect(distanceOf(text, slipped)).toBe(1)
      }),
    )
  })

  it('is the bound wherever it is not below the bound', () => {
    fc.assert(
      fc.property(word, word, fc.integer({ min: 1, max: 6 }), (a, b, bound) => {
        expect(distanceOf(a, b, bound)).toBe(Math.min(distanceOf(a, b), bound))
      }),
    )
  })
})
