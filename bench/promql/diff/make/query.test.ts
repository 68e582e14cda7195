import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../../src/kernel/random.ts'
import { PromQLError, parse } from '../../../../src/watch/promql/index.ts'
import { Chance } from '../chance.ts'
import { textOf } from '../tree.ts'
import { makeQuery } from './query.ts'

const COUNT = 4_000
const queries = Array.from({ length: COUNT }, (_, i) => makeQuery(new Chance(seededRandom(i))))
const ours = queries.map(({ tree }) => textOf(tree, 'ours'))
const theirs = queries.map(({ tree }) => textOf(tree, 'theirs'))

/** What Prometheus 2.42 has; what knows only native histograms answers nothing here. */
const FUNCTIONS = `abs absent absent_over_time acos acosh asin asinh atan atanh avg_over_time ceil changes clamp
  clamp_max clamp_min cos cosh count_over_time day_of_month day_of_week day_of_year days_in_month deg delta deriv exp
  floor histogram_count histogram_fraction histogram_quantile histogram_sum holt_winters hour idelta increase irate
  label_join label_replace last_over_time ln log10 log2 max_over_time min_over_time minute month pi predict_linear
  present_over_time quantile_over_time rad rate resets round scalar sgn sin sinh sort sort_desc sqrt stddev_over_time
  stdvar_over_time sum_over_time tan tanh time timestamp vector year`.split(/\s+/)

const AGGREGATIONS = 'sum avg min max count group stddev stdvar topk bottomk quantile count_values'.split(' ')

describe('random queries', () => {
  it('are the same for the same seed', () => {
    expect(makeQuery(new Chance(seededRandom(7)))).toEqual(queries[7])
  })

  it('are mostly different from each other', () => {
    expect(new Set(ours).size).toBeGreaterThan(COUNT * 0.9)
  })

  it('are mostly well formed, and now and then not', () => {
    const refused = ours.filter(text => isRefused(text)).length
    expect(refused).toBeGreaterThan(COUNT * 0.02)
    expect(refused).toBeLessThan(COUNT * 0.15)
  })

  it.each([...FUNCTIONS, ...AGGREGATIONS])('use %s', name => {
    expect(theirs.some(text => new RegExp(`\\b${name}\\b[^"]*\\(`).test(text))).toBe(true)
  })

  it.each([
    '+',
    '-',
    '*',
    '/',
    '%',
    '^',
    'atan2',
    '==',
    '!=',
    '<',
    '>',
    '<=',
    '>=',
    'and',
    'or',
    'unless',
    '> bool',
    '== bool',
    'on (job)',
    'ignoring',
    'group_left',
    'group_right',
    'by (',
    'without (',
    'offset 5m',
    'offset -',
    '@ 17',
    '@ start()',
    '@ end()',
    '[5m7s:',
    ':]',
    '=~"',
    '!~"',
    '__name__=~',
  ])('use %s', text => expect(ours.some(each => each.includes(text))).toBe(true))

  it('are asked at one time and at many', () => {
    const instants = queries.filter(({ times }) => times.kind === 'instant').length
    expect(instants).toBeGreaterThan(COUNT * 0.4)
    expect(instants).toBeLessThan(COUNT * 0.6)
  })
})

function isRefused(text: string): boolean {
  try {
    parse(text, { experimental: true })
    return false
  } catch (error) {
    if (error instanceof PromQLError) return true
    throw error
  }
}
