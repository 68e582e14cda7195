import { FAMILIES, type Family } from '../instruments.ts'
import { type Tree, tree } from '../tree.ts'
import type { Maker } from './maker.ts'
import { dotAll, quote, rangeSelector, selector } from './selector.ts'
import { subquery } from './subquery.ts'

const OF_VECTORS = [
  'abs acos acosh asin asinh atan atanh ceil cos cosh deg exp floor ln log10 log2 rad sgn sin sinh sqrt tan tanh',
  'day_of_month day_of_week day_of_year days_in_month hour minute month year',
  'timestamp sort sort_desc round',
].flatMap(line => line.split(' '))

const OF_MATRICES = [
  'avg_over_time changes count_over_time delta deriv idelta increase irate last_over_time max_over_time',
  'min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time',
].flatMap(line => line.split(' '))

const OF_COUNTERS = ['rate', 'increase', 'irate', 'resets']

/** A function of a vector, with those of its parameters. */
export function callOfVector(maker: Maker, depth: number): Tree {
  const { chance } = maker
  return chance.weighed<() => Tree>([
    [10, () => call(chance.of(OF_VECTORS), [maker.vector(depth - 1)])],
    [2, () => call('round', [maker.vector(depth - 1), maker.scalar(depth - 1)])],
    [2, () => call(chance.of(['clamp_min', 'clamp_max']), [maker.vector(depth - 1), maker.scalar(depth - 1)])],
    [1, () => call('clamp', [maker.vector(depth - 1), maker.scalar(depth - 1), maker.scalar(depth - 1)])],
    [0.4, () => ({ ...call('absent', [maker.vector(depth - 1)]), labels: [] })],
    [1, () => ({ ...call('vector', [maker.scalar(depth - 1)]), labels: [] })],
    [2, () => labelReplace(maker, depth)],
    [1, () => labelJoin(maker, depth)],
    [3, () => histogramQuantile(maker, depth)],
    [0.1, () => call(chance.of(['histogram_count', 'histogram_sum']), [maker.vector(depth - 1)])],
    [0.1, () => call('histogram_fraction', [maker.scalar(0), maker.scalar(0), maker.vector(depth - 1)])],
    [0.3, () => ({ ...call(chance.of(['hour', 'minute', 'month', 'year', 'day_of_year']), []), labels: [] })],
  ])()
}

/** A function of a range, mostly of one that makes sense. */
export function callOfMatrix(maker: Maker, depth: number): Tree {
  const { chance } = maker
  const matrix = (): Tree => maker.matrix(depth - 1)
  return chance.weighed<() => Tree>([
    [6, () => call(chance.of(OF_COUNTERS), [rangeSelector(chance, familyOf(maker, 'counter'))])],
    [10, () => call(chance.of(OF_MATRICES), [matrix()])],
    [1, () => call('quantile_over_time', [quantile(maker), matrix()])],
    [1, () => call('predict_linear', [matrix(), maker.scalar(depth - 1)])],
    [0.4, () => ({ ...call('absent_over_time', [matrix()]), labels: [] })],
    [1, () => smoothing(maker, depth)],
  ])()
}

export function matrix(maker: Maker, depth: number): Tree {
  if (depth > 0 && maker.chance.is(0.3)) return subquery(maker, depth)
  return rangeSelector(maker.chance)
}

/** Prometheus 3 renamed it. */
function smoothing(maker: Maker, depth: number): Tree {
  const { chance } = maker
  const matrix = maker.matrix(depth - 1)
  const factors = [chance.of(['0.1', '0.5', '0.9']), chance.of(['0.1', '0.5', '0.9', '1'])].join(', ')
  const name = { ours: 'double_exponential_smoothing(', theirs: 'holt_winters(' }
  return tree('vector', [name, matrix, `, ${factors})`], { labels: matrix.labels })
}

function histogramQuantile(maker: Maker, depth: number): Tree {
  const { chance } = maker
  const buckets = familyOf(maker, 'bucket')
  const of = chance.weighed<() => Tree>([
    [2, () => selector(chance, buckets)],
    [4, () => call(chance.of(['rate', 'increase', 'avg_over_time']), [rangeSelector(chance, buckets)])],
    [4, () => summed(call('rate', [rangeSelector(chance, buckets)]), chance.some(['job', 'instance']))],
    [1, () => maker.vector(depth - 1)],
  ])()
  return { ...call('histogram_quantile', [quantile(maker), of]), labels: of.labels.filter(label => label !== 'le') }
}

function summed(of: Tree, by: readonly string[]): Tree {
  return tree('vector', [`sum by (${['le', ...by].join(', ')}) (`, of, ')'], { labels: ['le', ...by], simpler: [of] })
}

function quantile({ chance }: Maker): Tree {
  return tree('scalar', [chance.of(['0.5', '0.9', '0', '1', '0.25', '0.99', '-0.1', '1.5', 'NaN'])])
}

function labelReplace(maker: Maker, depth: number): Tree {
  const { chance } = maker
  const of = maker.vector(depth - 1)
  const target = chance.of(['job', 'new', 'instance', '__name__', 'path'])
  const source = chance.of(['job', 'instance', 'path', 'absent', 'method', '__name__'])
  const replacement = chance.of(['$1', 'x-$1', '', '${1}_$2', 'fixed', '$name'])
  const regex = chance.of(['(.*)', '(.+)-(.+)', '(?P<name>s.*)', '', 'nobody', '(.*)\\n(.*)', '(.)(.*)'])
  const rest = dotAll(regex, text => `, ${[target, replacement, source, text].map(quote).join(', ')})`)
  const labels = of.labels.includes(target) || target === '__name__' ? of.labels : [...of.labels, target]
  return tree('vector', ['label_replace(', of, rest], { labels })
}

function labelJoin(maker: Maker, depth: number): Tree {
  const { chance } = maker
  const of = maker.vector(depth - 1)
  const sources = chance.some(['job', 'instance', 'path', 'absent'])
  const words = [chance.of(['new', 'job', '__name__']), chance.of(['-', '', '/']), ...sources]
  return tree('vector', ['label_join(', of, `, ${words.map(quote).join(', ')})`], { labels: of.labels })
}

function familyOf({ chance }: Maker, kind: Family['kind']): Family {
  return chance.of(FAMILIES.filter(each => each.kind === kind))
}

function call(name: string, args: readonly Tree[]): Tree {
  const between = args.flatMap((arg, i) => (i === 0 ? [arg] : [', ', arg]))
  return tree('vector', [`${name}(`, ...between, ')'], {
    labels: args.find(arg => arg.labels.length > 0)?.labels ?? [],
    simpler: args.filter(arg => arg.type === 'vector'),
  })
}
