import { describe, expect, test } from 'vitest'
import { faultsIn } from '../script.fixture.ts'

describe('limitk and limit_ratio', () => {
  const EIGHT = `
    load 5m
      v{g="1", l="a"} 1
      v{g="1", l="b"} 2
      v{g="2", l="c"} {{count:1 sum:2 buckets:[1]}}
      v{g="2", l="d"} 4
  `

  test('pick so many of each group, histograms among them', async () => {
    const faults = await faultsIn(`${EIGHT}
      eval instant at 0 count(limitk(3, v))
        {} 3

      eval instant at 0 count by (g) (limitk by (g) (1, v))
        {g="1"} 1
        {g="2"} 1

      eval instant at 0 limitk(0, v)

      eval instant at 0 limitk(2, v) unless v
    `)
    expect(faults).toEqual([])
  })

  test('a ratio and its negative counterpart are all, and have nothing in common', async () => {
    const faults = await faultsIn(`${EIGHT}
      eval instant at 0 count(limit_ratio(0.4, v) or limit_ratio(-0.6, v))
        {} 4

      eval instant at 0 limit_ratio(0.4, v) and limit_ratio(-0.6, v)

      eval instant at 0 limit_ratio(0, v)

      eval instant at 0 count(limit_ratio(2, v))
        expect warn msg: PromQL warning: ratio value should be between -1 and 1, got 2, capping to 1 (1:19)
        {} 4

      eval instant at 0 limit_ratio(NaN, v)
        expect fail msg: Ratio value is NaN
    `)
    expect(faults).toEqual([])
  })
})
