import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expand, offsetOf } from './environment.ts'

const env = { NAME: 'value', EMPTY: '', DOLLARS: '${NAME} $$' }

describe('a text with references to the environment', () => {
  it.each([
    ['plain', 'plain', false],
    ['${NAME}', 'value', true],
    ['a-${NAME}-${NAME}-z', 'a-value-value-z', true],
    ['${EMPTY}', '', true],
    ['${EMPTY:-other}', 'other', true],
    ['${NAME:-other}', 'value', true],
    ['${NONE:-}', '', true],
    ['${NONE:-a:-b {c}', 'a:-b {c', true],
    ['$${NAME}', '${NAME}', false],
    ['$$${NAME}', '$value', true],
    ['$NAME costs $5 $', '$NAME costs $5 $', false],
    ['$$$$', '$$', false],
    ['${DOLLARS}', '${NAME} $$', true],
  ])('%s becomes %s', (text, expanded, fromEnvironment) => {
    expect(expand(text, env)).toEqual({ text: expanded, fromEnvironment, failed: [] })
  })

  it.each([
    ['${NONE}', 'the environment variable NONE is not set; set it, or write ${NONE:-default}'],
    ['${toString}', 'the environment variable toString is not set; set it, or write ${toString:-default}'],
    ['${A:-${B}}', 'the default of ${A} cannot hold another ${…}'],
    ['${', 'expected ${NAME} or ${NAME:-default}; write $${ for a plain ${'],
    ['${}', 'expected ${NAME} or ${NAME:-default}; write $${ for a plain ${'],
    ['${a-b}', 'expected ${NAME} or ${NAME:-default}; write $${ for a plain ${'],
    ['${NAME:?must be set}', 'expected ${NAME} or ${NAME:-default}; write $${ for a plain ${'],
  ])('%s is refused', (text, message) => {
    expect(expand(text, env).failed).toEqual([{ ordinal: 0, message }])
  })

  it('tells every reference that fails, and which it is', () => {
    const text = '$${NAME} ${A} ${NAME} ${B}'
    const { failed } = expand(text, env)
    expect(failed.map(({ ordinal }) => offsetOf(ordinal, text))).toEqual([text.indexOf('${A}'), text.indexOf('${B}')])
  })

  it('comes out as it was when every dollar is doubled', () => {
    const parts = fc.array(fc.constantFrom('$', '{', '}', 'NAME', ':-', ' '), { maxLength: 12 })
    fc.assert(
      fc.property(parts, some => {
        const text = some.join('')
        expect(expand(text.replaceAll('$', '$$$$'), env)).toEqual({ text, fromEnvironment: false, failed: [] })
      }),
    )
  })
})
