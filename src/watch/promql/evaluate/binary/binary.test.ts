import { describe, expect, test } from 'vitest'
import { faultsIn } from '../script.fixture.ts'

test('numbers are calculated with IEEE 754, and compared to 0 or 1', async () => {
  const faults = await faultsIn(
    [
      ['1 + 2 * 3', 7],
      ['2 ^ 3 ^ 2', 512],
      ['-2 ^ 2', -4],
      ['-7 % 3', -1],
      ['7 % -3', 1],
      ['1 / 0', 'Inf'],
      ['0 / 0', 'NaN'],
      ['1 ^ NaN', 1],
      ['NaN ^ 0', 1],
      ['-1 ^ Inf', -1],
      ['(-1) ^ Inf', 1],
      ['1 atan2 1', 0.7853981633974483],
      ['1 > bool 2', 0],
      ['1 <= bool 1', 1],
      ['NaN == bool NaN', 0],
      ['NaN != bool NaN', 1],
    ]
      .map(([expr, value]) => `eval instant at 0 ${expr}\n  ${value}\n`)
      .join('\n'),
  )
  expect(faults).toEqual([])
})

const SHOP = `
  load 5m
    requests{job="api", instance="0"} 10 20
    requests{job="api", instance="1"} 30 40
    requests{job="web", instance="0"} 50 60
    limits{job="api"} 15 15
    limits{job="db"} 5 5
    build{job="api", version="1"} 1 1
    build{job="web", version="2"} 1 1
`

describe('a vector and a number', () => {
  test('arithmetic takes every element and the name', async () => {
    const faults = await faultsIn(`${SHOP}
      eval instant at 0 requests * 2
        {job="api", instance="0"} 20
        {job="api", instance="1"} 60
        {job="web", instance="0"} 100

      eval range from 0 to 5m step 5m 100 - requests{instance="1"}
        {job="api", instance="1"} 70 60

      eval range from 0 to 5m step 5m requests{instance="1"} + time()
        {job="api", instance="1"} 30 340
    `)
    expect(faults).toEqual([])
  })

  test('a comparison lets elements through as they are, on whichever side they stand', async () => {
    const faults = await faultsIn(`${SHOP}
      eval instant at 0 requests > 20
        requests{job="api", instance="1"} 30
        requests{job="web", instance="0"} 50

      eval instant at 0 20 < requests
        requests{job="api", instance="1"} 30
        requests{job="web", instance="0"} 50

      eval instant at 0 20 > bool requests
        {job="api", instance="0"} 1
        {job="api", instance="1"} 0
        {job="web", instance="0"} 0

      eval range from 0 to 5m step 5m requests > 45
        requests{job="web", instance="0"} 50 60

      eval range from 0 to 5m step 5m requests > 35
        requests{job="api", instance="1"} _ 40
        requests{job="web", instance="0"} 50 60
    `)
    expect(faults).toEqual([])
  })
})

describe('two vectors', () => {
  test('match by all labels but the name, by some of them, or by all but some', async () => {
    const faults = await faultsIn(`${SHOP}
      eval instant at 0 requests / requests
        {job="api", instance="0"} 1
        {job="api", instance="1"} 1
        {job="web", instance="0"} 1

      eval instant at 0 requests + limits

      eval instant at 0 requests{instance="0"} - on(job) limits
        {job="api"} -5

      eval instant at 0 requests{instance="0"} - ignoring(instance) limits
        {job="api"} -5

      eval instant at 0 requests{instance="0"} < on(job) limits
        {job="api"} 10

      eval instant at 0 requests{instance="0"} < ignoring(instance) limits
        requests{job="api"} 10

      eval instant at 0 requests{instance="0"} > bool on(job) limits
        {job="api"} 0

      eval range from 0 to 5m step 5m sum(requests) / on() sum(limits)
        {} 4.5 6
    `)
    expect(faults).toEqual([])
  })

  test('group_left and group_right let many share one, and take its labels over', async () => {
    const faults = await faultsIn(`${SHOP}
      eval instant at 0 requests / on(job) group_left limits
        {job="api", instance="0"} 0.6666666667
        {job="api", instance="1"} 2

      eval instant at 0 limits - on(job) group_right requests
        {job="api", instance="0"} 5
        {job="api", instance="1"} -15

      eval instant at 0 requests * on(job) group_left(version) build
        {job="api", instance="0", version="1"} 10
        {job="api", instance="1", version="1"} 30
        {job="web", instance="0", version="2"} 50

      eval instant at 0 build * on(job) group_right(version) requests
        {job="api", instance="0", version="1"} 10
        {job="api", instance="1", version="1"} 30
        {job="web", instance="0", version="2"} 50

      eval instant at 0 limits < on(job) group_right requests
        requests{job="api", instance="1"} 15

      eval instant at 0 requests > on(job) group_left(version) build
        requests{job="api", instance="0", version="1"} 10
        requests{job="api", instance="1", version="1"} 30
        requests{job="web", instance="0", version="2"} 50

      # A label that the one side lacks is taken away.
      eval instant at 0 requests{job="web"} * on(job) group_left(instance) build
        {job="web"} 50
    `)
    expect(faults).toEqual([])
  })

  test('what is ambiguous is refused, with the series that are', async () => {
    const faults = await faultsIn(`${SHOP}
      eval instant at 0 limits * on(job) requests
        expect fail msg: found duplicate series for the match group {job="api"} on the right hand-side of the operation: [{__name__="requests", instance="1", job="api"}, {__name__="requests", instance="0", job="api"}];many-to-many matching not allowed: matching labels must be unique on one side

      eval instant at 0 requests * on(job) group_right limits
        expect fail msg: found duplicate series for the match group {job="api"} on the left hand-side of the operation: [{__name__="requests", instance="1", job="api"}, {__name__="requests", instance="0", job="api"}];many-to-many matching not allowed: matching labels must be unique on one side

      eval instant at 0 requests * on(job) limits
        expect fail msg: multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)

      eval instant at 0 requests * on(job) group_left(instance) limits
        expect fail msg: multiple matches for labels: grouping labels must ensure unique matches

      eval instant at 0 nothing * on(job) requests
    `)
    expect(faults).toEqual([])
  })

  test('series of one group may take turns: only what is there at one step gets in the way', async () => {
    const faults = await faultsIn(`
      load 5m
        many{job="a"} 1 2 3 4
        one{job="a", side="left"} 10 10
        one{job="a", side="right"} _ stale 20 20

      eval range from 0 to 15m step 5m many * on(job) one{side="left"}
        {job="a"} 10 20

      eval range from 10m to 15m step 5m many * on(job) one
        {job="a"} 60 80

      eval range from 0 to 15m step 5m many * on(job) one
        {job="a"} 10 20 60 80

      eval range from 0 to 15m step 5m many * on(job) group_left(side) one
        {job="a", side="left"} 10 20
        {job="a", side="right"} _ _ 60 80

      eval range from 0 to 15m step 5m one + on(job) many
        {job="a"} 11 12 23 24
    `)
    expect(faults).toEqual([])
  })

  test('fill stands in for a side that is missing', async () => {
    const faults = await faultsIn(`
      load 5m
        left{l="a"} 1 _ 3
        left{l="b"} 10 20 30
        right{l="a"} _ 200 300
        right{l="c"} 4 5 6
        many{l="a", i="0"} 1
        many{l="d", i="0"} 2

      eval instant at 0 left + fill(0) right
        {l="a"} 1
        {l="b"} 10
        {l="c"} 4

      eval range from 10m to 10m step 5m left + fill_left(7) right
        {l="a"} 303
        {l="c"} 13

      eval range from 0 to 10m step 5m left{l="b"} - fill_right(1) right{l="b"}
        {l="b"} 9 19 29

      eval instant at 0 many * on(l) group_left fill(3) right{l="c"}
        {l="a", i="0"} 3
        {l="d", i="0"} 6
        {l="c"} 12

      eval instant at 0 left > bool fill(5) right
        {l="a"} 0
        {l="b"} 1
        {l="c"} 1
    `)
    expect(faults).toEqual([])
  })
})

test('set operators look at label sets alone', async () => {
  const faults = await faultsIn(`${SHOP}
    eval instant at 0 requests and on(job) limits
      requests{job="api", instance="0"} 10
      requests{job="api", instance="1"} 30

    eval instant at 0 requests unless on(job) limits
      requests{job="web", instance="0"} 50

    eval instant at 0 limits or on(job) requests
      limits{job="api"} 15
      limits{job="db"} 5
      requests{job="web", instance="0"} 50

    eval instant at 0 requests and nothing

    eval instant at 0 requests unless nothing
      requests{job="api", instance="0"} 10
      requests{job="api", instance="1"} 30
      requests{job="web", instance="0"} 50

    eval instant at 0 nothing or vector(1)
      {} 1

    # Partners may be there at some steps alone.
    eval range from 0 to 5m step 5m requests and on(job, instance) (requests > 35)
      requests{job="api", instance="1"} _ 40
      requests{job="web", instance="0"} 50 60

    eval range from 0 to 5m step 5m requests > 35 or requests{instance="1"} < 35
      requests{job="api", instance="1"} 30 40
      requests{job="web", instance="0"} 50 60

    eval range from 0 to 5m step 5m requests{instance="1"} unless (requests > 35)
      requests{job="api", instance="1"} 30
  `)
  expect(faults).toEqual([])
})
