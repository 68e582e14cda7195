import { describe, expect, test } from 'vitest'
import { faultsIn } from '../script.fixture.ts'

const SHOP = `
  load 5m
    requests{job="api", instance="0", zone="x"} 10 20
    requests{job="api", instance="1", zone="y"} 30 _
    requests{job="web", instance="0", zone="x"} 50 60
`

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
