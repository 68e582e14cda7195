import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allAtOnce, type Pieces, sortInPieces } from './pieces.ts'

/** Enough for runs, for pairs of runs, and for a run that is left over. */
const MANY = fc.integer({ min: 0, max: 7000 })

test('sorts as the runtime does, and keeps equal ones in their order', async () => {
  await fc.assert(
    fc.asyncProperty(MANY, fc.integer({ min: 1, max: 5000 }), async (length, keys) => {
      const items = Array.from({ length }, (_, i) => ({ key: (i * 7919) % keys, i }))
      const byKey = (a: { key: number }, b: { key: number }): number => a.key - b.key
      expect(await sortInPieces(items, byKey, allAtOnce)).toEqual(items.toSorted(byKey))
    }),
    { numRuns: 30 },
  )
})

test('leaves what it was given as it was', async () => {
  const items = [3, 1, 2]
  expect(await sortInPieces(items, (a, b) => a - b, allAtOnce)).toEqual([1, 2, 3])
  expect(items).toEqual([3, 1, 2])
})

test('ends where it is refused another piece', async () => {
  let compared = 0
  const twice: Pieces = {
    async inPieces(items, valuesAnItem, work) {
      if (compared > 20_000) throw new Error('enough')
      await allAtOnce.inPieces(items, valuesAnItem, work)
    },
  }
  const items = Array.from({ length: 10_000 }, (_, i) => (i * 7919) % 10_000)
  const compare = (a: number, b: number): number => {
    compared++
    return a - b
  }
  await expect(sortInPieces(items, compare, twice)).rejects.toThrow('enough')
})
