import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatFault } from './fault.ts'
import { plainOf } from './tree.ts'
import { parseTree } from './yaml.ts'

const lines = (...parts: readonly string[]): string => parts.join('\n')

function read(text: string, env: Readonly<Record<string, string>> = {}) {
  const parsed = parseTree(text, 'a.yaml', env)
  return {
    value: parsed.ok && parsed.tree ? plainOf(parsed.tree, new Map()) : undefined,
    faults: parsed.faults.map(formatFault),
  }
}

describe('a YAML file', () => {
  it.each([
    ['a: 1\nb: [x, 2, true, ~]', { a: 1, b: ['x', 2, true, null] }],
    ['a:\r\n  - b: |\r\n      x\r\n      y\r\n', { a: [{ b: 'x\ny\n' }] }],
    ['yes: no\non: off', { yes: 'no', on: 'off' }],
    ['1.10: a\ntrue: b\n0x1F: c', { '1.10': 'a', true: 'b', '0x1F': 'c' }],
    ['a: !!str 5', { a: '5' }],
    ['---\na: 1\n...\n', { a: 1 }],
    ['%YAML 1.1\n---\na: yes', { a: 'yes' }],
    ['constructor: 1\ntoString: 2', { constructor: 1, toString: 2 }],
    ['a:\nb:', { a: null, b: null }],
    ['just text', 'just text'],
  ])('%j is read as it is written', (text, value) => {
    expect(read(text)).toEqual({ value, faults: [] })
  })

  it('holds nothing when it holds comments only', () => {
    expect(parseTree('# later\n\n# more\n', 'a.yaml', {})).toEqual({ ok: true, tree: undefined, faults: [] })
    expect(parseTree('---\n# later\n', 'a.yaml', {})).toEqual({ ok: true, tree: undefined, faults: [] })
  })

  it.each([
    ['', 'a.yaml:1:1: the file is empty'],
    [' \n\n', 'a.yaml:1:1: the file is empty'],
    [
      'a: 1\n---\nb: 1\n',
      'a.yaml:2:1: a second document begins here; keep one a file (a folder may hold several files)',
    ],
    ['a: 1\n---\n', 'a.yaml:2:1: a second document begins here; keep one a file (a folder may hold several files)'],
  ])('%j is refused as a whole', (text, fault) => {
    expect(read(text)).toEqual({ value: undefined, faults: [fault] })
  })
})

describe('a key', () => {
  it.each([
    ['a: 1\nb: 2\na: 3', { a: 1, b: 2 }, 'a.yaml:3:1: a: “a” is defined twice; first at a.yaml:1:1'],
    ['x:\n  - { a: 1, a: 2 }', { x: [{ a: 1 }] }, 'a.yaml:2:13: x[0].a: “a” is defined twice; first at a.yaml:2:7'],
    ['1: a\n"1": b', { 1: 'a' }, 'a.yaml:2:1: 1: “1” is defined twice; first at a.yaml:1:1'],
    ['? [a, b]\n: 1', {}, 'a.yaml:1:3: a key must be a text'],
    ['a: &x b\n*x : 1', { a: 'b' }, 'a.yaml:2:1: a key must be a text'],
    ['"": 1', {}, 'a.yaml:1:1: a key is empty'],
    ['a:\n  __proto__: { b: 1 }', { a: {} }, 'a.yaml:2:3: a: “__proto__” cannot be a key'],
  ])('in %j is refused at its place, and the rest is read', (text, value, fault) => {
    expect(read(text)).toEqual({ value, faults: [fault] })
  })
})

describe('anchors and merge keys', () => {
  it.each([
    ['a: &x { p: 1 }\nb: *x', { a: { p: 1 }, b: { p: 1 } }],
    ['a: &x { p: 1, q: 2 }\nb: { q: 3, <<: *x }', { a: { p: 1, q: 2 }, b: { q: 3, p: 1 } }],
    [
      'a: &x { p: 1 }\nb: &y { p: 2, q: 2 }\nc: { <<: [*x, *y] }',
      { a: { p: 1 }, b: { p: 2, q: 2 }, c: { p: 1, q: 2 } },
    ],
    ['a: { <<: { p: 1 } }', { a: { p: 1 } }],
    ['a: { "<<": 1 }', { a: { '<<': 1 } }],
    ['a: &x 1\nb: *x\nc: &x 2\nd: *x', { a: 1, b: 1, c: 2, d: 2 }],
    ['a: &x { b: &y 1, c: *y }\nd: &y 2\ne: *x\nf: *y', { a: { b: 1, c: 1 }, d: 2, e: { b: 1, c: 1 }, f: 2 }],
  ])('%j mean what they stand for', (text, value) => {
    expect(read(text)).toEqual({ value, faults: [] })
  })

  it.each([
    ['a: *x', 'a.yaml:1:4: a: no anchor of this name stands before it; a text that begins with * needs quotes'],
    [
      'a: *x\nb: &x 1',
      'a.yaml:1:4: a: no anchor of this name stands before it; a text that begins with * needs quotes',
    ],
    ['a: &x\n  b: *x', 'a.yaml:2:6: a.b: an alias stands inside its own anchor'],
    ['a: { <<: 5 }', 'a.yaml:1:10: a: << takes a map, or a list of maps'],
    ['a: { <<: [{ b: 1 }, c] }', 'a.yaml:1:21: a: << takes a map, or a list of maps'],
    [
      'a: { <<: *x }',
      'a.yaml:1:10: a: no anchor of this name stands before it; a text that begins with * needs quotes',
    ],
  ])('%j go wrong', (text, fault) => {
    expect(read(text).faults).toEqual([fault])
  })

  it('do not multiply without bound', () => {
    const level = (name: string, below: string): string =>
      `${name}: &${name} [${Array(10).fill(`*${below}`).join(', ')}]`
    const bomb = lines(
      'a: &a [x, x]',
      level('b', 'a'),
      level('c', 'b'),
      level('d', 'c'),
      level('e', 'd'),
      level('f', 'e'),
    )
    expect(read(bomb)).toEqual({
      value: undefined,
      faults: [expect.stringMatching(/^a\.yaml:\d+:\d+: \S+: the aliases stand for more than 100000 values$/)],
    })
  })

  it.each([
    [70, /: nested more than 64 levels deep$/],
    [50_000, /: nested too deeply$/],
  ])('%i brackets are too deep, and nothing breaks', (depth, message) => {
    const { value, faults } = read(`a: ${'['.repeat(depth)}${']'.repeat(depth)}`)
    expect(value).toBeUndefined()
    expect(faults).toEqual([expect.stringMatching(message)])
  })
})

describe('a value from the environment', () => {
  it('is put into texts, however they are quoted, and nowhere else', () => {
    const text = lines('a: ${X}', 'b: "${X}-${Y:-z}"', "c: '$${X}'", 'd: |', '  <${X}>', 'e: [5, true]', '${X}: f')
    expect(read(text, { X: 'v' })).toEqual({
      value: { a: 'v', b: 'v-z', c: '${X}', d: '<v>\n', e: [5, true], '${X}': 'f' },
      faults: [],
    })
  })

  it('is missed at the very place where it is named', () => {
    const text = lines('a: x${X}', 'b:', '  - "$${X}${Y}"', 'c: |', '  one', '  ${Z}')
    expect(read(text).faults).toEqual([
      'a.yaml:1:5: a: the environment variable X is not set; set it, or write ${X:-default}',
      'a.yaml:3:11: b[0]: the environment variable Y is not set; set it, or write ${Y:-default}',
      'a.yaml:6:3: c: the environment variable Z is not set; set it, or write ${Z:-default}',
    ])
  })
})

describe('any text whatever', () => {
  const words = `a|: |\n|  |- |[|]|{|}|,|"|'|&a |*a|<<: |>|#|!|%|@|---\n|...\n|\t|\r\n|? |!!str |\${A}|$\${|\${|1|null|\\|\u0000|\ufeff|中`
  const pieces = fc.constantFrom('|', '\ud800', ...words.split('|'))
  const anyCharacter = fc.nat(0xff_ff).map(code => String.fromCharCode(code))
  const yamlish = fc.array(pieces, { maxLength: 40 }).map(parts => parts.join(''))

  it('is read or refused with places inside it, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(yamlish, fc.string({ unit: anyCharacter })), text => {
        const parsed = parseTree(text, 'a.yaml', {})
        const last = text.split('\n').length
        for (const { line, column } of parsed.faults) {
          expect(line).toBeGreaterThanOrEqual(1)
          expect(line).toBeLessThanOrEqual(last)
          expect(column).toBeGreaterThanOrEqual(1)
        }
        if (!parsed.ok) expect(parsed.faults.length).toBeGreaterThan(0)
      }),
      { numRuns: 1_000 },
    )
  })
})
