import { expect, test } from 'vitest'
import { faultsIn } from '../script.fixture.ts'

test('histograms are added, scaled and compared with histograms, and refused with floats', async () => {
  const faults = await faultsIn(`
    load 5m
      h{l="a"} {{schema:0 count:4 sum:5 buckets:[1 2 1]}}
      g{l="a"} {{schema:0 count:2 sum:1 buckets:[1 1]}}
      f{l="a"} 2

    eval instant at 0 h + g
      {l="a"} {{schema:0 count:6 sum:6 buckets:[2 3 1]}}

    eval instant at 0 h - g
      {l="a"} {{schema:0 count:2 sum:4 counter_reset_hint:gauge buckets:[0 1 1]}}

    eval instant at 0 h * f
      {l="a"} {{schema:0 count:8 sum:10 buckets:[2 4 2]}}

    eval instant at 0 f * h
      {l="a"} {{schema:0 count:8 sum:10 buckets:[2 4 2]}}

    eval instant at 0 h / 2
      {l="a"} {{schema:0 count:2 sum:2.5 buckets:[0.5 1 0.5]}}

    eval instant at 0 h == h
      h{l="a"} {{schema:0 count:4 sum:5 buckets:[1 2 1]}}

    eval instant at 0 h != bool g
      {l="a"} 1

    eval instant at 0 -h
      {l="a"} {{schema:0 count:-4 sum:-5 counter_reset_hint:gauge buckets:[-1 -2 -1]}}

    eval instant at 0 h + f
      expect info msg: PromQL info: incompatible sample types encountered for binary operator "+": histogram + float (1:1)

    eval instant at 0 h > bool 1
      expect info

    eval instant at 0 2 / h
      expect info

    eval instant at 0 f </ 2
      expect info msg: PromQL info: incompatible sample types encountered for binary operator "</": float </ float (1:1)

    eval instant at 0 histogram_count(h </ 2)
      {l="a"} 3
  `)
  expect(faults).toEqual([])
})
