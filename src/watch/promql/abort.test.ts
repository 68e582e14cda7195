import { expect, test } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import { Labels } from '../../kernel/labels.ts'
import { Engine, type Result } from './engine.ts'
import { parseHistogram } from './histogram/index.ts'
import { MemorySeries } from './series/memory-series.ts'

const SERIES = 1000
const END_MS = 6_000_000

/** Not in the order of their labels, so that they must be sorted. */
const large = new MemorySeries()
for (let s = 0; s < SERIES; s++) {
  const number = String((s * 7) % SERIES).padStart(4, '0')
  const m = Labels.of({ __name__: 'm', instance: number, job: `job-${s % 10}` })
  const h = Labels.of({ __name__: 'h', instance: number })
  const bucket = Labels.of({
    __name__: 'b',
    instance: number.slice(0, 3),
    le: number.slice(3) === '9' ? '+Inf' : number,
  })
  for (let timeMs = 0; timeMs <= END_MS; timeMs += 600_000) {
    large.append(m, timeMs, s)
    large.append(bucket, timeMs, Number(number))
    if (s < 100) large.appendHistogram(h, timeMs, parseHistogram('{{count:3 sum:4 buckets:[1 2]}}'))
  }
  large.append({ __name__: 'target_info', instance: number, version: `v${s}` }, 0, 1)
}

/**
 * Asks and counts the pieces: between two of them the engine looks at the clock. At one of them so long has passed that
 * the event loop gets its turn, in which the caller leaves.
 */
async function ask(query: string, abortAtPiece = Infinity): Promise<{ pieces: number; outcome: Result | Error }> {
  let pieces = 0
  let elapsedMs = 0
  const controller = new AbortController()
  const clock = {
    ...systemClock,
    elapsed() {
      if (++pieces === abortAtPiece) {
        elapsedMs = 10
        setImmediate(() => controller.abort(new Error('left')))
      }
      return elapsedMs
    },
  }
  const limits = { timeoutMs: Infinity, lookbackMs: 2 * END_MS, experimental: true }
  const engine = new Engine({ ...limits, clock })
  const { signal } = controller
  const asked = query.startsWith('@end ')
    ? engine.instant(large, query.slice(5), END_MS, { signal })
    : engine.range(large, query, 0, END_MS, 100_000, { signal })
  const outcome = await asked.catch((error: unknown) => error as Error)
  return { pieces, outcome }
}

/** What is asked of the function alone stands beside its argument, whose own pieces don't count. */
test.each([
  ['sort_by_label(m, "job")', 'm'],
  ['sort_desc(m)', 'm'],
  ['@end sort_desc(m)', '@end m'],
  ['label_replace(m, "x", "$1", "job", "(.*)")', 'm'],
  ['label_join(m, "x", "-", "job", "instance")', 'm'],
  ['histogram_quantile(0.9, b)', 'b'],
  ['histogram_quantiles(b, "q", 0.5, 0.9)', 'b'],
  ['histogram_fraction(0, 7, h)', 'h'],
  ['histogram_avg(h)', 'h'],
  ['scalar(m)', 'vector(1)'],
  ['absent(m)', 'vector(1)'],
  ['absent_over_time(m[20m])', 'vector(1)'],
  ['timestamp(m + 0)', 'm + 0'],
  ['hour(m)', 'm'],
  ['abs(m)', 'm'],
  ['-m', 'm'],
  ['m * 2', 'm'],
  ['h * 2', 'h'],
  ['h </ 2', 'h'],
  ['info(m)', 'm'],
  ['rate(m[20m])', 'm'],
  ['quantile_over_time(0.9, m[20m])', 'm'],
  ['max_over_time(m[20m:1m])', 'm'],
  ['sum without (job) (m)', 'm'],
  ['sum by (instance) (h)', 'h'],
  ['stddev by (instance) (m)', 'm'],
  ['quantile by (job) (0.9, m)', 'm'],
  ['topk by (job) (3, m)', 'm'],
  ['count_values("v", m)', 'm'],
  ['limitk(500, m)', 'm'],
  ['limit_ratio(0.5, m)', 'm'],
  ['m + on (instance) m', 'm'],
  ['m unless on (instance) (m > 500)', 'm > 500'],
  ['m or h', 'h'],
  ['m @ 600', 'vector(1)'],
  ['@end m[20m]', '@end vector(1)'],
  ['@end {job=~"job-.*", instance!~"1.*"}', '@end vector(1)'],
])('%s is heard to be aborted in the midst of its own work', async (query, argument) => {
  const [whole, part] = [await ask(query), await ask(argument)]
  expect(whole.outcome).toHaveProperty('type')
  expect(whole.pieces).toBeGreaterThanOrEqual(part.pieces + 2)
  for (const share of [0.4, 0.75]) {
    const at = Math.floor(whole.pieces * share)
    const { pieces, outcome } = await ask(query, at)
    expect(outcome).toMatchObject({ kind: 'canceled', cause: { message: 'left' } })
    expect(pieces - at).toBeLessThanOrEqual(4)
    expect(pieces).toBeLessThan(whole.pieces)
  }
})
