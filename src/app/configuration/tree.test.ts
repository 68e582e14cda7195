import { describe, expect, it } from 'vitest'
import { formatPlace, type Path } from './fault.ts'
import { locate, plainOf, type ScalarTree, type Tree } from './tree.ts'
import { parseTree } from './yaml.ts'

function treeOf(text: string): Tree {
  const parsed = parseTree(text, 'a', {})
  if (!parsed.ok || !parsed.tree) throw new Error('not YAML')
  return parsed.tree
}

const tree = treeOf('services:\n  order:\n    stages:\n      - weight: 5\n      - {}\n    tier:\n')

describe('a path through a file', () => {
  it.each<[Path, string, string | undefined, boolean, string | undefined]>([
    [[], 'a:1:1', undefined, true, undefined],
    [['services', 'order'], 'a:3:5', 'a:2:3', true, undefined],
    [['services', 'order', 'stages', 0, 'weight'], 'a:4:17', 'a:4:9', true, undefined],
    [['services', 'order', 'stages', 1], 'a:5:9', undefined, true, undefined],
    [['services', 'order', 'tier'], 'a:6:5', 'a:6:5', true, undefined],
    [['services', 'pay'], 'a:1:1', undefined, false, 'pay'],
    [['services', 'order', 'port'], 'a:2:3', undefined, false, 'port'],
    [['services', 'order', 'stages', 1, 'weight'], 'a:5:9', undefined, false, 'weight'],
    [['services', 'pay', 'port'], 'a:1:1', undefined, false, undefined],
    [['services', 'order', 'stages', 7], 'a:3:5', undefined, false, undefined],
    [['services', 'order', 'tier', 'x'], 'a:6:5', undefined, false, undefined],
  ])('%j ends at %s', (path, at, keyAt, exact, missing) => {
    const found = locate(tree, path)
    expect([formatPlace(found.at), found.keyAt && formatPlace(found.keyAt), found.exact, found.missing]).toEqual([
      at,
      keyAt,
      exact,
      missing,
    ])
  })
})

describe('the plain value of a file', () => {
  it('is what is written', () => {
    expect(plainOf(tree, new Map())).toEqual({
      services: { order: { stages: [{ weight: 5 }, {}], tier: null } },
    })
  })

  it('has what is known better in its place, and only there', () => {
    const two = treeOf('[5, 5]')
    const [first] = two.kind === 'list' ? two.items : []
    expect(plainOf(two, new Map([[first as ScalarTree, 'known']]))).toEqual(['known', 5])
  })
})
