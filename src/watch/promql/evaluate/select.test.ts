import { expect, test } from 'vitest'
import { faultsIn } from './script.fixture.ts'

test('an instant selector takes the last sample that is less than the lookback old', async () => {
  const faults = await faultsIn(`
    load 1m
      up{job="a"} 1 2 3
      up{job="b"} 10
      down 7

    eval instant at 2m up
      up{job="a"} 3
      up{job="b"} 10

    eval instant at 4m59s up{job="b"}
      up{job="b"} 10

    eval instant at 5m up{job="b"}

    eval instant at 7m up

    eval range from 0 to 8m step 2m up
      up{job="a"} 1 3 3 3
      up{job="b"} 10 10 10
  `)
  expect(faults).toEqual([])
})

test('a stale marker ends a series at once, until its next sample', async () => {
  const faults = await faultsIn(`
    load 1m
      up 1 stale _ 4

    eval instant at 59s up
      up 1

    eval instant at 1m up

    eval instant at 2m59s up

    eval range from 0 to 4m step 1m up
      up 1 _ _ 4 4

    eval instant at 3m up[5m]
      expect range vector from 0 to 3m step 1m
      up 1 _ _ 4

    eval instant at 3m count_over_time(up[4m])
      {} 2

    eval instant at 2m count_over_time(up[1m])
  `)
  expect(faults).toEqual([])
})

test('a value of NaN that is no stale marker is a value', async () => {
  const faults = await faultsIn(`
    load 1m
      gauge NaN 1

    eval instant at 0 gauge
      gauge NaN

    eval instant at 1m count_over_time(gauge[2m])
      {} 2
  `)
  expect(faults).toEqual([])
})

test('offset and @ move what a selector looks at', async () => {
  const faults = await faultsIn(`
    load 10s
      gauge 0+1x60

    eval instant at 300s gauge offset 50s
      gauge 25

    eval instant at 100s gauge offset -50s
      gauge 15

    eval instant at 0s gauge @ 200
      gauge 20

    eval instant at 0s gauge @ 200 offset 50s
      gauge 15

    eval instant at 0s gauge offset 50s @ 200
      gauge 15

    eval instant at 0s sum_over_time(gauge[30s] @ 100)
      {} 27

    eval range from 100s to 200s step 50s gauge @ start()
      gauge 10 10 10

    eval range from 100s to 200s step 50s gauge @ end() - gauge
      {} 10 5 0

    # The last step is before the end.
    eval range from 100s to 190s step 50s gauge @ end()
      gauge 19 19

    eval range from 100s to 200s step 50s sum_over_time(gauge[20s] @ end() offset 100s)
      {} 19 19 19

    eval range from 100s to 200s step 50s predict_linear(gauge[50s] @ 100, 0)
      {} 10 15 20

    eval range from 100s to 200s step 50s timestamp(gauge @ 50)
      {} 50 50 50
  `)
  expect(faults).toEqual([])
})

test('timestamp knows the time of a selected sample, and of nothing else', async () => {
  const faults = await faultsIn(`
    load 10s
      gauge 1 2 3

    eval instant at 25s timestamp(gauge)
      {} 20

    eval instant at 25s timestamp((gauge))
      {} 20

    eval instant at 25s timestamp(-gauge)
      {} 25

    eval instant at 25s timestamp(gauge offset 10s)
      {} 10
  `)
  expect(faults).toEqual([])
})

test('a range leaves out the sample on its start', async () => {
  const faults = await faultsIn(`
    load 10s
      gauge 1 2 3 4

    eval instant at 30s count_over_time(gauge[30s])
      {} 3

    eval instant at 30s gauge[30s]
      expect range vector from 10s to 30s step 10s
      gauge 2 3 4

    eval instant at 9s sum_over_time(gauge[10s])
      {} 1
  `)
  expect(faults).toEqual([])
})

test('smoothed and anchored selectors look around their range', async () => {
  const faults = await faultsIn(`
    load 1m
      gauge 0 10 20 30

    eval instant at 90s gauge smoothed
      gauge 15

    eval instant at 2m gauge smoothed
      gauge 20

    eval instant at 4m gauge smoothed
      gauge 30

    eval range from 30s to 150s step 1m gauge smoothed
      gauge 5 15 25

    eval instant at 90s delta(gauge[1m] smoothed)
      {} 10

    eval instant at 2m delta(gauge[1m] anchored)
      {} 10

    eval instant at 2m sum_over_time(gauge[1m] anchored)
      expect fail msg: anchored modifier can only be used with: changes, delta, increase, rate, resets - not with sum_over_time

    eval instant at 2m changes(gauge[1m] smoothed)
      expect fail msg: smoothed modifier can only be used with: delta, increase, rate - not with changes
  `)
  expect(faults).toEqual([])
})

test('matchers select by equality, by regular expression and by absence', async () => {
  const faults = await faultsIn(`
    load 1m
      up{job="a", zone="x"} 1
      up{job="b"} 2
      other{job="ab"} 3

    eval instant at 0 {job="a"}
      up{job="a", zone="x"} 1

    eval instant at 0 {job=~"a.*"}
      up{job="a", zone="x"} 1
      other{job="ab"} 3

    eval instant at 0 up{zone=""}
      up{job="b"} 2

    eval instant at 0 {job!="a", job!~"b", job!=""}
      other{job="ab"} 3

    eval instant at 0 {__name__=~"up|other", zone!=""}
      up{job="a", zone="x"} 1

    eval instant at 0 up{job="c"}

    eval instant at 0 up{job=~"a|b", zone=~".+"}
      up{job="a", zone="x"} 1
  `)
  expect(faults).toEqual([])
})
