import { expect, it } from 'vitest'
import { over, type Sample, samplesEvery } from './evaluation.fixture.ts'

const FIRST = '{{sum:1 count:1}}'
const SECOND = '{{sum:4 count:4}}'

it.each<[string, readonly Sample[], number | string | undefined]>([
  ['irate', [0, 10, 20], 10 / 300],
  ['irate', [0, 10, 5], 5 / 300],
  ['irate', [1, NaN], NaN],
  ['irate', [NaN, 5], NaN],
  ['irate', [NaN, 5, 11], 0.02],
  ['irate', [7], undefined],
  ['irate', [0, 0, FIRST, SECOND], '{{count:0.01 sum:0.01 counter_reset_hint:gauge}}'],
  ['irate', [SECOND, FIRST], `{{count:${1 / 300} sum:${1 / 300} counter_reset_hint:gauge}}`],
  ['idelta', [0, 50, 100, 150], 50],
  ['idelta', [0, 50, 100, 50], -50],
  ['idelta', [NaN, 5], NaN],
  ['idelta', [FIRST, SECOND], '{{count:3 sum:3 counter_reset_hint:gauge}}'],
])('%s of %j is %j', (name, samples, expected) => {
  const { value } = over(`${name}(x[1h])`, samplesEvery(300, samples), 3000)
  expect(value).toBe(expected)
})

it.each(['irate', 'idelta'])('%s warns of a float and a histogram as the last two', name => {
  const answer = over(`${name}(x[1h])`, samplesEvery(60, [1, 2, FIRST]), 3000)
  expect(answer.value).toBeUndefined()
  expect(answer.warnings[0]).toContain('encountered a mix of histograms and floats for metric name "x"')
  expect(over(`${name}(x[1h])`, samplesEvery(60, [FIRST, 1, 2]), 3000).warnings).toEqual([])
})

it('warns of a gauge under irate and of a counter under idelta', () => {
  const gauge = '{{count:2 sum:2 counter_reset_hint:gauge}}'
  const ofIrate = over('irate(x[1h])', samplesEvery(60, [FIRST, gauge]), 3000)
  expect(ofIrate.warnings).toEqual(['PromQL warning: this native histogram metric is not a counter: "x" (1:7)'])
  const ofIdelta = over('idelta(x[1h])', samplesEvery(60, [FIRST, gauge]), 3000)
  expect(ofIdelta.warnings).toEqual(['PromQL warning: this native histogram metric is not a gauge: "x" (1:8)'])
})
