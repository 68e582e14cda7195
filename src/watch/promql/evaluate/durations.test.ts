import { expect, test } from 'vitest'
import type { MatrixSelector } from '../syntax/ast.ts'
import { parse } from '../syntax/parse.ts'
import { millisecondsOf } from './durations.ts'
import { faultsIn } from './script.fixture.ts'

const TIMES = { startMs: 0, endMs: 600_000, stepMs: 15_000 }

function rangeMs(duration: string): number {
  const text = `m[${duration}]`
  const selector = parse(text, { experimental: true }) as MatrixSelector
  return millisecondsOf(selector.range, { ...TIMES, text }, 'positive')
}

test.each([
  ['5m', 300_000],
  ['90', 90_000],
  ['1m * 2 + 5', 125_000],
  ['(1m + 1m) / 4', 30_000],
  ['7 % 4', 3_000],
  ['2 ^ 3', 8_000],
  ['-(-5s)', 5_000],
  ['step()', 15_000],
  ['range() - step()', 585_000],
  ['min_of(step(), 10s)', 10_000],
  ['max_of(step(), 10s) * 2', 30_000],
])('%s is %d ms', (duration, ms) => {
  expect(rangeMs(duration)).toBe(ms)
})

test.each([
  ['step() - 1m', 'duration must be greater than 0'],
  ['1m / (step() - 15s)', 'division by zero'],
  ['1m % (step() - 15s)', 'modulo by zero'],
])('%s is refused', (duration, message) => {
  expect(() => rangeMs(duration)).toThrow(message)
})

test('calculated durations move selectors as written ones do', async () => {
  const faults = await faultsIn(`
    load 10s
      gauge 0+1x60

    eval instant at 300s gauge offset (20s + 30s)
      gauge 25

    eval range from 100s to 140s step 20s count_over_time(gauge[step() * 2])
      {} 4 4 4

    eval instant at 300s count_over_time(gauge[1m:2 * 10s])
      {} 3
  `)
  expect(faults).toEqual([])
})
