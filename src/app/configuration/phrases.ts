import type { z } from 'zod'
import { either, quoted } from './fault.ts'
import { kindOf } from './kinds.ts'
import { concrete } from './shape.ts'

type AnySchema = z.core.$ZodType

/** What zod calls a type, in plain words. */
export const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  null: 'nothing',
  undefined: 'nothing',
  void: 'nothing',
  object: 'a map',
  record: 'a map',
  map: 'a map',
  array: 'a list',
  tuple: 'a list',
  set: 'a list',
}

const FORMATS: Readonly<Record<string, string>> = {
  url: 'a URL such as https://shop.example/path',
  email: 'an e-mail address',
  uuid: 'a UUID',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  cidrv4: 'an IPv4 network such as 10.0.0.0/8',
  cidrv6: 'an IPv6 network such as fd00::/8',
  hostname: 'a host name',
  datetime: 'a time such as 2026-11-21T03:22:00Z',
  date: 'a date such as 2026-11-21',
  time: 'a time of day such as 03:22:00',
  base64: 'Base64',
}

/** What a reader may write where these schemas apply: `a number from 1 to 10 or "auto"`. */
export function phraseOf(schemas: readonly AnySchema[]): string {
  return eitherPhrase(schemas.flatMap(schema => concrete(schema)).map(onePhrase))
}

/** `"never" or a duration such as 30s, 5m or 1h30m`: what has commas of its own comes last. */
export function eitherPhrase(phrases: readonly string[]): string {
  return either([...new Set(phrases)].toSorted((a, b) => Number(a.includes(', ')) - Number(b.includes(', '))))
}

function onePhrase(schema: AnySchema): string {
  const kind = kindOf(schema)
  if (kind) return kind.phrase
  const { def } = (schema as z.core.$ZodTypes)._zod
  switch (def.type) {
    case 'string':
      return checksOf(schema).flatMap(({ format }) => FORMATS[format ?? ''] ?? [])[0] ?? 'text'
    case 'number':
      return numberPhrase(checksOf(schema))
    case 'enum':
    case 'literal':
      return valuesPhrase([...(schema._zod.values ?? [])])
    default:
      return TYPES[def.type] ?? 'another value'
  }
}

/** What a schema or one of its checks says of itself; of `z.int()` and `z.url()` it is the schema that says it. */
interface CheckDef {
  readonly check?: string
  readonly format?: string
  readonly value?: number | bigint | Date
  readonly inclusive?: boolean
}

function checksOf(schema: AnySchema): CheckDef[] {
  return [schema._zod.def as CheckDef, ...(schema._zod.def.checks ?? []).map(check => check._zod.def as CheckDef)]
}

function numberPhrase(checks: readonly CheckDef[]): string {
  const noun = checks.some(({ format }) => format?.includes('int')) ? 'a whole number' : 'a number'
  const low = checks
    .filter(({ check }) => check === 'greater_than')
    .toSorted((a, b) => Number(b.value) - Number(a.value))[0]
  const high = checks
    .filter(({ check }) => check === 'less_than')
    .toSorted((a, b) => Number(a.value) - Number(b.value))[0]
  if (low?.inclusive && high?.inclusive) return `${noun} from ${String(low.value)} to ${String(high.value)}`
  const from = low && `${low.inclusive ? 'of at least' : 'above'} ${String(low.value)}`
  const to = high && `${high.inclusive ? 'of at most' : 'below'} ${String(high.value)}`
  const range = [from, to].filter(part => part !== undefined).join(' and ')
  return range === '' ? noun : `${noun} ${range}`
}

/** `"canary", "rolling" or "blue-green"`. */
function valuesPhrase(values: readonly z.core.util.Primitive[]): string {
  return either(values.map(value => (typeof value === 'string' ? quoted(value) : String(value))))
}

/**
 * What an issue says was expected there. `here` are the schemas at its place: they know more than the
 * issue does (that a text is a duration, that a number has bounds).
 */
export function expectedBy(issue: z.core.$ZodIssue, here: readonly AnySchema[]): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const phrase = phraseOf(here)
      return phrase === '' || phrase === 'another value' ? (TYPES[issue.expected] ?? 'another value') : phrase
    }
    case 'invalid_value':
      return valuesPhrase(issue.values)
    case 'too_small':
    case 'too_big':
      return sizePhrase(issue, here)
    case 'invalid_format':
      return formatPhrase(issue)
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`
    case 'invalid_union':
      return 'options' in issue && issue.options ? valuesPhrase(issue.options) : phraseOf(here)
    case 'custom':
      return issue.message.startsWith('expected ') ? issue.message.slice('expected '.length) : undefined
    default:
      return undefined
  }
}

type SizeIssue = z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig

function sizePhrase(issue: SizeIssue, here: readonly AnySchema[]): string {
  const small = issue.code === 'too_small'
  const bound = Number(small ? issue.minimum : issue.maximum)
  if (issue.origin === 'number' || issue.origin === 'int') {
    const phrase = phraseOf(here.filter(schema => schema._zod.def.type === 'number'))
    if (phrase !== '') return phrase
    return numberPhrase([
      { check: small ? 'greater_than' : 'less_than', value: bound, inclusive: issue.inclusive === true },
    ])
  }
  if (issue.origin === 'string' && small && bound === 1) return 'text that is not empty'
  const nouns: Readonly<Record<string, readonly [one: string, many: string]>> = {
    string: ['character', 'characters'],
    array: ['item', 'items'],
    set: ['item', 'items'],
  }
  const [one, many] = nouns[issue.origin] ?? ['entry', 'entries']
  const count = `${bound} ${bound === 1 ? one : many}`
  if (issue.exact) return count
  return small ? `at least ${count}` : `at most ${count}`
}

function formatPhrase(issue: z.core.$ZodIssueInvalidStringFormat): string {
  const detail = issue as Partial<Record<'prefix' | 'suffix' | 'includes', string>>
  if (detail.prefix !== undefined) return `text that begins with ${quoted(detail.prefix)}`
  if (detail.suffix !== undefined) return `text that ends with ${quoted(detail.suffix)}`
  if (detail.includes !== undefined) return `text with ${quoted(detail.includes)} in it`
  if (issue.format === 'regex') return `text that matches ${issue.pattern ?? 'a pattern'}`
  return FORMATS[issue.format] ?? `a valid ${issue.format}`
}
