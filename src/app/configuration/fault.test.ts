import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { either, type Fault, formatFault, formatPath, inOrder, named, quoted } from './fault.ts'

const fault: Fault = { file: 'a.yaml', line: 3, column: 5, path: 'hub.port', message: 'expected a number, got "x"' }

describe('a fault on one line', () => {
  it.each([
    [{}, 'a.yaml:3:5: hub.port: expected a number, got "x"'],
    [{ path: '' }, 'a.yaml:3:5: expected a number, got "x"'],
    [{ line: 0, column: 0, path: '', message: 'cannot be read' }, 'a.yaml: cannot be read'],
    [{ hint: 'put it in quotes' }, 'a.yaml:3:5: hub.port: expected a number, got "x"; put it in quotes'],
    [{ message: 'a\u001b[31m\nb\u202e' }, 'a.yaml:3:5: hub.port: a\\u001b[31m\\u000ab\\u202e'],
  ])('with %j', (change, line) => {
    expect(formatFault({ ...fault, ...change })).toBe(line)
  })

  it('stays one line without control characters, whatever the file holds', () => {
    const anyText = fc.string({ unit: fc.nat(0x20_2f).map(code => String.fromCharCode(code)) })
    fc.assert(
      fc.property(anyText, anyText, (key, text) => {
        const line = formatFault({ ...fault, path: formatPath([key, 0]), message: `${named(key)} ${quoted(text)}` })
        expect(line).not.toMatch(/\p{Cc}|\p{Zl}|\p{Zp}|\p{Bidi_C}/u)
      }),
    )
  })
})

describe('a path', () => {
  it.each([
    [[], ''],
    [['services', 'order', 'stages', 0, 'weight'], 'services.order.stages[0].weight'],
    [['blue-green', '服务', 'a_1'], 'blue-green.服务.a_1'],
    [['hosts', 'shop.example'], 'hosts["shop.example"]'],
    [['a b'], '["a b"]'],
    [['', 'x'], '[""].x'],
  ])('%j is %s', (path, text) => {
    expect(formatPath(path)).toBe(text)
  })
})

describe('words in a sentence', () => {
  it('cuts a long text, and shows quotes inside a key as they are', () => {
    expect(quoted('x'.repeat(61))).toBe(`"${'x'.repeat(60)}…"`)
    expect(named('a"b\\c')).toBe('“a"b\\c”')
  })

  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a or b'],
    [['a', 'b', 'c'], 'a, b or c'],
  ])('joins %j', (choices, text) => {
    expect(either(choices)).toBe(text)
  })
})

describe('the order of faults', () => {
  it('is that of the files and the lines in them, each fault once', () => {
    const at = (file: string, line: number, column: number): Fault => ({ ...fault, file, line, column })
    const shuffled = [at('b', 1, 1), at('a', 10, 1), at('a', 2, 9), at('other', 0, 0), at('a', 2, 3), at('a', 2, 9)]
    expect(inOrder(shuffled, ['a', 'b']).map(({ file, line, column }) => `${file}:${line}:${column}`)).toEqual([
      'a:2:3',
      'a:2:9',
      'a:10:1',
      'b:1:1',
      'other:0:0',
    ])
  })
})
