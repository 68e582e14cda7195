import { describe, expect, it } from 'vitest'
import { HEIGHT_LIMIT, NESTING_LIMIT } from './cursor.ts'
import { parse } from './parse.ts'
import { print } from './print.ts'

const options = { experimental: true }

const NESTED: readonly (readonly [what: string, query: (levels: number) => string])[] = [
  ['parentheses', n => `${'('.repeat(n)}a${')'.repeat(n)}`],
  ['signs', n => `${'-'.repeat(n)}a`],
  ['calls', n => `${'abs('.repeat(n)}a${')'.repeat(n)}`],
  ['aggregations', n => `${'sum('.repeat(n)}a${')'.repeat(n)}`],
  ['powers', n => `${'2^'.repeat(n)}2`],
  ['parentheses in a duration', n => `a[${'('.repeat(n)}5m${')'.repeat(n)}]`],
  ['signs of an offset', n => `a offset ${'-'.repeat(n)}5m`],
]

const CHAINED: readonly (readonly [what: string, query: (levels: number) => string])[] = [
  ['operators', n => `${'a+'.repeat(n)}a`],
  ['operators of a duration', n => `a[${'1+'.repeat(n)}5m]`],
  ['chains within chains', n => `${'('.repeat(200)}a${`${'+a'.repeat(Math.ceil(n / 200))})`.repeat(200)}`],
]

describe('a query as deep as allowed', () => {
  it.each(NESTED)('is parsed, checked and printed: %s', (_, query) => {
    const expr = parse(query(NESTING_LIMIT - 5), options)
    expect(print(parse(print(expr), options))).toBe(print(expr))
  })

  it.each(CHAINED)('is parsed, checked and printed: %s', (_, query) => {
    const expr = parse(query(HEIGHT_LIMIT - 300), options)
    expect(print(parse(print(expr), options))).toBe(print(expr))
  })

  it('may be long, as long as it is flat', () => {
    expect(parse(`label_join(a, "x", ","${', "y"'.repeat(50_000)})`)).toMatchObject({ kind: 'call' })
    expect(parse(`a{${'b="c",'.repeat(30_000)}}`)).toMatchObject({ kind: 'vector-selector' })
    expect(parse(`"${'x'.repeat(200_000)}"`)).toMatchObject({ kind: 'string' })
  })
})

describe('a hostile query', () => {
  it.each(NESTED)('is refused before the stack overflows: 100,000 %s', (_, query) => {
    expect(() => parse(query(30_000), options)).toThrow(`expression nests deeper than ${NESTING_LIMIT} levels`)
  })

  it.each(CHAINED)('is refused before the stack overflows: a chain of %s', (_, query) => {
    expect(() => parse(query(60_000), options)).toThrow(`expression is higher than ${HEIGHT_LIMIT} levels`)
  })

  it('is refused when it is open: 100,000 parentheses', () => {
    expect(() => parse('('.repeat(100_000))).toThrow('1:501: parse error: expression nests deeper than 500 levels')
  })

  it('is refused when it is too long to be a query', () => {
    expect(() => parse(' '.repeat(300_000))).toThrow('1:1: parse error: expression is longer than 262144 characters')
  })
})
