import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Strategy, type StrategyInput, stagesOf } from './strategy.ts'

const stages = (strategy: StrategyInput, replicas: number) => stagesOf(Strategy.parse(strategy), replicas)
const told = (strategy: unknown) =>
  Strategy.safeParse(strategy).error?.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`)

describe('a canary', () => {
  it('gives the new version as many instances as its share needs, and one at least', () => {
    const canary: StrategyInput = {
      type: 'canary',
      stages: [
        { weight: '5%', for: '1m' },
        { weight: 50, until: 'verdict' },
      ],
    }
    expect(stages(canary, 4)).toEqual([
      { name: '5 %', candidate: 1, stable: 4, weight: 5, segments: [], ends: 'time', forMs: 60_000 },
      { name: '50 %', candidate: 2, stable: 4, weight: 50, segments: [], ends: 'verdict', forMs: 1_800_000 },
    ])
  })

  it('has stages by default: 10 % for a minute, then half until the verdict', () => {
    expect(stages({ type: 'canary' }, 1).map(stage => [stage.weight, stage.ends])).toEqual([
      [10, 'time'],
      [50, 'verdict'],
    ])
  })

  it('may begin with a segment', () => {
    const [first] = stages({ type: 'canary', stages: [{ segment: { market: 'EU' }, for: '5m' }] }, 3)
    expect(first).toMatchObject({ name: 'segment market EU', candidate: 1, weight: 0, segments: [{ market: 'EU' }] })
  })

  it.each([
    [{ weight: '120%', for: '1m' }, 'stages.0.weight: expected a share from 0% to 100%'],
    [{ weight: 0, for: '1m' }, 'stages.0.weight: a stage of 0% serves nobody: expected more than 0%'],
    [{ for: '1m' }, 'stages.0.weight: expected a weight or a segment'],
    [{ weight: 10, for: '1m', until: 'verdict' }, 'stages.0.until: expected either for or until, not both'],
    [{ weight: 10, for: '1m', within: '2m' }, 'stages.0.within: belongs to until: verdict'],
    [
      { segment: { market: 'EU' }, until: 'verdict' },
      'stages.0.until: users of a segment have nobody beside them to be compared with: end this stage by for',
    ],
    [{ segment: { market: 'EU' } }, 'stages.0.for: expected how long the segment stage lasts'],
  ])('refuses the stage %j', (stage, message) => {
    expect(told({ type: 'canary', stages: [stage] })).toContain(message)
  })
})

describe('a rolling release', () => {
  it('starts a new instance before an old one stops when there is a surge', () => {
    const rolling = { type: 'rolling', maxSurge: 1, maxUnavailable: 0, watch: '2m' } as const
    expect(stages(rolling, 3).map(stage => [stage.candidate, stage.stable, stage.weight, stage.forMs])).toEqual([
      [1, 3, 25, 0],
      [2, 2, 50, 0],
      [3, 1, 75, 0],
      [3, 0, 100, 120_000],
    ])
  })

  it('stops an old one first when there is no surge', () => {
    const rolling = { type: 'rolling', maxSurge: 0, maxUnavailable: 1 } as const
    expect(stages(rolling, 3).map(stage => [stage.candidate, stage.stable])).toEqual([
      [1, 2],
      [2, 1],
      [3, 0],
    ])
  })

  it('never runs more than the surge allows nor serves with fewer than it must, and always ends', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.nat({ max: 45 }),
        fc.nat({ max: 45 }),
        (replicas, surge, missing) => {
          fc.pre(surge + missing > 0)
          const list = stages({ type: 'rolling', maxSurge: surge, maxUnavailable: missing }, replicas)
          const ceiling = replicas + (surge || (Math.min(missing, replicas - 1) === 0 ? 1 : 0))
          let before = { candidate: 0, stable: replicas }
          for (const stage of list) {
            expect(stage.candidate + stage.stable).toBeLessThanOrEqual(ceiling)
            const serving = Math.min(before.candidate, stage.candidate) + Math.min(before.stable, stage.stable)
            expect(serving).toBeGreaterThanOrEqual(Math.max(1, replicas - missing))
            expect(stage.candidate - before.candidate + before.stable - stage.stable).toBeGreaterThan(0)
            before = stage
          }
          expect(before).toMatchObject({ candidate: replicas, stable: 0, weight: 100 })
        },
      ),
    )
  })

  it('reads shares, rounding a surge up and what may be missing down', () => {
    const list = stages({ type: 'rolling', maxSurge: '25%', maxUnavailable: '25%' }, 10)
    expect(list[0]).toMatchObject({ candidate: 5, stable: 8 })
  })

  it.each([
    [
      { maxSurge: 0, maxUnavailable: 0 },
      'maxSurge: maxSurge and maxUnavailable are both 0: nothing could ever be replaced',
    ],
    [{ maxSurge: 'some' }, 'maxSurge: expected a number of instances or a share such as 25%'],
    [{ maxUnavailable: '200%' }, 'maxUnavailable: expected a number of instances or a share such as 25%'],
  ])('refuses %j', (fields, message) => {
    expect(told({ type: 'rolling', ...fields })).toContain(message)
  })
})

describe('the other strategies', () => {
  it('blue-green switches at once and keeps the old version standing by in full', () => {
    expect(stages({ type: 'blue-green', watch: '10m' }, 3)).toEqual([
      { name: 'switched', candidate: 3, stable: 3, weight: 100, segments: [], ends: 'time', forMs: 600_000 },
    ])
  })

  it('blue-green may show the new version to some before', () => {
    const list = stages({ type: 'blue-green', preview: { header: 'x-preview', value: '1' } }, 2)
    expect(list.map(stage => [stage.name, stage.weight])).toEqual([
      ['preview x-preview: 1', 0],
      ['switched', 100],
    ])
  })

  it('all-at-once has one stage', () => {
    expect(stages({ type: 'all-at-once' }, 2).map(stage => stage.weight)).toEqual([100])
  })

  it('an unknown one is refused', () => {
    expect(told({ type: 'yolo' })?.[0]).toContain('type')
  })
})
