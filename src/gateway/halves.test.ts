import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Halves, halve } from './halves.ts'

/** Which instances each half has, the first half first. */
function sidesOf(...steps: readonly (readonly string[])[]): string[] {
  const sides = steps.reduce((before, ids) => halve(before, ids), halve(new Map(), []))
  return [0, 1].map(side =>
    [...sides]
      .flatMap(([id, on]) => (on === side ? [id] : []))
      .toSorted()
      .join(' '),
  )
}

describe('the halves of a version', () => {
  it.each<[string, readonly (readonly string[])[], string[]]>([
    ['one instance has none beside it', [['a']], ['a', '']],
    ['new ones join the smaller half', [['a', 'b', 'c', 'd', 'e']], ['a c e', 'b d']],
    [
      'each keeps its half whatever their order',
      [
        ['a', 'b', 'c'],
        ['c', 'b', 'a'],
      ],
      ['a c', 'b'],
    ],
    [
      'each keeps its half when another leaves',
      [
        ['a', 'b', 'c', 'd'],
        ['a', 'c', 'd'],
      ],
      ['a c', 'd'],
    ],
    [
      'a new one takes the place of one that left',
      [
        ['a', 'b', 'c'],
        ['a', 'c', 'd'],
      ],
      ['a c', 'd'],
    ],
    [
      'one changes over where a half would be empty',
      [
        ['a', 'b', 'c', 'd'],
        ['a', 'c'],
      ],
      ['a', 'c'],
    ],
    [
      'one changes over from the second half, too',
      [
        ['a', 'b', 'c', 'd'],
        ['b', 'd'],
      ],
      ['d', 'b'],
    ],
    ['all may leave, and others come', [['a', 'b'], [], ['x', 'y']], ['x', 'y']],
  ])('%s', (_, steps, expected) => {
    expect(sidesOf(...steps)).toEqual(expected)
  })

  it('are never empty where there are two instances, and change no instance over without need', () => {
    const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'))
    fc.assert(
      fc.property(fc.array(ids, { maxLength: 8 }), steps => {
        let before = halve(new Map(), [])
        for (const now of steps) {
          const sides = halve(before, now)
          expect([...sides.keys()].toSorted()).toEqual(now.toSorted())
          const sizes = [0, 1].map(side => [...sides.values()].filter(on => on === side).length)
          if (now.length > 1) expect(Math.min(...sizes)).toBeGreaterThan(0)
          const over = now.filter(id => before.has(id) && before.get(id) !== sides.get(id))
          expect(over.length).toBeLessThanOrEqual(Math.min(...sizes) === 1 ? 1 : 0)
          before = sides
        }
      }),
    )
  })

  it('are counted apart only while there are two instances, and stay known afterwards', () => {
    const halves = new Halves()
    halves.divide(['a'])
    expect([halves.of('a'), halves.all()]).toEqual([undefined, []])
    halves.divide(['a', 'b'])
    expect(halves.of('a')).not.toBe(halves.of('b'))
    expect(halves.of('c')).toBeUndefined()
    halves.of('b')?.tallies.of('other').answered(200, false, 1, false, { user: undefined, second: 0 })
    halves.divide(['b'])
    expect(halves.of('b')).toBeUndefined()
    expect(halves.all().map(({ instances }) => instances)).toEqual([0, 1])
    const counted = halves.all().map(({ tallies }) => [...tallies.all()].map(tally => tally.read([]).requests))
    expect(counted).toEqual([[], [1]])
  })
})
