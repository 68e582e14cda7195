import { describe, expect, it } from 'vitest'
import type { Binary, Expr } from './ast.ts'
import { childrenOf } from './children.ts'
import { ACCEPTED } from './examples.fixture.ts'
import { parse } from './parse.ts'
import { typeOf } from './type-of.ts'

const options = { experimental: true }

/** With every operation in parentheses. */
function grouped(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return String(expr.value)
    case 'vector-selector':
      return expr.name ?? '{}'
    case 'unary':
      return `(${expr.operator}${grouped(expr.expr)})`
    case 'binary':
      return `(${grouped(expr.left)} ${expr.operator} ${grouped(expr.right)})`
    case 'paren':
      return grouped(expr.expr)
    default:
      return expr.kind
  }
}

describe('operators', () => {
  it.each([
    ['a + b * c', '(a + (b * c))'],
    ['a * b + c', '((a * b) + c)'],
    ['a - b - c', '((a - b) - c)'],
    ['a ^ b ^ c', '(a ^ (b ^ c))'],
    ['a * b ^ c', '(a * (b ^ c))'],
    ['a % b / c atan2 d', '(((a % b) / c) atan2 d)'],
    ['a == b + c', '(a == (b + c))'],
    ['a == b != c', '((a == b) != c)'],
    ['a </ b + 1', '(a </ (b + 1))'],
    ['a and b or c and d', '((a and b) or (c and d))'],
    ['a or b and c', '(a or (b and c))'],
    ['a unless b and c', '((a unless b) and c)'],
    ['a and b == c', '(a and (b == c))'],
    ['-a ^ 2', '(-(a ^ 2))'],
    ['-a * 2', '((-a) * 2)'],
    ['a ^ -b * c', '((a ^ (-b)) * c)'],
    ['a ^ -b ^ c', '(a ^ (-(b ^ c)))'],
    ['- -a', '(-(-a))'],
    ['-1 ^ 2', '(-(1 ^ 2))'],
    ['- -1', '1'],
    ['+1', '1'],
    ['(a + b) * c', '((a + b) * c)'],
    ['a + sum(b) * c', '(a + (aggregation * c))'],
    ['a offset 5m + b', '(a + b)'],
    ['a + b @ 5 ^ c', '(a + (b ^ c))'],
    ['A AND B Or C UNLESS D', '((A and B) or (C unless D))'],
  ])('group as in Prometheus: %s', (query, expected) => {
    expect(grouped(parse(query, options))).toBe(expected)
  })

  it.each([
    ['a + b', { on: false, labels: [], cardinality: 'one-to-one', include: [] }],
    ['a + on(x) b', { on: true, labels: ['x'], cardinality: 'one-to-one' }],
    ['a + ignoring(x, "y.z") b', { on: false, labels: ['x', 'y.z'] }],
    ['a + on(x) group_left b', { cardinality: 'many-to-one', include: [] }],
    ['a + on(x) group_right(y) b', { cardinality: 'one-to-many', include: ['y'] }],
    ['a and on(x) b', { on: true, labels: ['x'], cardinality: 'many-to-many' }],
    ['a + fill(2) b', { fill: { left: 2, right: 2 } }],
    ['a + fill_right(-1) b', { fill: { left: undefined, right: -1 } }],
  ])('match vectors: %s', (query, matching) => {
    expect(parse(query, options)).toMatchObject({ kind: 'binary', matching })
  })

  it.each(['a + 1', '1 + a', '1 + 2', 'a == bool 1', 'time() * a'])('match nothing beside a scalar: %s', query => {
    expect((parse(query) as Binary).matching).toBeUndefined()
  })

  it('know whether they filter', () => {
    expect(parse('a > b')).toMatchObject({ isBool: false })
    expect(parse('a > bool b')).toMatchObject({ isBool: true })
  })
})

describe('a selector', () => {
  it.each([
    ['up', 'up', ['__name__=up']],
    ['{"up"}', 'up', ['__name__=up']],
    ['{a="b", "up"}', 'up', ['__name__=up', 'a=b']],
    ['up{a!="b",c=~"d",e!~"f"}', 'up', ['__name__=up', 'a!=b', 'c=~d', 'e!~f']],
    ['{__name__="up"}', undefined, ['__name__=up']],
    ['{"up", __name__="down"}', 'up', ['__name__=up', '__name__=down']],
    ['{"", a="b"}', undefined, ['__name__=', 'a=b']],
    ['{"ü b"="\\u00fc"}', undefined, ['ü b=ü']],
  ])('has its name among its matchers: %s', (query, name, matchers) => {
    const expr = parse(query)
    expect(expr).toMatchObject({ kind: 'vector-selector', name })
    const shown =
      expr.kind === 'vector-selector' ? expr.matchers.map(each => each.name + each.operator + each.value) : []
    expect(shown).toEqual(matchers)
  })

  it.each([
    ['a', undefined, undefined],
    ['a offset 5m', 300_000, undefined],
    ['a offset -1.5', -1500, undefined],
    ['a offset 0.0015', 1, undefined],
    ['a offset 0', undefined, undefined],
    ['a offset 2.3', 2300, undefined],
    ['a @ 1.2345', undefined, { kind: 'time', timeMs: 1235 }],
    ['a @ -1.2345', undefined, { kind: 'time', timeMs: -1235 }],
    ['a @ -0', undefined, { kind: 'time', timeMs: 0 }],
    ['a @ start() offset 1y', 31_536_000_000, { kind: 'start' }],
    ['a offset 1ms @ end()', 1, { kind: 'end' }],
  ])('looks at another moment: %s', (query, offsetMs, at) => {
    const offset = offsetMs === undefined ? undefined : { kind: 'fixed', ms: offsetMs }
    expect(parse(query)).toMatchObject({ offset, at })
    expect(parse(query.replace('a', 'a[5m]'))).toMatchObject({ kind: 'matrix-selector', selector: { offset, at } })
    expect(parse(query.replace('a', 'a[5m:]'))).toMatchObject({
      kind: 'subquery',
      offset,
      at,
      expr: { offset: undefined },
    })
  })

  it.each([
    ['a[5m]', 300_000],
    ['a[300]', 300_000],
    ['a[1h30m]', 5_400_000],
    ['a[0.5]', 500],
    ['a[4.018]', 4018],
    ['a[0.0001]', 0],
    ['a[+5m]', 300_000],
    ['a[--5m]', 300_000],
  ])('has a range: %s', (query, ms) => {
    expect(parse(query)).toMatchObject({ kind: 'matrix-selector', range: { kind: 'fixed', ms } })
  })

  it('has a step of its own or none', () => {
    expect(parse('a[1h:5m]')).toMatchObject({ kind: 'subquery', step: { kind: 'fixed', ms: 300_000 } })
    expect(parse('a[1h:]')).toMatchObject({ kind: 'subquery', step: undefined })
  })

  it('keeps a calculated range', () => {
    expect(parse('a[2 * step() - 1m]', options)).toMatchObject({
      range: {
        kind: 'arithmetic',
        operator: '-',
        left: { kind: 'arithmetic', operator: '*', left: { seconds: 2, isDuration: false }, right: { kind: 'step' } },
        right: { kind: 'number', seconds: 60, isDuration: true },
      },
    })
    expect(parse('a[max_of(range(), -(5m))]', options)).toMatchObject({
      range: { kind: 'max', left: { kind: 'range' }, right: { kind: 'sign', operator: '-', of: { kind: 'paren' } } },
    })
  })
})

describe('a literal', () => {
  it.each([
    ['0x1F', 31],
    ['0x_1f', 31],
    ['017', 15],
    ['018', 18],
    ['0', 0],
    ['1_000.5', 1000.5],
    ['.5e-1', 0.05],
    ['9223372036854775807', 9223372036854775807n],
    ['9223372036854775808', 9223372036854775808n],
    ['0777777777777777777777', 9223372036854775807n],
    ['07777777777777777777777', 7777777777777777777777n],
    ['1e-400', 0],
    ['-Inf', Number.NEGATIVE_INFINITY],
    ['nAn', Number.NaN],
    ['5m', 300],
    ['1ms', 0.001],
    ['1y2w3d4h5m6s7ms', 33_019_506.007],
    ['-5m', -300],
  ])('is a number: %s', (query, value) => {
    const isDuration = /[ymsd]$/.test(query)
    expect(parse(query)).toMatchObject({ kind: 'number', value: Number(value), isDuration })
  })

  it.each([
    ['"a\\"b"', 'a"b'],
    ["'a\\'b'", "a'b"],
    ['`a\\"b\n`', 'a\\"b\n'],
    ['"\\a\\b\\f\\n\\r\\t\\v\\\\"', '\x07\b\f\n\r\t\v\\'],
    ['"\\x41\\101\\u0041\\U00000041"', 'AAAA'],
    ['"\\xf0\\x9f\\x98\\x80"', '😀'],
    ['"\\U0001f600"', '😀'],
    ['"\\ufeff"', '\ufeff'],
    ['"\\xff"', '\ufffd'],
    ['"\'`"', "'`"],
  ])('is a text: %s', (query, value) => {
    expect(parse(query)).toMatchObject({ kind: 'string', value })
  })
})

describe('an aggregation', () => {
  it.each([
    ['sum(a)', { operator: 'sum', grouping: [], without: false, param: undefined }],
    ['SUM BY (x, y) (a)', { operator: 'sum', grouping: ['x', 'y'], without: false }],
    ['avg(a) without (x)', { operator: 'avg', grouping: ['x'], without: true }],
    ['avg without () (a)', { grouping: [], without: true }],
    ['topk(5, a)', { operator: 'topk', param: { kind: 'number', value: 5 }, expr: { name: 'a' } }],
    ['count_values("v", a)', { param: { kind: 'string', value: 'v' } }],
    ['group by (by, "a b", on, Offset) (a)', { grouping: ['by', 'a b', 'on', 'Offset'] }],
  ])('%s', (query, expected) => {
    expect(parse(query)).toMatchObject({ kind: 'aggregation', ...expected })
  })
})

describe('every node', () => {
  it.each(ACCEPTED)('knows its stretch of the text: %s', query => {
    const visit = (expr: Expr): void => {
      const text = query.slice(expr.span.start, expr.span.end)
      expect(text).toBe(text.trim())
      // What stands there is the node itself, as long as it means the same alone.
      if (!/^[{]/.test(text)) expect(parse(text, options).kind).toBe(expr.kind)
      for (const child of childrenOf(expr)) {
        expect(child.span.start).toBeGreaterThanOrEqual(expr.span.start)
        expect(child.span.end).toBeLessThanOrEqual(expr.span.end)
        visit(child)
      }
    }
    visit(parse(query, options))
  })

  it.each([
    ['1 + 2', 'scalar'],
    ['1 + a', 'vector'],
    ['a + a', 'vector'],
    ['-(time())', 'scalar'],
    ['(a[5m])', 'matrix'],
    ['a[5m:]', 'matrix'],
    ['("x")', 'string'],
    ['sum(a)', 'vector'],
    ['rate(a[5m])', 'vector'],
    ['scalar(a)', 'scalar'],
  ])('has a type: %s is a %s', (query, type) => {
    expect(typeOf(parse(query))).toBe(type)
  })
})
