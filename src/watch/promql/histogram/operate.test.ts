import { describe, expect, it } from 'vitest'
import { almostEqual } from './equality.ts'
import { fieldsOf, h } from './histogram.fixture.ts'
import type { NativeHistogram } from './native-histogram.ts'
import { operate } from './operate.ts'

type Operator = Parameters<typeof operate>[0]

const A = 'count:4 sum:4 buckets:[1 2 1]'
const read = (operand: string | number): NativeHistogram | number =>
  typeof operand === 'number' ? operand : h(operand)

describe('binary operators on histograms', () => {
  it.each<[string | number, Operator, string | number, string]>([
    [A, '+', A, 'count:8 sum:8 buckets:[2 4 2]'],
    [A, '-', 'count:1 sum:1 buckets:[1]', 'count:3 sum:3 counter_reset_hint:gauge offset:1 buckets:[2 1]'],
    [A, '*', 2, 'count:8 sum:8 buckets:[2 4 2]'],
    [0.5, '*', A, 'count:2 sum:2 buckets:[0.5 1 0.5]'],
    [A, '/', -4, 'count:-1 sum:-1 counter_reset_hint:gauge buckets:[-0.25 -0.5 -0.25]'],
    [A, '*', 0, ''],
    ['count:4 sum:4 buckets:[1 2 1]', '</', 2, 'count:3 sum:3.535533905932738 buckets:[1 2]'],
    [A, '>/', 2, 'count:1 sum:2.8284271247461903 offset:2 buckets:[1]'],
  ])('%s %s %s', (left, operator, right, expected) => {
    const result = operate(operator, read(left), read(right))
    if (result.kind !== 'histogram') throw new Error(result.kind)
    expect(almostEqual(result.histogram, h(expected), 1e-12), fieldsOf(result.histogram)).toBe(true)
    expect([result.histogram.counterReset, result.notes]).toEqual([h(expected).counterReset, []])
  })

  it.each<[Operator, string, boolean]>([
    ['==', A, true],
    ['!=', A, false],
    ['==', 'count:4', false],
    ['!=', 'count:4', true],
  ])('%s {{%s}} tells %s', (operator, right, holds) => {
    expect(operate(operator, h(A), h(right))).toEqual({ kind: 'comparison', holds })
  })

  it.each<[string | number, Operator, string | number, string]>([
    [A, '*', A, '"*": histogram * histogram'],
    [A, '/', A, '"/": histogram / histogram'],
    [1, '+', A, '"+": float + histogram'],
    [A, '+', 1, '"+": histogram + float'],
    [1, '/', A, '"/": float / histogram'],
    [A, '%', 1, '"%": histogram % float'],
    [A, 'atan2', A, '"atan2": histogram atan2 histogram'],
    [A, '>', A, '">": histogram > histogram'],
    [A, '==', 1, '"==": histogram == float'],
    [1, '</', A, '"</": float </ histogram'],
    [A, '>/', A, '">/": histogram >/ histogram'],
    [1, '>/', 2, '">/": float >/ float'],
  ])('%s %s %s comes to nothing', (left, operator, right, text) => {
    expect(operate(operator, read(left), read(right))).toEqual({
      kind: 'refused',
      notes: [{ level: 'info', text: `incompatible sample types encountered for binary operator ${text}` }],
    })
  })

  it('refuses exponential with custom buckets, and colliding resets; tells of reconciled bounds', () => {
    const text = 'incompatible bucket layout encountered for binary operator +'
    expect(operate('+', h(A), h('schema:-53 custom_values:[1]'))).toEqual({
      kind: 'refused',
      notes: [{ level: 'warning', text }],
    })
    const custom = operate('-', h('schema:-53 custom_values:[5 10]'), h('schema:-53 custom_values:[5]'))
    expect(custom).toMatchObject({ notes: [{ text: 'mismatched custom buckets were reconciled during subtraction' }] })
    const resets = operate('+', h('counter_reset_hint:reset'), h('counter_reset_hint:not_reset'))
    expect(resets).toEqual({
      kind: 'refused',
      notes: [{ level: 'warning', text: 'conflicting counter resets during histogram addition' }],
    })
  })
})
