import fc from 'fast-check'
import { expect, test } from 'vitest'
import { didYouMean, nearest, slipsBetween } from './nearest.ts'

const VERBS = ['status', 'releases', 'rollback', 'resume', 'show', 'up', 'hub']

test.each([
  ['statsu', 'status'],
  ['STATUS', 'status'],
  ['realeses', 'releases'],
  ['shwo', 'show'],
  ['rol', 'rollback'],
  ['deploy', undefined],
  ['re', undefined],
  ['x', undefined],
  ['', undefined],
])('%j probably meant %j', (word, meant) => {
  expect(nearest(word, VERBS)).toBe(meant)
})

test('the nearest of several is meant', () => {
  expect(didYouMean('oder', ['orders', 'order'])).toBe('; did you mean order?')
  expect(didYouMean('zzz', ['orders'])).toBe('')
})

test('the distance is one: zero only of itself, the same both ways, never more than the longer word', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      expect(slipsBetween(a, b)).toBe(slipsBetween(b, a))
      expect(slipsBetween(a, b) === 0).toBe(a === b)
      expect(slipsBetween(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
    }),
  )
})

test('any one slip is one slip', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{5,12}$/), fc.nat(3), (word, at) => {
      expect(slipsBetween(word, word.slice(0, at) + word.slice(at + 1))).toBe(1)
      const swapped = word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2)
      expect(slipsBetween(word, swapped)).toBeLessThanOrEqual(1)
    }),
  )
})
