import { describe, expect, it } from 'vitest'
import type { Point } from '../../hub/contract.ts'
import { toRfc3339 } from '../../live/clock.ts'
import { ceilingOf, errorLines, evidenceLines, labelFits, latencyLines, latest, shareChanges } from './points.ts'

const BEGAN_MS = 1_795_231_320_000

function point(second: number, changed: Partial<Point> = {}): Point {
  return {
    at: toRfc3339(BEGAN_MS + second * 1_000),
    seconds: 1,
    candidate: { requests: 10, bad: 1 },
    stable: { requests: 90, bad: 0 },
    candidateP99: 180,
    stableP99: 170,
    towardRollBack: 0.25,
    towardPromotion: 0.1,
    weight: 10,
    ...changed,
  }
}

const seconds = (count: number, changed: (i: number) => Partial<Point> = () => ({})): Point[] =>
  Array.from({ length: count }, (_, i) => point(i, changed(i)))

describe('the lines of a chart', () => {
  it('are the share of bad requests over the last 15 seconds, of both versions', () => {
    const { series } = errorLines(seconds(20, i => ({ candidate: { requests: 10, bad: i < 5 ? 10 : 0 } })))
    expect(series[0]?.slice(0, 5)).toEqual([100, 100, 100, 100, 100])
    expect(series[0]?.[14]).toBeCloseTo(100 / 3)
    expect(series[0]?.at(-1)).toBe(0)
    expect(series[1]?.at(-1)).toBe(0)
  })

  it('count a thinned point whole, however long its span is', () => {
    const { series } = errorLines([point(0), point(60, { seconds: 60, candidate: { requests: 600, bad: 60 } })])
    expect(latest(series[0])).toBe(10)
  })

  it('say nothing where nothing was answered', () => {
    const silent = { candidate: { requests: 0, bad: 0 }, candidateP99: null }
    expect(errorLines(seconds(3, () => silent)).series[0]).toEqual([null, null, null])
    expect(latencyLines(seconds(2, () => silent)).series).toEqual([
      [null, null],
      [170, 170],
    ])
  })

  it('break where no point came for a while', () => {
    const { seconds: xs, series } = latencyLines([point(0), point(1), point(30)])
    expect(xs.map(x => x - BEGAN_MS / 1_000)).toEqual([0, 1, 2, 30])
    expect(series[0]).toEqual([180, 180, null, 180])
  })

  it('go up to promotion and down to taking back, and never beyond', () => {
    const { series } = evidenceLines([point(0), point(1, { towardRollBack: 1.7, towardPromotion: -3 })])
    expect(series).toEqual([
      [10, 0],
      [-25, -100],
    ])
  })

  it('have an axis with air above them, and one that does not make mountains of noise', () => {
    const { series } = { series: [[1, null, 4]] }
    expect(ceilingOf({ seconds: [], series }, 2)).toBeCloseTo(4.6)
    expect(ceilingOf({ seconds: [], series: [[0.1]] }, 2)).toBe(2)
    expect(ceilingOf({ seconds: [], series: [[null]] }, 2)).toBe(2)
  })

  it('show the moments at which the share of the traffic changed', () => {
    const points = seconds(4, i => ({ weight: i < 2 ? 10 : 50 }))
    expect(shareChanges(points)).toEqual([{ second: BEGAN_MS / 1_000 + 2, weight: 50 }])
    expect(shareChanges([])).toEqual([])
    expect(latest([])).toBeNull()
  })

  it('leave out a time that the right edge would cut off', () => {
    const span = { from: 100, to: 200, widthPx: 500 }
    expect([100, 150, 194, 195, 200].map(second => labelFits(second, span))).toEqual([true, true, true, false, false])
  })
})
