import { describe, expect, it } from 'vitest'
import type { Difference } from './compare.ts'
import type { Query } from './make/query.ts'
import { shrink } from './shrink.ts'
import { smallerThan, type Tree, textOf, tree } from './tree.ts'

const up = tree('vector', ['up'])
const upOfShop = tree('vector', ['up{job="shop"}'], { simpler: [up] })
const rate = tree('vector', ['rate(', tree('matrix', ['errors_total[5m]']), ')'])
const ratio = tree('vector', [tree('vector', ['sum(', rate, ')']), ' / ', upOfShop])
const instant = { kind: 'instant', timeMs: 7 } as const
const DIFFERENT: Difference = { kind: 'values', text: 'other' }

describe('a query as a tree', () => {
  it('is text on each side', () => {
    const smoothing = tree('vector', [{ ours: 'double_exponential_smoothing(', theirs: 'holt_winters(' }, 'm[5m])'])
    expect(textOf(tree('vector', ['-', smoothing]), 'ours')).toBe('-double_exponential_smoothing(m[5m])')
    expect(textOf(tree('vector', ['-', smoothing]), 'theirs')).toBe('-holt_winters(m[5m])')
  })

  it('becomes smaller by its parts of the same type, wherever they are', () => {
    const texts = smallerThan(ratio).map(each => textOf(each, 'ours'))
    expect(texts).toContain('up{job="shop"}')
    expect(texts).toContain('rate(errors_total[5m])')
    expect(texts).toContain('rate(errors_total[5m]) / up{job="shop"}')
    expect(texts).toContain('sum(rate(errors_total[5m])) / up')
    expect(texts).not.toContain('errors_total[5m]')
    expect(texts.every(text => text.length < textOf(ratio, 'ours').length)).toBe(true)
  })
})

describe('shrinking a query', () => {
  it.each<[fault: string, smallest: string]>([
    ['rate', 'rate(errors_total[5m])'],
    ['sum', 'sum(rate(errors_total[5m]))'],
    ['/', 'rate(errors_total[5m]) / up'],
    ['up', 'up'],
    ['[5m]', 'errors_total[5m]'],
  ])('finds the least that has a fault in %s', async (fault, smallest) => {
    const found = await shrink({ tree: ratio, times: instant }, whereTextHas(fault))
    expect(textOf(found.tree, 'ours')).toBe(smallest)
  })

  it('gives back what cannot be made smaller', async () => {
    const query: Query = { tree: up, times: instant }
    expect(await shrink(query, whereTextHas('up'))).toBe(query)
  })

  it('asks at the one time that fails', async () => {
    const times = { kind: 'range', startMs: 0, endMs: 1_000, stepMs: 100 } as const
    const failsAt700 = async (query: Query) =>
      query.times.kind === 'range' || query.times.timeMs === 700 ? { ...DIFFERENT, timeMs: 700 } : undefined
    expect(await shrink({ tree: up, times }, failsAt700)).toEqual({ tree: up, times: { kind: 'instant', timeMs: 700 } })
  })

  it('keeps as many steps as the fault needs', async () => {
    const times = { kind: 'range', startMs: 0, endMs: 1_000, stepMs: 100 } as const
    const needsTwo = async (query: Query) =>
      query.times.kind === 'range' && query.times.endMs > query.times.startMs ? DIFFERENT : undefined
    const found = await shrink({ tree: up, times }, needsTwo)
    expect(found.times).toEqual({ kind: 'range', startMs: 0, endMs: 100, stepMs: 100 })
  })

  it('looks at the times of a subquery, too', async () => {
    const query: Query = { tree: tree('matrix', ['(', rate, ')[5m:1m]']), times: instant }
    const fails = async ({ tree, times }: Query) => {
      if (tree === query.tree) return { ...DIFFERENT, timeMs: 60_000 }
      return tree === rate && times.kind === 'instant' && times.timeMs === 60_000 ? DIFFERENT : undefined
    }
    expect(await shrink(query, fails)).toEqual({ tree: rate, times: { kind: 'instant', timeMs: 60_000 } })
  })
})

function whereTextHas(fault: string): (query: Query) => Promise<Difference | undefined> {
  return async ({ tree }: { readonly tree: Tree }) => (textOf(tree, 'ours').includes(fault) ? DIFFERENT : undefined)
}
