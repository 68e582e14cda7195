import { describe, expect, it } from 'vitest'
import { Labels } from '../../../src/kernel/labels.ts'
import { type DiffAnswer, ofReply } from './answer.ts'
import { compare } from './compare.ts'

type Points = Readonly<Record<number, number>>

const vector = (...elements: readonly (readonly [job: string, points: Points])[]): DiffAnswer => ({
  kind: 'series',
  type: 'vector',
  series: elements.map(([job, points]) => ({
    labels: Labels.of({ job }),
    points: new Map(Object.entries(points).map(([timeMs, value]) => [Number(timeMs), value])),
  })),
})
const error = (text: string, type: 'bad_data' | 'execution' = 'execution'): DiffAnswer => ({
  kind: 'error',
  type,
  text,
})
const kindOf = (a: DiffAnswer, b: DiffAnswer, isOrdered = false) => compare(a, b, isOrdered)?.kind

describe('comparing two answers', () => {
  it.each<[what: string, a: number, b: number, isSame: boolean]>([
    ['equal numbers', 1, 1, true],
    ['numbers that differ by rounding', 0.1 + 0.2, 0.3, true],
    ['numbers that differ by a millionth', 1_000_000, 1_000_000.9, true],
    ['numbers that differ by more', 1_000_000, 1_000_003, false],
    ['tiny numbers that differ', 1e-20, 2e-20, false],
    ['zeroes of either sign', 0, -0, true],
    ['two that are no numbers', NaN, NaN, true],
    ['a number and none', 1, NaN, false],
    ['infinities', Infinity, Infinity, true],
    ['infinities of other signs', Infinity, -Infinity, false],
    ['an infinity and a great number', Infinity, 1e308, false],
  ])('%s: %s and %s', (_, a, b, isSame) => {
    expect(kindOf(vector(['x', { 1: a }]), vector(['x', { 1: b }]))).toBe(isSame ? undefined : 'values')
  })

  it('does not mind the order, unless it is asked for', () => {
    const [a, b] = [vector(['x', { 1: 1 }], ['y', { 1: 2 }]), vector(['y', { 1: 2 }], ['x', { 1: 1 }])]
    expect(kindOf(a, b)).toBeUndefined()
    expect(kindOf(a, b, true)).toBe('order')
  })

  it('lets equal elements stand in any order', () => {
    const [a, b] = [vector(['x', { 1: 1 }], ['y', { 1: 1 }]), vector(['y', { 1: 1 }], ['x', { 1: 1 }])]
    expect(kindOf(a, b, true)).toBeUndefined()
  })

  it.each<[what: string, a: DiffAnswer, b: DiffAnswer, kind: string | undefined]>([
    ['a series more', vector(['x', { 1: 1 }], ['y', { 1: 1 }]), vector(['x', { 1: 1 }]), 'series'],
    ['a series less', vector(['x', { 1: 1 }]), vector(['x', { 1: 1 }], ['y', { 1: 1 }]), 'series'],
    ['another series', vector(['x', { 1: 1 }]), vector(['y', { 1: 1 }]), 'series'],
    ['a point more', vector(['x', { 1: 1, 2: 1 }]), vector(['x', { 1: 1 }]), 'times'],
    ['a point less', vector(['x', { 1: 1 }]), vector(['x', { 1: 1, 2: 1 }]), 'times'],
    ['an error of theirs alone', vector(), error('no'), 'error'],
    ['an error of ours alone', error('no'), vector(), 'error'],
    ['errors of other kinds', error('no'), error('no', 'bad_data'), 'error'],
    ['errors in other words', error('no'), error('never'), 'error-text'],
    ['errors that stand elsewhere', error('1:2: no'), error('1:20: no'), undefined],
    ['another type', vector(), { kind: 'series', type: 'matrix', series: [] }, 'type'],
    ['another string', { kind: 'string', text: 'a' }, { kind: 'string', text: 'b' }, 'type'],
    ['the same string', { kind: 'string', text: 'a' }, { kind: 'string', text: 'a' }, undefined],
    ['a string and none', { kind: 'string', text: 'a' }, vector(), 'type'],
  ])('%s', (_, a, b, kind) => expect(kindOf(a, b)).toBe(kind))

  it('lets any group be named that has duplicates', () => {
    const refused = (group: string) =>
      error(
        `found duplicate series for the match group {${group}} on the right hand-side of the operation: [{a="b"}, {a="c"}];many-to-many`,
      )
    expect(kindOf(refused('job="x"'), refused('job="y"'))).toBeUndefined()
  })
})

describe("reading Prometheus' answers", () => {
  it('reads every kind of number', () => {
    const result = ['1.5', 'NaN', '+Inf', '-Inf', '-0', '1e+06'].map((value, i) => ({
      metric: { i: String(i) },
      value: [1.217, value] as const,
    }))
    const answer = ofReply({ status: 'success', data: { resultType: 'vector', result } })
    const values = answer.kind === 'series' ? answer.series.map(({ points }) => points.get(1_217)) : []
    expect(values).toEqual([1.5, NaN, Infinity, -Infinity, -0, 1_000_000])
  })

  it('knows an error by its kind, and takes away what the HTTP API puts before it', () => {
    const reply = {
      status: 'error',
      errorType: 'bad_data',
      error: 'invalid parameter "query": 1:1: parse error: no',
    } as const
    expect(ofReply(reply)).toEqual({ kind: 'error', type: 'bad_data', text: '1:1: parse error: no' })
    expect(ofReply({ ...reply, errorType: 'timeout' })).toMatchObject({ type: 'other' })
  })
})
