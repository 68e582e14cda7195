import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Heap } from './heap.ts'

test.each([1, -1] as const)('keeps the k best, best first, in direction %i', direction => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9, max: 9 })), fc.integer({ min: 1, max: 12 }), (values, k) => {
      const heap = new Heap(direction)
      for (const [id, value] of values.entries()) heap.offer(id, value, k)
      const best = heap.bestFirst().map(id => values[id] as number)
      const sorted = values.toSorted((a, b) => direction * (b - a))
      expect(best).toEqual(sorted.slice(0, k))
    }),
  )
})

test('takes NaN only while there is room, and puts it last', () => {
  const heap = new Heap(1)
  for (const [id, value] of [NaN, 1, NaN, 2].entries()) heap.offer(id, value, 3)
  expect(heap.bestFirst().slice(0, 2)).toEqual([3, 1])
  expect(heap.bestFirst()).toHaveLength(3)
})

test('serves again after it was cleared', () => {
  const heap = new Heap(-1)
  heap.offer(7, 1, 2)
  heap.clear()
  heap.offer(8, 2, 2)
  expect(heap.bestFirst()).toEqual([8])
})
