import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parser } from '@prometheus-io/lezer-promql'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PromQLError } from '../error.ts'
import { readScript } from '../script/read.ts'
import { arbitraryQuery } from './arbitrary.fixture.ts'
import { ACCEPTED, REFUSED } from './examples.fixture.ts'
import { parse } from './parse.ts'
import { print } from './print.ts'

/* Prometheus' own editor has a grammar. It checks no types, and is more generous in places; elsewhere it must agree. */

/** Whether the editor's grammar reads the whole query without an error. */
function isGrammatical(query: string): boolean {
  let isSound = true
  parser.parse(query).iterate({
    enter: ({ type }) => {
      if (type.isError) isSound = false
    },
  })
  return isSound
}

/** What only a check of meaning refuses, by its message. */
const MEANING = [
  /expected type|binary expression must|unary expression only|subquery is only|set operator|vector matching only/,
  /comparisons between scalars|bool modifier can only|must not occur in ON|no grouping allowed|argument\(s\)/,
  /arguments for aggregate|non-empty matcher|must not be set|may not be set|must be preceded by|ranges only allowed|before range/,
  /cannot be used together|not supported for subqueries|not implemented|filling in missing|label selectors only/,
  /error parsing regexp|out of bounds|out of range|division by zero|modulo by zero|must be greater than 0/,
  /invalid label name/,
]

/** Where the two differ although no meaning is concerned, and why. */
const DIFFERENCES: readonly (readonly [why: string, ours: 'accepted' | 'refused', query: RegExp])[] = [
  ['it takes strings for finished at the end of the text, and any escape for good', 'refused', /["'`]/],
  ['it does not look into strings', 'refused', /\ufffd/],
  ['it knows no numbers but decimal ones and plain hexadecimal ones', 'accepted', /0x_|0X|\d\.(?!\d)/],
  ['it puts numbers apart where they touch', 'refused', /^(?:0deadbeef|\.?\d[\w.+~-]*|foo\[5m\w*.*\])$/],
  ['it knows no metric named offset', 'accepted', /^offset\b/],
  ['it knows no colon in a grouping', 'accepted', /on\(a:b\)/],
  ['it groups by labels named without, inf and nan', 'refused', /(?:by \(|on\()(?:without|inf|nan)\)/],
  ['it takes atan2 for a metric', 'refused', /^atan2$/],
  ['it takes Inf and NaN for durations', 'refused', /\[(?:Inf|NaN)\]/],
  ['keywords with capitals are words to it after `@` and in durations', 'accepted', /@ [A-Z]|\[[A-Z]/],
]

function isExplained(query: string, ours: 'accepted' | 'refused'): boolean {
  return DIFFERENCES.some(([, side, pattern]) => side === ours && pattern.test(query))
}

const SCRIPTS = fileURLToPath(new URL('../script/testdata', import.meta.url))

/** Every query of our scripts, once. */
function scripted(): readonly string[] {
  const commands = readdirSync(SCRIPTS).flatMap(file => readScript(readFileSync(join(SCRIPTS, file), 'utf8')))
  return [...new Set(commands.flatMap(command => (command.kind === 'evaluate' ? [command.expr] : [])))]
}

describe("Prometheus' grammar for editors", () => {
  it.each(scripted())('agrees on what a script asks: %s', query => {
    const refusal = refusalOf(query)
    if (refusal !== undefined && MEANING.some(each => each.test(refusal))) return
    if (isExplained(query, refusal === undefined ? 'accepted' : 'refused')) return
    expect(isGrammatical(query)).toBe(refusal === undefined)
  })

  it.each(ACCEPTED.filter(([query]) => !isExplained(query, 'accepted')))('accepts, too: %s', (query, printed) => {
    expect(isGrammatical(query)).toBe(true)
    expect(isGrammatical(printed)).toBe(true)
  })

  const syntactic = REFUSED.filter(([, , error]) => !MEANING.some(each => each.test(error)))

  it.each(syntactic.filter(([, query]) => !isExplained(query, 'refused')))('refuses, too (%s): %s', (_, query) => {
    expect(isGrammatical(query)).toBe(false)
  })

  it.each(DIFFERENCES)('still differs, because %s', (_, ours, pattern) => {
    const queries = ours === 'accepted' ? ACCEPTED.map(([query]) => query) : syntactic.map(([, query]) => query)
    const differing = queries.filter(query => pattern.test(query) && isGrammatical(query) !== (ours === 'accepted'))
    expect(differing.length).toBeGreaterThan(0)
  })

  it('agrees on any query that makes sense', () => {
    fc.assert(
      fc.property(arbitraryQuery('vector', { experimental: true }), expr => {
        expect(isGrammatical(print(expr))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('agrees on queries that lost or gained a token', () => {
    const tokens = ['(', ')', ',', 'by', 'on (a)', 'bool', '+', '==', 'and', '5m', '[5m]', 'foo', '{}', '@']
    const damaged = fc
      .record({
        expr: arbitraryQuery('vector', { metrics: ['up', 'foo'], offsets: false }),
        at: fc.nat(),
        put: fc.constantFrom(...tokens),
      })
      .map(({ expr, at, put }) => {
        const words = print(expr).split(' ')
        words.splice(at % words.length, at % 2, put)
        return words.join(' ')
      })
    fc.assert(
      fc.property(damaged, query => {
        const refused = refusalOf(query)
        if (refused !== undefined && MEANING.some(each => each.test(refused))) return
        expect(isGrammatical(query)).toBe(refused === undefined)
      }),
      { numRuns: 500 },
    )
  })
})

function refusalOf(query: string): string | undefined {
  try {
    parse(query, { experimental: true })
    return undefined
  } catch (error) {
    if (error instanceof PromQLError) return error.message
    throw error
  }
}
