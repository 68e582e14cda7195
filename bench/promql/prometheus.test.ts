import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWithPrometheus } from './prometheus.fixture.ts'
import { type Prometheus, startPrometheus } from './prometheus.ts'

const START_MS = 1_700_000_000_000
const at = (timeMs: number) => ({ kind: 'instant', timeMs }) as const

describeWithPrometheus('a Prometheus of our own', () => {
  let prometheus: Prometheus
  beforeAll(async () => {
    prometheus = await startPrometheus()
  })
  afterAll(() => prometheus.stop())

  it('takes samples of any time while it is empty, and answers with them', async () => {
    const values = new Float64Array(new BigUint64Array([0x3ff8_0000_0000_0000n, 0x7ff0_0000_0000_0002n]).buffer)
    const labels = [
      ['__name__', 'm'],
      ['a', 'é"\n'],
    ] as const
    await prometheus.write([{ labels, timesMs: [START_MS, START_MS + 15_000], values }])
    expect(await prometheus.query('m', at(START_MS + 1_000))).toEqual({
      status: 'success',
      data: {
        resultType: 'vector',
        result: [{ metric: { __name__: 'm', a: 'é"\n' }, value: [(START_MS + 1_000) / 1_000, '1.5'] }],
      },
    })
    // The second one is the stale marker.
    expect(await prometheus.query('m', at(START_MS + 16_000))).toMatchObject({ data: { result: [] } })
  })

  it('answers at every step of a range, to the millisecond', async () => {
    const times = { kind: 'range', startMs: 1_217, endMs: 2_217, stepMs: 500 } as const
    expect(await prometheus.query('time()', times)).toEqual({
      status: 'success',
      data: {
        resultType: 'matrix',
        result: [
          {
            metric: {},
            values: [
              [1.217, '1.217'],
              [1.717, '1.717'],
              [2.217, '2.217'],
            ],
          },
        ],
      },
    })
  })

  it('says why it refuses a query', async () => {
    expect(await prometheus.query('rate(m)', at(0))).toMatchObject({ status: 'error', errorType: 'bad_data' })
  })

  it('says why it refuses samples', async () => {
    const tooOld = { labels: [['__name__', 'm']] as const, timesMs: [1], values: Float64Array.of(1) }
    await expect(prometheus.write([tooOld])).rejects.toThrow(/^prometheus refused samples: 400 /)
  })

  it('leaves neither a process nor a folder behind', async () => {
    const another = await startPrometheus()
    const { pid, folder } = another
    expect([existsSync(`/proc/${pid}`), existsSync(folder)]).toEqual([true, true])
    await another.stop()
    expect([existsSync(`/proc/${pid}`), existsSync(folder)]).toEqual([false, false])
  })
})
