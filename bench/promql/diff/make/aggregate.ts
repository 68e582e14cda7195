import { type Tree, tree } from '../tree.ts'
import type { Maker } from './maker.ts'

const PLAIN = ['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar']

/** An aggregation by some of the labels of what it aggregates, or by those that are asked for. */
export function aggregation(maker: Maker, depth: number, by?: readonly string[]): Tree {
  const { chance } = maker
  const of = maker.vector(depth - 1)
  const grouping = by ?? chance.some(chance.is(0.05) ? [...of.labels, 'absent', 'le'] : of.labels, 0.4)
  const isWithout = by === undefined && chance.is(0.25)
  const clause = isWithout ? `without (${grouping.join(', ')})` : byClause(maker, grouping)
  const labels = isWithout ? of.labels.filter(label => !grouping.includes(label)) : grouping
  const [name, parameter, isChoice] = chance.weighed<() => readonly [string, Tree | undefined, boolean]>([
    [10, () => [chance.of(PLAIN), undefined, false]],
    // What chooses series keeps their labels, so it has no place where certain labels are asked for.
    [by === undefined ? 2 : 0, () => [chance.of(['topk', 'bottomk']), howMany(maker, depth), true]],
    [
      1,
      () => [
        'quantile',
        chance.is(0.8) ? tree('scalar', [chance.of(['0.5', '0', '1', '0.9', '2', 'NaN'])]) : maker.scalar(0),
        false,
      ],
    ],
    [by === undefined ? 0.5 : 0, () => ['count_values', tree('string', [chance.of(['"value"', '"job"'])]), false]],
  ])()
  const inside = parameter === undefined ? ['(', of, ')'] : ['(', parameter, ', ', of, ')']
  const isAfter = clause !== '' && chance.is(0.2)
  const parts = isAfter ? [name, ...inside, ` ${clause}`] : [`${name} ${clause} `, ...inside]
  return tree('vector', parts, {
    labels: isChoice ? of.labels : labels,
    simpler: clause === '' ? [] : [tree('vector', [name, ...inside])],
  })
}

function byClause({ chance }: Maker, grouping: readonly string[]): string {
  return grouping.length === 0 && chance.is(0.7) ? '' : `by (${grouping.join(', ')})`
}

function howMany(maker: Maker, depth: number): Tree {
  const { chance } = maker
  if (chance.is(0.9)) return tree('scalar', [chance.of(['1', '2', '3', '5', '100', '0', '-1', '2.7'])])
  return maker.scalar(depth - 1)
}
