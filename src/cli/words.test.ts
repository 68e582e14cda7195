import { describe, expect, test } from 'vitest'
import { NOW_MS } from './sample.fixture.ts'
import {
  clockTime,
  counted,
  grouped,
  localTime,
  milliseconds,
  offset,
  percent,
  roughSeconds,
  timeOf,
  weightOf,
  wholePercent,
  wholeTime,
} from './words.ts'

test.each([
  [0, '0'],
  [999, '999'],
  [1_204, '1,204'],
  [12_345_678, '12,345,678'],
])('%i is written %s', (count, text) => {
  expect(grouped(count)).toBe(text)
})

test.each([
  [null, '-'],
  [0, '0 %'],
  [1, '100 %'],
  [0.05, '5.0 %'],
  [0.0012, '0.1 %'],
  [0.0004, '0.04 %'],
])('a share of %s is written %s', (share, text) => {
  expect(percent(share)).toBe(text)
})

test.each([
  [null, '-'],
  [0.52, '0.5 ms'],
  [8, '8 ms'],
  [9.96, '10 ms'],
  [41.3, '41 ms'],
  [1_203.7, '1,204 ms'],
])('%s milliseconds are written %s', (ms, text) => {
  expect(milliseconds(ms)).toBe(text)
})

test.each([
  [0.999, '99 %'],
  [1, '100 %'],
  [0, '0 %'],
])('%d of the way is written %s: what is not reached never looks so', (part, text) => {
  expect(wholePercent(part)).toBe(text)
})

test.each([
  [10, '10 %'],
  [12.5, '12.5 %'],
  [33.333, '33.3 %'],
])('a weight of %d is written %s', (weight, text) => {
  expect(weightOf(weight)).toBe(text)
})

test.each([
  [0, '0s'],
  [999, '0s'],
  [-5_000, '0s'],
  [9_400, '9s'],
  [72_900, '1m 12s'],
  [11_000_000, '3h 3m'],
])('%i ms on a clock are %s', (ms, text) => {
  expect(roughSeconds(ms)).toBe(text)
})

test.each([
  [0, '+0.0s'],
  [2_540, '+2.5s'],
  [72_900, '+1m 12s'],
])('%i ms after the beginning is %s', (ms, text) => {
  expect(offset(ms)).toBe(text)
})

describe('times', () => {
  test.each([
    ['Asia/Shanghai', '2026-11-21 11:22:00 +08:00'],
    ['UTC', '2026-11-21 03:22:00 +00:00'],
    ['America/Los_Angeles', '2026-11-20 19:22:00 -08:00'],
    ['Asia/Kolkata', '2026-11-21 08:52:00 +05:30'],
  ])('in %s the moment is %s', (zone, text) => {
    expect(wholeTime(NOW_MS, { zone })).toBe(text)
    expect(localTime(NOW_MS, { zone, width: 120 })).toBe(text)
    expect(localTime(NOW_MS, { zone, width: 80 })).toBe(text.slice(5, 19))
    expect(clockTime(NOW_MS, zone)).toBe(text.slice(11, 19))
  })

  test('summer time has its own offset', () => {
    expect(wholeTime(timeOf('2026-07-01T00:30:00Z'), { zone: 'Europe/Berlin' })).toBe('2026-07-01 02:30:00 +02:00')
  })

  test('midnight is 00, never 24', () => {
    expect(clockTime(timeOf('2026-11-21T00:00:00Z'), 'UTC')).toBe('00:00:00')
  })
})

test.each([
  [1, '1 request'],
  [0, '0 requests'],
  [1_204, '1,204 requests'],
])('%i of a kind is %s', (count, text) => {
  expect(counted(count, 'request')).toBe(text)
})
