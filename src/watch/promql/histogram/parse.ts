import { InvalidInput } from '../../../kernel/errors.ts'
import { type Buckets, consecutiveBuckets, NO_BUCKETS } from './buckets.ts'
import { type CounterReset, type NativeHistogram, nativeHistogram } from './native-histogram.ts'

const HINT: Readonly<Record<string, CounterReset>> = {
  unknown: 'unknown',
  reset: 'reset',
  not_reset: 'not-reset',
  gauge: 'gauge',
}

const NUMBERS = ['schema', 'count', 'sum', 'z_bucket', 'z_bucket_w', 'offset', 'n_offset'] as const
const LISTS = ['buckets', 'n_buckets', 'custom_values'] as const

/**
 * Reads a histogram in the notation of Prometheus' test scripts, `{{schema:1 sum:5 count:4 buckets:[1 2 1] offset:-1}}`.
 * Fields come in any order, each once; those that are missing are 0 or empty. Throws InvalidInput.
 *
 * @see https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
 */
export function parseHistogram(text: string): NativeHistogram {
  const inside = /^\s*\{\{(.*)\}\}\s*$/s.exec(text)?.[1]
  if (inside === undefined) throw wrong(text, 'a histogram stands in double braces')
  const fields = readFields(inside)
  const number = (name: (typeof NUMBERS)[number]): number => readNumber(name, fields.get(name) ?? '0')
  const list = (name: (typeof LISTS)[number]): number[] => readList(name, fields.get(name) ?? '[]')
  return nativeHistogram({
    schema: number('schema'),
    count: number('count'),
    sum: number('sum'),
    zeroCount: number('z_bucket'),
    zeroThreshold: number('z_bucket_w'),
    customValues: list('custom_values'),
    positive: bucketsFrom(number('offset'), list('buckets')),
    negative: bucketsFrom(number('n_offset'), list('n_buckets')),
    counterReset: readHint(fields.get('counter_reset_hint') ?? 'unknown'),
  })
}

/** Field names with what stands behind their colon. */
function readFields(inside: string): Map<string, string> {
  const fields = new Map<string, string>()
  let rest = inside.trimStart()
  while (rest !== '') {
    const [whole, name = '', value = ''] = /^([a-z_]+)\s*:\s*(\[[^\]]*\]|[^\s[\]]+)\s*/.exec(rest) ?? []
    if (whole === undefined) throw wrong(rest, 'a field is written name:value or name:[value value]')
    if (!isField(name)) throw wrong(name, `the fields are ${[...NUMBERS, ...LISTS].join(', ')}, counter_reset_hint`)
    if (fields.has(name)) throw wrong(name, 'a field stands once')
    fields.set(name, value)
    rest = rest.slice(whole.length)
  }
  return fields
}

function isField(name: string): boolean {
  return name === 'counter_reset_hint' || [...NUMBERS, ...LISTS].some(each => each === name)
}

function readNumber(field: string, text: string): number {
  const isInteger = field === 'schema' || field.endsWith('offset')
  const pattern = isInteger ? /^[+-]?\d+$/ : /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|nan)$/i
  if (!pattern.test(text))
    throw wrong(`${field}:${text}`, isInteger ? 'an integer is expected' : 'a number is expected')
  const size = text.replace(/^[+-]/, '').toLowerCase()
  const value = { inf: Infinity, nan: NaN }[size] ?? Number(size)
  return text.startsWith('-') ? 0 - value : value
}

function readList(field: string, text: string): number[] {
  if (!text.startsWith('[')) throw wrong(`${field}:${text}`, 'a list is written [1 2 3]')
  const items = text.slice(1, -1).trim()
  return items === '' ? [] : items.split(/\s+/).map(item => readNumber(field, item))
}

function readHint(text: string): CounterReset {
  const hint = HINT[text]
  if (hint === undefined)
    throw wrong(`counter_reset_hint:${text}`, `one of ${Object.keys(HINT).join(', ')} is expected`)
  return hint
}

function bucketsFrom(offset: number, counts: readonly number[]): Buckets {
  return counts.length === 0 ? NO_BUCKETS : consecutiveBuckets(offset, counts)
}

function wrong(what: string, expected: string): InvalidInput {
  return new InvalidInput(`bad histogram: ${what}`, { hint: expected })
}
