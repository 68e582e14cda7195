import { FAMILIES } from '../instruments.ts'
import { type Tree, tree } from '../tree.ts'
import { aggregation } from './aggregate.ts'
import type { Maker } from './maker.ts'
import { selector } from './selector.ts'

const ARITHMETIC = ['+', '-', '*', '/', '%', '^', 'atan2']
const COMPARISONS = ['==', '!=', '!=', '>', '>', '<', '>=', '<=']
const SETS = ['and', 'or', 'unless']

/** A binary operation of which at least one side is a vector. */
export function binary(maker: Maker, depth: number): Tree {
  const { chance } = maker
  return chance.weighed<() => Tree>([
    [5, () => withScalar(maker, depth)],
    [4, () => alike(maker, depth)],
    [4, () => grouped(maker, depth)],
    [4, () => oneToMany(maker, depth)],
    [3, () => sets(maker, depth)],
    [1, () => atRandom(maker, depth)],
  ])()
}

export function scalarBinary(maker: Maker, depth: number): Tree {
  const { chance } = maker
  const operator = chance.is(0.7) ? chance.of(ARITHMETIC) : `${chance.of(COMPARISONS)} bool`
  return join('scalar', maker, maker.scalar(depth - 1), operator, maker.scalar(depth - 1))
}

function withScalar(maker: Maker, depth: number): Tree {
  const sides = [maker.vector(depth - 1), maker.scalar(depth - 1)] as const
  const [left, right] = maker.chance.is(0.7) ? sides : [sides[1], sides[0]]
  return join('vector', maker, left, operatorOf(maker), right, sides[0].labels)
}

/** Both sides are of the same family, so that they match one to one. */
function alike(maker: Maker, depth: number): Tree {
  const { chance } = maker
  const family = chance.of(FAMILIES)
  const [left, right] = [selector(chance, family), chance.is(0.5) ? selector(chance, family) : maker.vector(depth - 1)]
  const clause = chance.weighed([
    [2, ''],
    [1, ` on (${family.labels.join(', ')})`],
    [1, ' ignoring (absent)'],
  ])
  return join('vector', maker, left, operatorOf(maker) + clause, right, left.labels)
}

/** Both sides are aggregated by the same labels. */
function grouped(maker: Maker, depth: number): Tree {
  const { chance } = maker
  const by = chance.some(['job', 'instance'], 0.6)
  const [left, right] = [aggregation(maker, depth - 1, by), aggregation(maker, depth - 1, by)]
  const clause = chance.weighed([
    [2, ''],
    [1, ` on (${by.join(', ')})`],
    [1, ' ignoring (le)'],
  ])
  return join('vector', maker, left, operatorOf(maker) + clause, right, by)
}

/** Many of one side match one of the other, whose labels may be taken over. */
function oneToMany(maker: Maker, depth: number): Tree {
  const { chance } = maker
  const on = chance.of([['job'], ['instance'], ['job', 'instance']])
  const isInfo = on.includes('instance') && chance.is(0.5)
  const family = FAMILIES.find(({ name }) => name === 'build_info')
  const one = isInfo ? selector(chance, family) : aggregation(maker, depth - 1, on)
  const many = maker.vector(depth - 1)
  const include = isInfo ? chance.of(['(version)', '()', '', '(version, absent)']) : chance.of(['', '()', '(job)'])
  const isLeft = chance.is(0.7)
  const clause = ` on (${on.join(', ')}) ${isLeft ? 'group_left' : 'group_right'} ${include}`
  const [left, right] = isLeft ? [many, one] : [one, many]
  return join('vector', maker, left, operatorOf(maker) + clause, right, many.labels)
}

function sets(maker: Maker, depth: number): Tree {
  const { chance } = maker
  const [left, right] = [maker.vector(depth - 1), maker.vector(depth - 1)]
  return join('vector', maker, left, chance.of(SETS) + matching(maker), right, left.labels)
}

/** Mostly refused, because the sides do not match one to one. */
function atRandom(maker: Maker, depth: number): Tree {
  const [left, right] = [maker.vector(depth - 1), maker.vector(depth - 1)]
  return join('vector', maker, left, operatorOf(maker) + matching(maker), right, left.labels)
}

function matching({ chance }: Maker): string {
  if (chance.is(0.3)) return ''
  return ` ${chance.of(['on', 'ignoring'])} (${chance.some(['job', 'instance', 'method', 'le', 'absent'], 0.4).join(', ')})`
}

function operatorOf({ chance }: Maker): string {
  if (chance.is(0.5)) return chance.of(ARITHMETIC)
  return chance.of(COMPARISONS) + (chance.is(0.6) ? ' bool' : '')
}

/** With or without parentheses: without them, precedence may make another expression of it, which is as good. */
function join(
  type: 'vector' | 'scalar',
  { chance }: Maker,
  left: Tree,
  operator: string,
  right: Tree,
  labels: readonly string[] = [],
): Tree {
  const side = (of: Tree): Tree['parts'] => (of.parts.length === 1 || chance.is(0.3) ? [of] : ['(', of, ')'])
  return tree(type, [...side(left), ` ${operator} `, ...side(right)], { labels })
}
