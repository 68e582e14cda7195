import { describe, expect, it } from 'vitest'
import { PromQLError } from '../error.ts'
import { REFUSED } from './examples.fixture.ts'
import { parse } from './parse.ts'

/** What `parse` throws. */
function errorOf(query: string, experimental = true): PromQLError {
  try {
    parse(query, { experimental })
  } catch (error) {
    if (error instanceof PromQLError) return error
    throw error
  }
  throw new Error(`${JSON.stringify(query)} was accepted`)
}

describe('a query that is refused', () => {
  it.each(REFUSED)('says so in the words of Prometheus, at its place (%s): %s', (_, query, expected) => {
    const { kind, message } = errorOf(query)
    expect(message.replace(': parse error: ', ' ')).toBe(expected)
    expect(kind).toBe('parse')
  })

  it.each(REFUSED)('points at a stretch of itself (%s): %s', (_, query) => {
    const { span } = errorOf(query)
    expect(span?.start).toBeGreaterThanOrEqual(0)
    expect(span?.end).toBeGreaterThanOrEqual(span?.start ?? 0)
    expect(span?.end).toBeLessThanOrEqual(query.length)
  })

  it.each(
    [
      ['', 'unknown position: parse error: no expression found in input'],
      [' ', '1:1: parse error: no expression found in input'],
      ['"ü" +', '1:7: parse error: unexpected end of input'],
      ['foo\n+ "ü" 5', '2:8: parse error: unexpected number "5"'],
      ['a "12345678901"', '1:3: parse error: unexpected string "\\"123456789"...'],
      ['a 😀', "1:3: parse error: unexpected character: '😀'"],
      ['{a="\ud800"}', '1:4: parse error: invalid UTF-8 rune'],
      ['"\\\ud800"', "1:1: parse error: unknown escape sequence U+FFFD '�'"],
      ['a \u00a0', "1:3: parse error: unexpected character: '\\u00a0'"],
      ['a \u0001', "1:3: parse error: unexpected character: '\\x01'"],
      ['a b\r\nc', '1:3: parse error: unexpected identifier "b"'],
    ].filter(([, message]) => message !== ''),
  )('counts lines, and columns in bytes: %j', (query, message) => {
    expect(errorOf(query).message).toBe(message)
  })
})

describe('what is experimental', () => {
  it.each([
    ['mad_over_time(foo[5m])', '1:1', 'function "mad_over_time" is not enabled'],
    ['1 + start()', '1:5', 'function "start" is not enabled'],
    ['info(foo, 5)', '1:1', 'function "info" is not enabled'],
    ['sum(first_over_time(foo[5m]))', '1:5', 'function "first_over_time" is not enabled'],
    [
      'limitk(5, foo)',
      '1:1',
      'limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions',
    ],
    [
      'LIMIT_RATIO(0.5)',
      '1:1',
      'limit_ratio() is experimental and must be enabled with --enable-feature=promql-experimental-functions',
    ],
    ['limitk()', '1:1', 'no arguments for aggregate expression provided'],
    ['foo[5m+1m]', '1:5', 'experimental duration expression is not enabled'],
    ['foo[5m:1m*2]', '1:8', 'experimental duration expression is not enabled'],
    ['foo[step()]', '1:5', 'experimental duration expression is not enabled'],
    ['foo offset range()', '1:12', 'experimental duration expression is not enabled'],
    ['foo offset (5m)', '1:13', 'experimental duration expression is not enabled'],
    ['foo[max_of(1m, 2m)]', '1:5', 'experimental duration expression is not enabled'],
    ['foo[5m/0]', '1:5', 'experimental duration expression is not enabled'],
    ['foo anchored', '1:1', 'anchored modifier is experimental and not enabled'],
    ['rate(foo[5m] smoothed)', '1:6', 'smoothed modifier is experimental and not enabled'],
    ['foo[5m:] anchored', '1:1', 'anchored modifier is experimental and not enabled'],
    ['foo + fill(0) bar', '1:1', 'binop fill modifiers are experimental and not enabled'],
    ['x - (foo + fill_left(0) bar)', '1:6', 'binop fill modifiers are experimental and not enabled'],
    ['foo + fill(0) 1', '1:1', 'binop fill modifiers are experimental and not enabled'],
  ])('is refused unless it is allowed: %s', (query, position, message) => {
    expect(errorOf(query, false).message).toBe(`${position}: parse error: ${message}`)
  })

  it.each(['anchored', 'smoothed', 'start', 'end', 'step', 'range', 'min_of', 'limitk', 'fill', 'fill_left'])(
    'leaves metrics their names: %s',
    name => {
      expect(parse(name)).toMatchObject({ kind: 'vector-selector', name })
      expect(parse(`${name}{a="b"} + sum by (${name}) (${name})`)).toMatchObject({ kind: 'binary' })
    },
  )
})
