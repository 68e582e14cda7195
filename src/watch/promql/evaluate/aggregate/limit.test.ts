import { describe, expect, test } from 'vitest'
import { Engine } from '../../engine.ts'
import { MemorySeries } from '../../series/memory-series.ts'
import { xxhash64 } from '../../xxhash64.ts'
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

  test('a ratio may change over more steps than a call takes arguments', async () => {
    const series = new MemorySeries()
    series.append({ __name__: 'v' }, 0, 1)
    const engine = new Engine({ experimental: true, lookbackMs: 1_000_000 })
    const { value, warnings } = await engine.range(series, 'limit_ratio(time() / 100, v)', 0, 200_000, 1)
    expect(value).toMatchObject([{ labels: { name: 'v' } }])
    expect(warnings).toEqual([expect.stringContaining('got 2, capping to 1')])
  })

  test.each([
    ['short', '\u0008__name__\u0001v\u0001l\u0005short'],
    ['é', '\u0008__name__\u0001v\u0001l\u0002é'],
  ])('a ratio takes a series by the hash of its labels after their lengths, l="%s"', async (l, hashed) => {
    expect(await leastRatio({ __name__: 'v', l })).toBeCloseTo(shareOf(new TextEncoder().encode(hashed)), 6)
  })

  test('a length from 255 bytes on is written in four', async () => {
    const bytes = new TextEncoder().encode(`\u0008__name__\u0001v\u0001l????${'x'.repeat(700)}`)
    bytes.set([255, 0xbc, 0x02, 0], bytes.indexOf(63))
    expect(await leastRatio({ __name__: 'v', l: 'x'.repeat(700) })).toBeCloseTo(shareOf(bytes), 6)
  })
})

function shareOf(bytes: Uint8Array): number {
  return Number(xxhash64(bytes)) / 2 ** 64
}

/** From which ratio on a series is picked, by halving. */
async function leastRatio(labels: Record<string, string>): Promise<number> {
  const series = new MemorySeries()
  series.append(labels, 0, 1)
  const engine = new Engine({ experimental: true })
  let [low, high] = [0, 1]
  for (let i = 0; i < 24; i++) {
    const middle = (low + high) / 2
    const { value } = (await engine.instant(series, `limit_ratio(${middle}, v)`, 0)) as { value: readonly unknown[] }
    if (value.length > 0) high = middle
    else low = middle
  }
  return high
}
