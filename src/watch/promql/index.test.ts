import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  type AggregationOperator,
  type At,
  type BinaryOperator,
  type Call,
  childrenOf,
  type Duration,
  Engine,
  type Expr,
  isStale,
  Labels,
  type Matcher,
  MemorySeries,
  markStale,
  matcher,
  matchesAll,
  parse,
  print,
  type Series,
  type Storage,
  typeOf,
  type VectorSelector,
} from './index.ts'

/* What somebody needs who has nothing but the package. */

function selectorsIn(expr: Expr): readonly VectorSelector[] {
  return expr.kind === 'vector-selector' ? [expr] : childrenOf(expr).flatMap(selectorsIn)
}

describe('a tree', () => {
  const expr = parse('topk(3, rate(a{job="x"}[5m] @ end() offset 1m)) / on (job) max_over_time(b[1h:])')

  test('can be walked', () => {
    expect(selectorsIn(expr).map(({ name }) => name)).toEqual(['a', 'b'])
    expect(childrenOf(expr).map(child => typeOf(child))).toEqual(['vector', 'vector'])
  })

  test('can be changed and asked', async () => {
    const series = new MemorySeries()
    for (const shop of ['x', 'y']) series.append({ __name__: 'up', shop }, 0, 1)
    const within = (selector: VectorSelector): Expr => ({
      ...selector,
      matchers: [...selector.matchers, matcher('shop', '=~', 'x|z')],
    })
    const up = parse('up')
    const narrowed = up.kind === 'vector-selector' ? within(up) : up
    expect(print(narrowed)).toBe('up{shop=~"x|z"}')
    const { value } = await new Engine().instant(series, narrowed, 0)
    expect(value).toHaveLength(1)
  })

  test('has names for what it is made of', () => {
    if (expr.kind !== 'binary' || expr.left.kind !== 'aggregation') throw new Error('another tree')
    expectTypeOf(expr.operator).toEqualTypeOf<BinaryOperator>()
    expectTypeOf(expr.left.operator).toEqualTypeOf<AggregationOperator>()
    expectTypeOf<Extract<Expr, { kind: 'call' }>>().toEqualTypeOf<Call>()
    expectTypeOf<VectorSelector['offset']>().toEqualTypeOf<Duration | undefined>()
    expectTypeOf<VectorSelector['at']>().toEqualTypeOf<At | undefined>()
  })
})

describe('a storage of one’s own', () => {
  const labels = Labels.of({ __name__: 'up', job: 'shop' })
  const values = Float64Array.of(1, 0)
  markStale(values, 1)
  const all: readonly Series[] = [{ labels, samples: { timesMs: Float64Array.of(1000, 2000), values } }]
  const found = (matchers: readonly Matcher[]): Series[] => all.filter(each => matchesAll(matchers, each.labels))
  const atOnce: Storage = { select: found }
  const later: Storage = {
    async select(matchers, _startMs, _endMs, { signal }) {
      signal.throwIfAborted()
      return found(matchers)
    },
  }
  const lazy: Storage = {
    *select(matchers) {
      yield* found(matchers)
    },
  }

  test.each([
    ['at once', atOnce],
    ['later', later],
    ['one by one', lazy],
  ])('may answer %s, and say where a series ends', async (_, storage) => {
    expect(isStale(values, 1)).toBe(true)
    const engine = new Engine()
    expect(await engine.instant(storage, 'up{job!="other"}', 1500)).toMatchObject({ value: [{ value: 1 }] })
    expect(await engine.instant(storage, 'up', 2500)).toMatchObject({ value: [] })
    expect(await engine.instant(storage, 'up{job="other"}', 1500)).toMatchObject({ value: [] })
  })
})
