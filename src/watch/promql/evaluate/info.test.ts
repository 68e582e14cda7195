import { describe, expect, test } from 'vitest'
import { Engine } from '../engine.ts'
import { MemorySeries } from '../series/memory-series.ts'

/** The version changed after minute 2; now is minute 10. */
const series = new MemorySeries()
const target = { instance: 'a', job: '1' }
for (let minute = 0; minute <= 10; minute++) {
  for (const __name__ of ['m', 'n']) series.append({ __name__, ...target }, minute * 60_000, minute)
  const version = minute <= 2 ? 'old' : 'new'
  series.append({ __name__: 'target_info', ...target, version }, minute * 60_000, 1)
}
const engine = new Engine({ experimental: true, lookbackMs: 60_000 })

async function versions(argument: string): Promise<string[]> {
  const answer = await engine.instant(series, `info(${argument})`, 600_000)
  if (answer.type !== 'vector') throw new Error(answer.type)
  return answer.value.map(({ labels }) => labels.get('version'))
}

describe('info series are looked at', () => {
  test.each([
    ['m', 'new'],
    ['m @ 60', 'old'],
    ['m offset 9m', 'old'],
    ['m @ end() offset 9m', 'old'],
    ['max_over_time(m[2m] @ 120)', 'old'],
    ['max_over_time((m offset 1m)[2m:1m] offset 8m)', 'old'],
    ['max_over_time((m @ 60)[2m:1m] offset 1m)', 'old'],
    ['sum by (instance, job) (m @ 60)', 'old'],
    ['m @ 120 offset 1m + n @ 60', 'old'],
    ['info(m @ 60, {__name__="other_info"})', 'old'],
    ['m @ 60 * scalar(n)', 'old'],
  ])('when all series of %s are', async (argument, version) => {
    expect(await versions(argument)).toEqual([version])
  })

  test.each([
    ['two times', 'm @ 60 + n @ 120'],
    ['the time of the series and that of the step', 'm offset 9m + n'],
    ['no time of its own', 'm @ 60 * on () group_left () vector(1)'],
    ['a number only', 'scalar(m @ 60) * n'],
  ])('at the time of the step where an argument has %s', async (_, argument) => {
    expect(await versions(argument)).toEqual(['new'])
  })

  test('anew at each step, though the series stand still', async () => {
    const query = 'info(m @ 60 * on () group_left () vector(1))'
    const answer = await engine.range(series, query, 60_000, 240_000, 60_000)
    expect(
      answer.type === 'matrix' && answer.value.map(each => [each.labels.get('version'), each.samples.timesMs]),
    ).toEqual([
      ['new', Float64Array.of(180_000, 240_000)],
      ['old', Float64Array.of(60_000, 120_000)],
    ])
  })
})
