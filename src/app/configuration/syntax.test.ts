import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { syntaxFaults } from './syntax.ts'

function told(text: string): string[] {
  const document = parseDocument(text, { prettyErrors: false })
  return syntaxFaults(document, text, document).map(({ offset, message }) => {
    const before = text.slice(0, offset).split('\n')
    return `${before.length}:${(before.at(-1) ?? '').length + 1}: ${message}`
  })
}

describe('a break of YAML’s rules', () => {
  it.each([
    ['a:\n\tb: 1', '2:1: a tab is used for indentation; use spaces'],
    ['a:\n  b: 1\n c: 2', '3:1: the indentation does not line up with the lines above'],
    ['a:\n  - b\n - c', '3:1: the indentation does not line up with the lines above'],
    ['a: [1,\nb: 2', '1:4: a bracket is opened here and never closed'],
    ['a: { b: [1, 2 }', '1:9: a bracket is opened here and never closed'],
    ['a: "b\nc: 1', '1:4: a quote is opened here and never closed'],
    ["a: 'b", '1:4: a quote is opened here and never closed'],
    ['a: { b: 1 c: 2 }', '1:9: a comma is missing, or indented lines stand inside […] or {…}'],
    ['a: b: c', '1:4: a second “key: value” on one line; a text with “: ” in it needs quotes'],
    ['a: x\n  b: 1', '1:4: a key with a value beside it has keys below it, too'],
    ['a: ["x" "y"]', '1:9: a comma is missing before this'],
    ['a: - b', '1:4: a list begins on the line after its key'],
    ['a: 1\nb', '2:1: a key without a value; write “key: value”'],
    ['a: @b', '1:4: a text that begins with this character needs quotes'],
    ['a: `b`', '1:4: a text that begins with this character needs quotes'],
    ['a: "\\q"', '1:5: no such escape; in double quotes write \\\\ for a backslash, or use single quotes'],
    [
      'a: "b" c',
      '1:8: this does not belong after the value before it; a text with quotes or brackets in it needs quotes around it',
    ],
    ['a: "b"#c', '1:7: a comment needs a space before its #; a text with # in it needs quotes'],
    ['a: !b c', '1:4: an unknown tag, or one that does not fit; a text that begins with ! needs quotes'],
    ['a: &b &c d', '1:7: a value can have one anchor only'],
    ['a: !!str !!int 1', '1:10: a value can have one tag only'],
    ['a: &b *c', '1:7: an alias cannot have an anchor or a tag of its own'],
    ['a: | b\n  c', '1:6: nothing but a comment may follow | or > on its line'],
    ['a: ]', '1:4: this does not belong here'],
    ['a: [x, ${PORT}]', '1:8: inside […] or {…}, write "${NAME}" in quotes'],
    ['a: { b: ${PORT} }', '1:9: inside […] or {…}, write "${NAME}" in quotes'],
    ['%HELLO\n---\na: 1', '1:1: an unknown directive; a text that begins with % needs quotes'],
  ])('%j is said in plain words', (text, message) => {
    expect(told(text)[0]).toBe(message)
  })

  it('is told once a line, in the order of the text', () => {
    expect(told('a: @b\nc: 1\nd: @e @f\n')).toEqual([
      '1:4: a text that begins with this character needs quotes',
      '3:4: a text that begins with this character needs quotes',
    ])
  })

  it.each([
    'a: *hunter2',
    'a: !hunter2',
    'a: "x" hunter2',
    'a: hunter2: x',
    'a: "hunter2',
    '&hunter2 a: &x &hunter2 1',
    'a: [hunter2',
  ])('%j is told without a word of the text, which may be a secret', text => {
    expect(told(text).join('\n')).not.toContain('hunter2')
  })
})
