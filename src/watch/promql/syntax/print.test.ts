import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PromQLError } from '../error.ts'
import { arbitraryQuery } from './arbitrary.fixture.ts'
import { ACCEPTED, REFUSED } from './examples.fixture.ts'
import { parse } from './parse.ts'
import { print } from './print.ts'
import { spanless } from './spanless.fixture.ts'

const options = { experimental: true }

describe('a printed query', () => {
  it.each(ACCEPTED)('is written as Prometheus writes it: %s', (query, printed) => {
    expect(print(parse(query, options))).toBe(printed)
  })

  it.each(ACCEPTED)('parses to the same tree: %s', (query, printed) => {
    expect(spanless(parse(printed, options))).toEqual(spanless(parse(query, options)))
  })

  it.each(['vector', 'scalar', 'matrix', 'string'] as const)('parses to the tree it was printed from: any %s', type => {
    fc.assert(
      fc.property(arbitraryQuery(type, options), expr => {
        expect(spanless(parse(print(expr), options))).toEqual(spanless(expr))
      }),
      { numRuns: 400 },
    )
  })

  it('needs nothing experimental when its tree does not', () => {
    fc.assert(
      fc.property(arbitraryQuery('vector'), expr => {
        expect(spanless(parse(print(expr)))).toEqual(spanless(expr))
      }),
    )
  })
})

const PIECES = Array.from('()[]{}",\'`=~!<>+-*/%^@#:.0123 \n\\abcdmsxyINü😀')
const WORDS = [
  'by',
  'on',
  'bool',
  'offset',
  'sum',
  'and',
  'start()',
  'Inf',
  '5m',
  '1e3',
  'rate',
  '"s"',
  '[5m]',
  '{a="b"}',
]

const damaged = fc
  .record({
    query: fc.constantFrom(...ACCEPTED.map(([query]) => query), ...REFUSED.map(([, query]) => query)),
    hits: fc.array(
      fc.record({
        at: fc.nat({ max: 200 }),
        cut: fc.nat({ max: 3 }),
        put: fc.oneof(fc.constantFrom(...WORDS), fc.constantFrom(...PIECES), fc.constant('')),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ query, hits }) =>
    hits.reduce((text, { at, cut, put }) => {
      const place = at % (text.length + 1)
      return text.slice(0, place) + put + text.slice(place + cut)
    }, query),
  )

describe('whatever is parsed', () => {
  it.each([
    ['any text', fc.string({ unit: 'binary', maxLength: 60 }), 1000],
    ['any text of the signs of PromQL', fc.string({ unit: fc.constantFrom(...PIECES, ...WORDS), maxLength: 30 }), 3000],
    ['a query that was damaged', damaged, 5000],
  ])('is a tree that survives printing, or refused as PromQLError: %s', (_, texts, numRuns) => {
    fc.assert(
      fc.property(texts, text => {
        try {
          const expr = parse(text, options)
          expect(spanless(parse(print(expr), options))).toEqual(spanless(expr))
        } catch (error) {
          if (!(error instanceof PromQLError)) throw error
          expect(error.message).toMatch(/^(?:\d+:\d+|unknown position): parse error: ./)
        }
      }),
      { numRuns },
    )
  })
})
