import { describe, expect, test } from 'vitest'
import { faultsIn } from '../script.fixture.ts'

const SHOP = `
  load 5m
    requests{job="api", instance="0", zone="x"} 10 20
    requests{job="api", instance="1", zone="y"} 30 _
    requests{job="web", instance="0", zone="x"} 50 60
`

test('each aggregation makes one series a group', async () => {
  const expected: [string, string, string][] = [
    ['sum', '90', '40 50'],
    ['avg', '30', '20 50'],
    ['min', '10', '10 50'],
    ['max', '50', '30 50'],
    ['count', '3', '2 1'],
    ['group', '1', '1 1'],
    ['stdvar', '266.6666666667', '100 0'],
    ['stddev', '16.3299316186', '10 0'],
  ]
  const script = expected.map(([name, all, byJob]) => {
    const [api, web] = byJob.split(' ')
    return `
      eval instant at 0 ${name}(requests)
        {} ${all}

      eval instant at 0 ${name} by (job) (requests)
        {job="api"} ${api}
        {job="web"} ${web}

      eval instant at 0 ${name} without (instance, zone) (requests)
        {job="api"} ${api}
        {job="web"} ${web}

      eval instant at 0 ${name}(nothing)
    `
  })
  expect(await faultsIn(SHOP + script.join(''))).toEqual([])
})

test('groups are told by the labels that are there, and the name is one where it is asked for', async () => {
  const faults = await faultsIn(`
    load 5m
      a{x="1"} 1
      a{x="1", y=""} _ 1
      b{x="1", y="2"} 10
      b 100

    eval instant at 0 sum by (y) ({__name__=~"a|b"})
      {} 101
      {y="2"} 10

    eval instant at 0 sum by (__name__) ({__name__=~"a|b"})
      a 1
      b 110

    eval instant at 0 sum without (y) ({__name__=~"a|b"})
      {x="1"} 11
      {} 100

    eval instant at 0 sum by (nothing) (b)
      {} 110
  `)
  expect(faults).toEqual([])
})

test('a group is there at the steps at which one of its series is', async () => {
  const faults = await faultsIn(`
    load 1m
      up{job="a"} 1 stale _ 1
      up{job="b"} _ 1

    eval range from 0 to 3m step 1m sum by (job) (up)
      {job="a"} 1 _ _ 1
      {job="b"} _ 1 1 1

    eval range from 0 to 3m step 1m count(up)
      {} 1 1 1 2
  `)
  expect(faults).toEqual([])
})

test('min and max take NaN only where there is nothing else; a variance does not survive infinity', async () => {
  const faults = await faultsIn(`
    load 5m
      v{l="a"} NaN
      v{l="b"} 3
      v{l="c"} 1
      v{l="d", g="1"} Inf
      n{l="a"} NaN
      n{l="b"} NaN

    eval instant at 0 min(v)
      {} 1

    eval instant at 0 max(v{l!="d"})
      {} 3

    eval instant at 0 max(n)
      {} NaN

    eval instant at 0 stddev by (g) (v{g="1"})
      {g="1"} NaN

    eval instant at 0 sum(v{l!="a"})
      {} Inf
  `)
  expect(faults).toEqual([])
})

test('sums lose nothing by rounding, and means nothing by overflowing', async () => {
  const faults = await faultsIn(`
    load 5m
      big{l="a"} 1e100
      big{l="b"} 1
      big{l="c"} -1e100
      huge{l="a"} 1.5e308
      huge{l="b"} 1.5e308
      huge{l="c"} 1.5e308
      infinite{l="a"} Inf
      infinite{l="b"} 1

    eval instant at 0 sum(big)
      {} 1

    eval instant at 0 avg(big)
      {} 0.3333333333

    eval instant at 0 avg(huge)
      {} 1.5e308

    eval instant at 0 sum(huge)
      {} Inf

    eval instant at 0 avg(infinite)
      {} Inf
  `)
  expect(faults).toEqual([])
})

describe('quantile', () => {
  test('lies between the two nearest samples', async () => {
    const faults = await faultsIn(`${SHOP}
      eval instant at 0 quantile(0.25, requests)
        {} 20

      eval instant at 0 quantile by (job) (0.9, requests)
        {job="api"} 28
        {job="web"} 50

      eval range from 0 to 5m step 5m quantile(time() / 300, requests)
        {} 10 60
    `)
    expect(faults).toEqual([])
  })

  test('warns of a φ outside 0 to 1', async () => {
    const faults = await faultsIn(`${SHOP}
      eval instant at 0 quantile(-1, requests)
        expect warn msg: PromQL warning: quantile value should be between 0 and 1, got -1 (1:10)
        {} -Inf

      eval instant at 0 quantile(2, requests)
        expect warn
        {} Inf

      eval instant at 0 quantile(NaN, requests)
        expect warn msg: PromQL warning: quantile value should be between 0 and 1, got NaN (1:10)
        {} NaN
    `)
    expect(faults).toEqual([])
  })
})

test('count_values writes values as Prometheus writes numbers', async () => {
  const faults = await faultsIn(`
    load 5m
      v{l="a", g="1"} 1
      v{l="b", g="1"} 1
      v{l="c", g="2"} 1e21
      v{l="d", g="2"} 1e-9
      v{l="e", g="2"} NaN
      v{l="f", g="2"} {{count:1 sum:2 buckets:[1]}}

    eval instant at 0 count_values("value", v)
      {value="1"} 2
      {value="1000000000000000000000"} 1
      {value="0.000000001"} 1
      {value="NaN"} 1
      {value="{count:1, sum:2, (0.5,1]:1}"} 1

    eval instant at 0 count_values by (g) ("value", v{g="1"})
      {g="1", value="1"} 2

    eval instant at 0 count_values by (g) ("g", v{g="1"})
      {g="1"} 2

    eval instant at 0 count_values without (l) ("g", v{g="1"})
      {g="1"} 2

    eval instant at 0 count_values without (l, value) ("value", v)
      {g="1"} 2
      {g="2"} 4

    eval instant at 0 count_values("", v)
      expect fail msg: invalid label name ""
  `)
  expect(faults).toEqual([])
})
