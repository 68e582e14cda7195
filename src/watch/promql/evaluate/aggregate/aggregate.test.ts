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

describe('topk and bottomk', () => {
  test('pick the best of each group, best first', async () => {
    const faults = await faultsIn(`${SHOP}
      eval instant at 0 topk(2, requests)
        expect ordered
        requests{job="web", instance="0", zone="x"} 50
        requests{job="api", instance="1", zone="y"} 30

      eval instant at 0 bottomk(2, requests)
        expect ordered
        requests{job="api", instance="0", zone="x"} 10
        requests{job="api", instance="1", zone="y"} 30

      eval instant at 0 topk by (job) (1, requests)
        requests{job="api", instance="1", zone="y"} 30
        requests{job="web", instance="0", zone="x"} 50

      eval instant at 0 topk(100, requests{job="web"})
        requests{job="web", instance="0", zone="x"} 50
    `)
    expect(faults).toEqual([])
  })

  test('choose anew at each step, with that step’s k', async () => {
    const faults = await faultsIn(`
      load 5m
        v{l="a"} 1 3 2
        v{l="b"} 2 2 3
        v{l="c"} 3 1 1

      eval range from 0 to 10m step 5m topk(1, v)
        v{l="a"} _ 3 _
        v{l="b"} _ _ 3
        v{l="c"} 3 _ _

      eval range from 0 to 10m step 5m topk(time() / 300, v)
        v{l="a"} _ 3 2
        v{l="b"} _ _ 3
    `)
    expect(faults).toEqual([])
  })

  test('take NaN last', async () => {
    const faults = await faultsIn(`
      load 5m
        v{l="a"} NaN
        v{l="b"} 2
        v{l="c"} 1

      eval instant at 0 topk(3, v)
        expect ordered
        v{l="b"} 2
        v{l="c"} 1
        v{l="a"} NaN

      eval instant at 0 bottomk(2, v)
        expect ordered
        v{l="c"} 1
        v{l="b"} 2
    `)
    expect(faults).toEqual([])
  })

  test('refuse a k that is no number', async () => {
    const faults = await faultsIn(`${SHOP}
      eval instant at 0 topk(0, requests)

      eval instant at 0 topk(-5, requests)

      eval instant at 0 topk(NaN, requests)
        expect fail msg: Parameter value is NaN

      eval instant at 0 topk(1e30, requests)
        expect fail msg: Scalar value 1e+30 overflows int64

      eval range from 0 to 5m step 5m bottomk(3 - time() * 1e30, requests)
        expect fail msg: Scalar value -3e+32 underflows int64
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
