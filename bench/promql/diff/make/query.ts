import type { Times } from '../../prometheus.ts'
import type { Chance } from '../chance.ts'
import { END_MS, QUERY_MS, START_MS } from '../data.ts'
import { type Tree, tree } from '../tree.ts'
import { aggregation } from './aggregate.ts'
import { binary, scalarBinary } from './binary.ts'
import { callOfMatrix, callOfVector, matrix } from './call.ts'
import type { Maker } from './maker.ts'
import { selector } from './selector.ts'
import { spoil } from './spoil.ts'

export interface Query {
  readonly tree: Tree
  readonly times: Times
}

/** A random query of random depth, at random times. */
export function makeQuery(chance: Chance): Query {
  const maker = makerOf(chance)
  const depth = 1 + chance.below(4)
  const root = chance.weighed<() => Tree>([
    [20, () => maker.vector(depth)],
    [2, () => maker.scalar(depth)],
    [1, () => maker.matrix(depth)],
    [1, () => spoil(chance, maker.vector(depth))],
  ])()
  return { tree: root, times: timesOf(chance) }
}

function makerOf(chance: Chance): Maker {
  const maker: Maker = {
    chance,
    matrix: depth => matrix(maker, depth),
    vector: depth => {
      if (depth <= 0) return selector(chance)
      return chance.weighed<() => Tree>([
        [1, () => selector(chance)],
        [4, () => callOfMatrix(maker, depth)],
        [3, () => callOfVector(maker, depth)],
        [4, () => aggregation(maker, depth)],
        [4, () => binary(maker, depth)],
        [0.5, () => negated('vector', maker.vector(depth - 1))],
      ])()
    },
    scalar: depth => {
      if (depth <= 0 || chance.is(0.5)) return tree('scalar', [chance.of(NUMBERS)])
      return chance.weighed<() => Tree>([
        [1, () => tree('scalar', [chance.of(['time()', 'pi()'])])],
        [2, () => tree('scalar', ['scalar(', maker.vector(depth - 1), ')'])],
        [2, () => scalarBinary(maker, depth)],
        [0.5, () => negated('scalar', maker.scalar(depth - 1))],
      ])()
    },
  }
  return maker
}

const NUMBERS = ['0', '1', '2', '3', '0.5', '10', '100', '1e3', '-1', '-0', '1e-9', '0x1F', 'NaN', 'Inf', '-Inf', '2.5']

function negated(type: 'vector' | 'scalar', of: Tree): Tree {
  return tree(type, ['-', of], { labels: of.labels })
}

/** Anywhere in the data, a little before and after, too; see `QUERY_MS`. */
function timesOf(chance: Chance): Times {
  const timeMs = START_MS - 300_000 + chance.below((END_MS - START_MS) / 1_000 + 700) * 1_000 + QUERY_MS
  if (chance.is(0.5)) return { kind: 'instant', timeMs }
  const stepMs = chance.of([15, 30, 60, 97, 300]) * 1_000
  // The end need not be at a step.
  return { kind: 'range', startMs: timeMs, endMs: timeMs + chance.below(25) * stepMs + chance.below(2) * 1_000, stepMs }
}
