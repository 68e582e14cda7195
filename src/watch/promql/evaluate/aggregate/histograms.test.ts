import { describe, expect, test } from 'vitest'
import { faultsIn } from '../script.fixture.ts'

describe('histograms', () => {
  const MIXED = `
    load 5m
      h{l="a", g="1"} {{schema:0 count:4 sum:5 buckets:[1 2 1]}}
      h{l="b", g="1"} {{schema:0 count:2 sum:1 buckets:[1 1]}}
      h{l="c", g="2"} 3
      h{l="d", g="3"} {{schema:-53 count:1 sum:1 custom_values:[5] buckets:[1]}}
  `

  test('are summed up among themselves', async () => {
    const faults = await faultsIn(`${MIXED}
      eval instant at 0 sum by (g) (h{g=~"1|2"})
        {g="1"} {{schema:0 count:6 sum:6 buckets:[2 3 1]}}
        {g="2"} 3

      eval instant at 0 avg(h{g="1"})
        {} {{schema:0 count:3 sum:3 buckets:[1 1.5 0.5]}}

      eval instant at 0 count(h)
        {} 4

      eval instant at 0 group(h)
        {} 1
    `)
    expect(faults).toEqual([])
  })

  test('have no sum with floats or with another kind of buckets', async () => {
    const faults = await faultsIn(`${MIXED}
      eval instant at 0 sum(h{g=~"1|2"})
        expect warn msg: PromQL warning: encountered a mix of histograms and floats for aggregation (1:5)

      eval instant at 0 sum(h{g=~"1|3"})
        expect warn msg: PromQL warning: vector contains a mix of histograms with exponential and custom buckets schemas for metric name "h" (1:5)
    `)
    expect(faults).toEqual([])
  })

  test.each(['min', 'max', 'stddev', 'stdvar'])('are left out of %s, which is told', async name => {
    const value = name.startsWith('std') ? 0 : 3
    const faults = await faultsIn(`${MIXED}
      eval instant at 0 ${name}(h)
        expect info msg: PromQL info: ignored histogram in ${name} aggregation (1:${name.length + 2})
        {} ${value}
    `)
    expect(faults).toEqual([])
  })

  test('are left out of quantile, topk and bottomk, which is told', async () => {
    const faults = await faultsIn(`${MIXED}
      eval instant at 0 quantile(0.5, h)
        expect info
        {} 3

      eval instant at 0 topk(3, h)
        expect info msg: PromQL info: ignored histogram in topk aggregation (1:1)
        h{l="c", g="2"} 3

      eval instant at 0 bottomk(3, h{g="1"})
        expect info
    `)
    expect(faults).toEqual([])
  })
})
