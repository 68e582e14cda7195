import { expect, test } from 'vitest'
import { faultsIn } from './script.fixture.ts'

test('a subquery is evaluated at the multiples of its step since 1970, without the one on its start', async () => {
  const faults = await faultsIn(`
    load 10s
      gauge 0+1x100

    eval instant at 100s count_over_time(gauge[60s:20s])
      {} 3

    eval instant at 105s sum_over_time(gauge[60s:20s])
      {} 24

    eval instant at 105s gauge[60s:20s]
      expect range vector from 60s to 100s step 20s
      gauge 6 8 10

    eval range from 100s to 130s step 10s sum_over_time(gauge[40s:20s])
      {} 18 18 22 22
  `)
  expect(faults).toEqual([])
})

test('a subquery without a step takes one a minute', async () => {
  const faults = await faultsIn(`
    load 10s
      gauge 0+1x100

    eval instant at 300s count_over_time(gauge[4m:])
      {} 4
  `)
  expect(faults).toEqual([])
  const engine = await faultsIn(
    `
    load 10s
      gauge 0+1x100

    eval instant at 300s count_over_time(gauge[4m:])
      {} 8
  `,
    { subqueryStepMs: 30_000 },
  )
  expect(engine).toEqual([])
})

test('offset and @ of a subquery move its whole range', async () => {
  const faults = await faultsIn(`
    load 10s
      gauge 0+1x100

    eval instant at 200s sum_over_time(gauge[30s:10s] offset 100s)
      {} 27

    eval instant at 0s sum_over_time(gauge[30s:10s] @ 100)
      {} 27

    eval instant at 0s sum_over_time(gauge[30s:10s] @ 100 offset 10s)
      {} 24

    # The selector's own @ wins inside.
    eval instant at 200s sum_over_time((gauge @ 50)[30s:10s])
      {} 15

    eval range from 100s to 140s step 20s sum_over_time(gauge[30s:10s] @ 100)
      {} 27 27 27
  `)
  expect(faults).toEqual([])
})

test('subqueries stand in subqueries and around anything', async () => {
  const faults = await faultsIn(`
    load 10s
      requests_total{job="a"} 0+10x100
      requests_total{job="b"} 0+20x100

    eval instant at 600s max_over_time(sum(rate(requests_total[1m]))[2m:30s])
      {} 3

    eval instant at 600s sum_over_time(count_over_time(requests_total{job="a"}[20s:10s])[60s:20s])
      {job="a"} 6

    eval instant at 600s rate(requests_total{job="a"}[2m:10s])
      {job="a"} 1

    eval instant at 600s count_over_time((requests_total > 100000)[2m:30s])
  `)
  expect(faults).toEqual([])
})
