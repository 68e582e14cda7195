import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linesOf, vectorOf, whole } from './evaluation.fixture.ts'
import { compareNaturally } from './sort.ts'

const VECTOR = vectorOf([
  [{ a: 'three' }, 3],
  [{ a: 'nan' }, NaN],
  [{ a: 'low' }, -Infinity],
  [{ a: 'histogram' }, '{{count:1}}'],
  [{ a: 'one' }, 1],
])

async function names(query: string, vector = VECTOR): Promise<string[]> {
  const lines = linesOf(await whole(query, [vector]))
  return lines.map(line => /a="(\w+)"/.exec(line)?.[1] ?? '')
}

describe('sort', () => {
  it('puts floats in the order of their values, NaN last, and leaves histograms empty', async () => {
    expect(linesOf(await whole('sort(v)', [VECTOR]))).toEqual([
      '{a="low"} -Infinity',
      '{a="histogram"} _',
      '{a="one"} 1',
      '{a="three"} 3',
      '{a="nan"} NaN',
    ])
    expect((await names('sort_desc(v)')).filter(name => name !== 'histogram')).toEqual(['three', 'one', 'low', 'nan'])
  })

  it('keeps the order over several steps', async () => {
    const vector = vectorOf([
      [{ a: 'x' }, 3, 1],
      [{ a: 'y' }, 1, 3],
    ])
    expect(linesOf(await whole('sort(v)', [vector], { atSeconds: [0, 1] }))).toEqual(['{a="x"} 3 1', '{a="y"} 1 3'])
  })

  it('keeps track of names that are yet to be dropped', async () => {
    const vector = vectorOf([
      [{ a: 'x' }, 3],
      [{ a: 'y' }, 1],
    ])
    vector.unnamed = new Set([1])
    expect(await whole('sort(v)', [vector])).toMatchObject({ unnamed: new Set([0]) })
  })
})

describe('sort_by_label', () => {
  const cpus = vectorOf(['1', '20', '3', '10', '2', '100'].map(cpu => [{ a: `cpu${cpu}`, b: 'x' }, 1] as const))

  it('compares numbers within texts as numbers', async () => {
    const ascending = ['cpu1', 'cpu2', 'cpu3', 'cpu10', 'cpu20', 'cpu100']
    expect(await names('sort_by_label(v, "a")', cpus)).toEqual(ascending)
    expect(await names('sort_by_label_desc(v, "a")', cpus)).toEqual(ascending.toReversed())
  })

  it('goes on to the next label, and at last to all', async () => {
    const vector = vectorOf([
      [{ a: '1', b: '2', c: '1' }, 1],
      [{ a: '1', b: '1', c: '2' }, 2],
      [{ a: '1', b: '1', c: '1' }, 3],
      [{ a: '0', b: '9' }, '{{count:1}}'],
    ])
    const lines = [
      '{a="0", b="9"} {{count:1}}',
      '{a="1", b="1", c="1"} 3',
      '{a="1", b="1", c="2"} 2',
      '{a="1", b="2", c="1"} 1',
    ]
    expect(linesOf(await whole('sort_by_label(v, "a", "b")', [vector]))).toEqual(lines)
    expect(linesOf(await whole('sort_by_label(v, "zzz")', [vector]))).toEqual(lines)
    expect(linesOf(await whole('sort_by_label_desc(v, "a", "b")', [vector]))).toEqual(lines.toReversed())
  })
})

describe('natural order', () => {
  it.each([
    ['4m5', '4m600'],
    ['4m600', '4m1000'],
    ['1.2.3', '1.11.3'],
    ['1.11.3', '1.111.3'],
    ['a', 'a1'],
    ['', 'a'],
    ['9', '10'],
    ['9', 'a'],
    ['99999999999999999998', '99999999999999999999'],
    ['a01', 'a1'],
  ])('%s comes before %s', (a, b) => {
    expect(compareNaturally(a, b)).toBeLessThan(0)
    expect(compareNaturally(b, a)).toBeGreaterThan(0)
  })

  it('is an order', () => {
    const text = fc.string({ unit: fc.constantFrom('0', '1', '2', 'a', '.', 'é'), maxLength: 6 })
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        const [first, second, third] = [a, b, c].toSorted(compareNaturally) as [string, string, string]
        expect(Math.sign(compareNaturally(a, b))).toBe(-Math.sign(compareNaturally(b, a)) + 0)
        expect(compareNaturally(first, second)).toBeLessThanOrEqual(0)
        expect(compareNaturally(first, third)).toBeLessThanOrEqual(0)
      }),
    )
  })
})
