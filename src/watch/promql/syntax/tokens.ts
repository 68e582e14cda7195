import type { Span } from '../error.ts'
import { quote } from './quote.ts'

/* The words and signs of PromQL. */

export const AGGREGATORS = [
  'sum',
  'avg',
  'count',
  'min',
  'max',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
] as const

export const WORD_OPERATORS = ['and', 'or', 'unless', 'atan2'] as const

export const KEYWORDS = [
  'offset',
  'smoothed',
  'anchored',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'fill',
  'fill_left',
  'fill_right',
  'bool',
] as const

/** Words that are functions, metrics, or part of a modifier, whatever fits. */
export const PREPROCESSORS = ['start', 'end', 'step', 'range', 'min_of', 'max_of'] as const

export const SIGN_OPERATORS = [
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '</',
  '>/',
  '=~',
  '!~',
  '@',
] as const

export const PUNCTUATION = ['(', ')', '{', '}', '[', ']', ',', '=', ':'] as const

export type Word =
  | (typeof AGGREGATORS)[number]
  | (typeof WORD_OPERATORS)[number]
  | (typeof KEYWORDS)[number]
  | (typeof PREPROCESSORS)[number]

export type TokenKind =
  | 'identifier'
  | 'metric-identifier'
  | 'number'
  | 'duration'
  | 'string'
  | 'eof'
  | Word
  | (typeof SIGN_OPERATORS)[number]
  | (typeof PUNCTUATION)[number]

export interface Token extends Span {
  readonly kind: TokenKind
  /** As written; a word keeps its capitals. */
  readonly text: string
}

const WORDS: ReadonlyMap<string, Word | 'number'> = new Map<string, Word | 'number'>([
  ...[...AGGREGATORS, ...WORD_OPERATORS, ...KEYWORDS, ...PREPROCESSORS].map(word => [word, word] as const),
  ['inf', 'number'],
  ['nan', 'number'],
])

/** What a word outside braces is; undefined where it means nothing special. Capitals don't matter. */
export function wordKind(word: string): Word | 'number' | undefined {
  return WORDS.get(word.toLowerCase())
}

const aggregators: ReadonlySet<string> = new Set(AGGREGATORS)
const keywords: ReadonlySet<string> = new Set(KEYWORDS)
const operators: ReadonlySet<string> = new Set([...SIGN_OPERATORS, ...WORD_OPERATORS])
const named: ReadonlyMap<TokenKind, string> = new Map([
  ['string', 'string'],
  ['number', 'number'],
  ['duration', 'duration'],
  ['identifier', 'identifier'],
  ['metric-identifier', 'metric identifier'],
])

const notMetrics: ReadonlySet<string> = new Set(['atan2', 'bool', 'on', 'ignoring', 'group_left', 'group_right'])

/** Whether the token can be a metric's name: many keywords can. */
export function isMetricName(kind: TokenKind): boolean {
  return kind === 'identifier' || kind === 'metric-identifier' || (isWord(kind) && !notMetrics.has(kind))
}

/** Whether the token can be a label's name in `by (…)`, `on (…)` and their like. */
export function isGroupingLabel(kind: TokenKind): boolean {
  return kind === 'identifier' || kind === 'metric-identifier' || (isWord(kind) && kind !== 'without')
}

export function isAggregator(kind: TokenKind): kind is (typeof AGGREGATORS)[number] {
  return aggregators.has(kind)
}

function isWord(kind: TokenKind): boolean {
  return wordKind(kind) === kind
}

/** How an error names a token: `identifier "foo"`, `<op:+>`, `<by>`, `<aggr:sum>`, `")"`, `end of input`. */
export function describe(token: Token): string {
  const { kind, text } = token
  if (kind === 'eof') return 'end of input'
  if (keywords.has(kind)) return `<${text}>`
  if (operators.has(kind)) return `<op:${text}>`
  if (aggregators.has(kind)) return `<aggr:${text}>`
  const name = named.get(kind)
  const quoted = kind.endsWith('identifier') ? quote(text) : quoteShort(text)
  return name === undefined ? quoted : `${name} ${quoted}`
}

function quoteShort(text: string): string {
  // Prometheus decides by bytes and cuts by code points.
  if (new TextEncoder().encode(text).length <= 10) return quote(text)
  return `${quote(Array.from(text).slice(0, 10).join(''))}...`
}
