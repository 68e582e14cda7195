import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BUCKETS, bucketOf, type DivisionCounts, type RouteCounts, type Snapshot, sparse } from '../../gateway/index.ts'
import {
  begin,
  beginSelfComparison,
  judgeSelfComparison,
  observe,
  observeSelfComparison,
  releasePlan,
} from '../../judge/index.ts'
import type { Slowness } from './counts.ts'
import { type Ask, type Evidence, evidenceOf } from './evidence.ts'

const P99: Slowness = { signal: 'slow-p99', quantile: 0.99, toleranceMs: 10 }

/** Latencies in milliseconds, each with how often it was seen. */
type Seen = readonly (readonly [ms: number, count: number])[]

function histogram(latencies: Seen): number[] {
  const counts = Array.from({ length: BUCKETS.length }, () => 0)
  for (const [ms, count] of latencies) counts[bucketOf(ms)] = (counts[bucketOf(ms)] ?? 0) + count
  return sparse(counts)
}

interface Counted {
  readonly route?: string
  readonly requests?: number
  readonly bad?: number
  readonly cells?: number
  readonly badCells?: number
  readonly latency?: Seen
  readonly warming?: Seen
  readonly inFlight?: Seen
  readonly aborted?: Seen
}

function routeCounts({
  route = 'checkout',
  requests = 0,
  bad = 0,
  latency = [],
  warming = [],
  inFlight = [],
  aborted = [],
  ...rest
}: Counted): RouteCounts {
  return {
    route,
    requests,
    statuses: [0, requests - bad, 0, 0, bad],
    failures: { connect: 0, timeout: 0, reset: 0, protocol: 0, unavailable: 0 },
    bad,
    cells: rest.cells ?? requests,
    badCells: rest.badCells ?? bad,
    aborts: 0,
    latency: histogram(latency),
    warmingLatency: histogram(warming),
    abortedAge: histogram(aborted),
    inFlightAge: histogram(inFlight),
  }
}

interface Around {
  readonly gateway?: string
  /** The stable version's halves: instances and counts of each. */
  readonly halves?: readonly (readonly [instances: number, routes: readonly Counted[]])[]
  readonly division?: DivisionCounts
}

function snapshot(
  candidate: readonly Counted[],
  stable: readonly Counted[],
  { gateway = 'gw_1', halves = [], division }: Around = {},
): Snapshot {
  const version = (name: string, routes: readonly Counted[], apart: Around['halves'] = []) => ({
    version: name,
    inFlight: 0,
    routes: routes.map(routeCounts),
    halves: apart.map(([instances, counted]) => ({ instances, routes: counted.map(routeCounts) })),
  })
  return {
    gateway,
    startedMs: 0,
    atMs: 0,
    revision: 1,
    draining: false,
    connections: 0,
    refusedConnections: 0,
    malformed: {},
    unrouted: 0,
    services: [
      {
        service: 'order',
        excluded: 0,
        retries: 0,
        unserved: 0,
        tooLarge: 0,
        versions: [version('v2', candidate), version('v1', stable, halves)],
        division: division ?? null,
      },
    ],
  }
}

const ask = (cursor: unknown, changed: Partial<Ask> = {}): Ask => ({
  service: 'order',
  candidate: 'v2',
  stable: 'v1',
  signals: ['errors', 'slow-p99'],
  cursor,
  comparable: true,
  ...changed,
})

/** Looks at snapshots one after the other, as a release does; the cursor goes through JSON, as in the store. */
function look(...snapshots: readonly Snapshot[]): Evidence {
  let evidence: Evidence | undefined
  for (const seen of snapshots) {
    const cursor: unknown = evidence === undefined ? null : JSON.parse(JSON.stringify(evidence.cursor))
    evidence = evidenceOf(seen, ask(cursor), [P99])
  }
  if (!evidence) throw new Error('nothing was looked at')
  return evidence
}

const of = (evidence: Evidence, signal: string) =>
  evidence.observations.find(observation => observation.signal === signal)
const PAST: Seen = [
  [5, 980],
  [40, 20],
]

describe('evidence', () => {
  it('has the latencies of the time since the last look beside those since the first', () => {
    const slow: Seen = [[500, 10]]
    const evidence = look(
      snapshot([], [{ latency: PAST }]),
      snapshot([{ latency: [[5, 1_000]] }], [{ latency: PAST }]),
      snapshot([{ latency: [[5, 1_000], ...slow] }], [{ latency: PAST }]),
    )
    const bound = (ms: number) => BUCKETS[bucketOf(ms)]
    expect(evidence.lately).toEqual({
      candidate: { p50Ms: bound(500), p95Ms: bound(500), p99Ms: bound(500) },
      stable: { p50Ms: null, p95Ms: null, p99Ms: null },
    })
    expect(evidence.latency.candidate).toEqual({ p50Ms: bound(5), p95Ms: bound(5), p99Ms: bound(5) })
    const { lately } = look(snapshot([], []), snapshot([], []), snapshot([{ latency: slow }], [], { gateway: 'gw_2' }))
    expect(lately.candidate.p99Ms, 'of a gateway that was restarted meanwhile').toBe(bound(500))
  })

  it('is nothing at the first look, which only remembers where the counts stood', () => {
    expect(look(snapshot([], [{ requests: 5_000, bad: 50 }]))).toMatchObject({
      observations: [],
      candidate: { requests: 0, bad: 0 },
      stable: { requests: 0, bad: 0 },
    })
  })

  it('is what has come since the look before, for each route class on its own', () => {
    const evidence = look(
      snapshot(
        [],
        [
          { requests: 100, bad: 1 },
          { route: 'cart', requests: 10 },
        ],
      ),
      snapshot(
        [{ requests: 12, bad: 2 }],
        [
          { requests: 200, bad: 3 },
          { route: 'cart', requests: 40, bad: 1 },
        ],
      ),
    )
    expect(of(evidence, 'errors')).toEqual({
      signal: 'errors',
      strata: [
        { name: 'checkout', canary: { requests: 12, bad: 2 }, stable: { requests: 100, bad: 2 } },
        { name: 'cart', canary: { requests: 0, bad: 0 }, stable: { requests: 30, bad: 1 } },
      ],
    })
    expect(evidence).toMatchObject({ candidate: { requests: 12, bad: 2 }, stable: { requests: 130, bad: 3 } })
  })

  it('counts users who retry once, and tells the requests apart from that', () => {
    const evidence = look(
      snapshot([], []),
      snapshot([{ requests: 20, bad: 20, cells: 1, badCells: 1 }], [{ requests: 5 }]),
    )
    expect(of(evidence, 'errors')).toMatchObject({ strata: [{ canary: { requests: 1, bad: 1 } }] })
    expect(evidence.candidate).toEqual({ requests: 20, bad: 20 })
  })

  it('calls slow what the past of the stable version exceeds once in a hundred, and by more than is noticed', () => {
    const evidence = look(
      snapshot([], [{ latency: PAST }]),
      snapshot(
        [
          {
            latency: [
              [49, 5],
              [55, 3],
            ],
          },
        ],
        [{ latency: [...PAST, [5, 90], [60, 1]] }],
      ),
    )
    expect(of(evidence, 'slow-p99')).toMatchObject({
      strata: [{ canary: { requests: 8, bad: 3 }, stable: { requests: 91, bad: 1 } }],
    })
  })

  it('never moves a threshold once it stands', () => {
    const slower: Seen = [...PAST, [500, 10_000]]
    const evidence = look(
      snapshot([], [{ latency: PAST }]),
      snapshot([], [{ latency: slower }]),
      snapshot([{ latency: [[500, 7]] }], [{ latency: slower }]),
    )
    expect(of(evidence, 'slow-p99')).toMatchObject({ strata: [{ canary: { requests: 7, bad: 7 } }] })
  })

  it('has no threshold before the past is long enough, and uses none for what it was made from', () => {
    const few = snapshot([{ latency: [[900, 50]] }], [{ latency: [[5, 100]] }])
    const enough = snapshot([{ latency: [[900, 60]] }], [{ latency: [[5, 250]] }])
    const later = snapshot([{ latency: [[900, 61]] }], [{ latency: [[5, 260]] }])
    expect(of(look(few, enough), 'slow-p99')).toEqual({ signal: 'slow-p99', strata: [] })
    expect(of(look(few, enough, later), 'slow-p99')).toMatchObject({
      strata: [{ canary: { requests: 1, bad: 1 }, stable: { requests: 10, bad: 0 } }],
    })
  })

  it('sees a version that hangs before its requests end, and counts each of them once', () => {
    const past = snapshot([], [{ latency: PAST }])
    const hanging = snapshot(
      [
        {
          inFlight: [
            [400, 3],
            [20, 9],
          ],
        },
      ],
      [{ latency: PAST }],
    )
    const ended = snapshot([{ latency: [[700, 2]], aborted: [[800, 1]] }], [{ latency: PAST }])
    expect(of(look(past, hanging), 'slow-p99')).toMatchObject({ strata: [{ canary: { requests: 3, bad: 3 } }] })
    expect(of(look(past, hanging, ended), 'slow-p99')).toEqual({ signal: 'slow-p99', strata: [] })
  })

  it('goes on where the counts began anew when the gateway was restarted', () => {
    const evidence = look(
      snapshot([], [{ requests: 1_000, bad: 9 }]),
      snapshot([{ requests: 50, bad: 2 }], [{ requests: 1_500, bad: 10 }]),
      snapshot([{ requests: 5, bad: 1 }], [{ requests: 40, bad: 0 }], { gateway: 'gw_2' }),
    )
    expect(of(evidence, 'errors')).toMatchObject({
      strata: [{ canary: { requests: 5, bad: 1 }, stable: { requests: 40, bad: 0 } }],
    })
    expect(evidence).toMatchObject({ candidate: { requests: 55, bad: 3 }, stable: { requests: 540, bad: 1 } })
  })

  it('compares nobody where the users of the versions are not alike, but counts them', () => {
    const first = evidenceOf(snapshot([], []), ask(null), [P99])
    const evidence = evidenceOf(
      snapshot([{ requests: 9, bad: 3 }], [{ requests: 80 }]),
      ask(first.cursor, { comparable: false }),
      [P99],
    )
    expect(evidence.observations).toEqual([])
    expect(evidence.candidate).toEqual({ requests: 9, bad: 3 })
  })

  it('lets thin traffic be gathered, though each look alone would say nothing', () => {
    const plan = releasePlan({ signals: [{ name: 'errors' }] })
    let cursor: unknown = evidenceOf(snapshot([], []), ask(null), []).cursor
    let state = begin(plan)
    // 10 % of 5 requests a second: one on the new version every other second, and each of them is bad.
    for (let second = 1; second <= 10; second++) {
      const canary = Math.floor(second / 2)
      const seen = snapshot([{ requests: canary, bad: canary }], [{ requests: second * 5 - canary }])
      const evidence = evidenceOf(seen, ask(cursor, { signals: ['errors'] }), [])
      cursor = JSON.parse(JSON.stringify(evidence.cursor))
      const logWorse = state.signals[0]?.logRatios
      state = observe(
        plan,
        state,
        evidence.observations.map(observation => ({ ...observation, share: 0.1 })),
      )
      // Three are too few to be compared, whatever they were; the fourth comes in the eighth second.
      if (second !== 8) expect(state.signals[0]?.logRatios).toEqual(logWorse)
      else expect(state.signals[0]?.logRatios[0]).toBeGreaterThan(0)
    }
    expect(state.signals[0]).toMatchObject({
      canary: { requests: 5, bad: 5 },
      stable: { requests: 45, bad: 0 },
      gathering: [{ name: 'checkout', share: 0.1, batches: 2, canary: { requests: 1, bad: 1 } }],
    })
  })

  it.each([[null], [{}], [{ format: 1, gateway: 'gw_1', thresholds: {} }], ['x']])(
    'begins anew with a cursor that it cannot read: %j',
    cursor => {
      expect(evidenceOf(snapshot([{ requests: 9 }], []), ask(cursor), [P99])).toMatchObject({
        observations: [],
        candidate: { requests: 0, bad: 0 },
      })
    },
  )

  it('knows nothing of a service that the gateway does not know', () => {
    expect(evidenceOf(snapshot([], []), ask(null, { service: 'other' }), [P99]).candidate).toEqual({
      requests: 0,
      bad: 0,
    })
  })

  it('adds up to the counters whatever the looks, and never gives what the judge would refuse', () => {
    const step = fc.record({
      requests: fc.nat({ max: 50 }),
      bad: fc.nat({ max: 50 }),
      slow: fc.nat({ max: 20 }),
      restart: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), steps => {
        let cursor: unknown = evidenceOf(snapshot([], []), ask(null), [P99]).cursor
        let level = { requests: 0, bad: 0, slow: 0 }
        let gateway = 0
        const sum = { requests: 0, bad: 0 }
        for (const { requests, bad, slow, restart } of steps) {
          if (restart) {
            level = { requests: 0, bad: 0, slow: 0 }
            gateway += 1
          }
          level = {
            requests: level.requests + requests,
            bad: level.bad + Math.min(bad, requests),
            slow: level.slow + slow,
          }
          sum.requests += requests
          sum.bad += Math.min(bad, requests)
          const evidence = evidenceOf(
            snapshot(
              [{ requests: level.requests, bad: level.bad, latency: [[900, level.slow]] }],
              [{ latency: PAST }],
              { gateway: `gw_${gateway}` },
            ),
            ask(cursor),
            [P99],
          )
          cursor = evidence.cursor
          expect(evidence.candidate).toEqual(sum)
          for (const observation of evidence.observations) {
            const strata = 'strata' in observation ? observation.strata : []
            for (const { canary, stable } of strata) {
              for (const side of [canary, stable]) {
                expect(side.bad).toBeGreaterThanOrEqual(0)
                expect(side.bad).toBeLessThanOrEqual(side.requests)
              }
            }
          }
        }
      }),
    )
  })
})

describe('latency', () => {
  const LATER: Seen = [...PAST, [5, 20], [200, 1]]

  it('is nothing before an answer has come since the first look, whatever the past', () => {
    const evidence = look(snapshot([{ latency: PAST }], [{ latency: PAST }]))
    const none = { p50Ms: null, p95Ms: null, p99Ms: null }
    expect(evidence.latency).toEqual({ candidate: none, stable: none })
  })

  it('is of all answers since the first look, of every route class, and not of instances that warm up', () => {
    const evidence = look(
      snapshot([], [{ latency: PAST }]),
      snapshot([{ latency: [[7, 60]], warming: [[900, 500]] }], [{ latency: LATER }]),
      snapshot([{ latency: [[7, 97]] }, { route: 'cart', latency: [[300, 3]] }], [{ latency: LATER }]),
    )
    const { candidate, stable } = evidence.latency
    expect([candidate.p50Ms, candidate.p99Ms]).toEqual([BUCKETS[bucketOf(7)], BUCKETS[bucketOf(300)]])
    expect([stable.p50Ms, stable.p99Ms]).toEqual([BUCKETS[bucketOf(5)], BUCKETS[bucketOf(200)]])
  })

  it('goes on when the gateway was restarted', () => {
    const evidence = look(
      snapshot([], [{ latency: PAST }]),
      snapshot([{ latency: [[10, 60]] }], [{ latency: PAST }]),
      snapshot([{ latency: [[80, 40]] }], [{ latency: [[5, 1]] }], { gateway: 'gw_2' }),
      snapshot([{ latency: [[80, 41]] }], [{ latency: [[5, 2]] }], { gateway: 'gw_2' }),
    )
    expect(evidence.latency).toEqual({
      candidate: { p50Ms: BUCKETS[bucketOf(10)], p95Ms: BUCKETS[bucketOf(80)], p99Ms: BUCKETS[bucketOf(80)] },
      stable: { p50Ms: BUCKETS[bucketOf(5)], p95Ms: BUCKETS[bucketOf(5)], p99Ms: BUCKETS[bucketOf(5)] },
    })
  })

  it('over a minute is said to be a minute, which JSON can hold', () => {
    const evidence = look(snapshot([], []), snapshot([{ latency: [[90_000, 5]] }], []))
    expect(evidence.latency.candidate).toEqual({ p50Ms: 60_000, p95Ms: 60_000, p99Ms: 60_000 })
  })

  it('is kept in a cursor of a few kilobytes, however many route classes and answers there are', () => {
    const routes = Array.from({ length: 30 }, (_, i) => ({
      route: `class-${i}`,
      latency: Array.from({ length: 200 }, (_, j): [number, number] => [1.04 ** j, 1_000 + i + j]),
    }))
    const bare = routes.map(({ route }) => ({ route, latency: [[1, 260_000]] as Seen }))
    const size = (side: typeof routes | typeof bare): number =>
      JSON.stringify(look(snapshot([], side), snapshot(side, side)).cursor).length
    expect(size(routes) - size(bare)).toBeLessThan(12_000)
  })
})

describe('arrivals', () => {
  const division = (candidate: number, stable: number, weight = 10, sinceRevision = 7): Around => ({
    division: {
      sinceRevision,
      versions: [
        { version: 'v2', weight, arrivals: candidate },
        { version: 'v1', weight: 90, arrivals: stable },
      ],
    },
  })
  const at = (around: Around) => snapshot([], [], around)

  it('are what came since the last look, with the share that was in force', () => {
    expect(look(at(division(3, 30))).arrivals).toBeNull()
    expect(look(at(division(3, 30)), at(division(5, 47))).arrivals).toEqual({ candidate: 2, stable: 17, share: 0.1 })
    expect(look(at(division(3, 30, 30)), at(division(3, 30, 30))).arrivals).toEqual({
      candidate: 0,
      stable: 0,
      share: 0.25,
    })
  })

  it('are not told of a look during which the share changed, and begin anew with the next', () => {
    const [low, high] = [at(division(3, 30)), at(division(1, 2, 90, 8))]
    expect(look(low, high).arrivals).toBeNull()
    expect(look(low, high, at(division(4, 4, 90, 8))).arrivals).toEqual({ candidate: 3, stable: 2, share: 0.5 })
  })

  it.each<[string, Around]>([
    ['traffic is not divided', {}],
    ['neither of the two has weight', { division: { sinceRevision: 7, versions: [] } }],
    [
      'one of the two has no weight',
      { division: { sinceRevision: 7, versions: [{ version: 'v1', weight: 50, arrivals: 3 }] } },
    ],
  ])('are nothing to compare where %s', (_, around) => {
    expect(look(at(around), at(around)).arrivals).toBeNull()
  })

  it('are nothing to compare where the users of the versions are not alike', () => {
    const apart = { comparable: false }
    const first = evidenceOf(at(division(0, 0)), ask(null, apart), [])
    expect(evidenceOf(at(division(9, 9)), ask(first.cursor, apart), []).arrivals).toBeNull()
  })

  it('are told no more once the gateway was restarted, which has forgotten whom it counted', () => {
    const again = { ...division(5, 47), gateway: 'gw_2' }
    const more = { ...division(9, 90), gateway: 'gw_2' }
    expect(look(at(division(3, 30)), at(again)).arrivals).toBeNull()
    expect(look(at(division(3, 30)), at(again), at(more)).arrivals).toBeNull()
    // To a release that begins with this process, it tells them.
    expect(look(at(again), at(more)).arrivals).toEqual({ candidate: 4, stable: 43, share: 0.1 })
  })
})

describe('the control', () => {
  const halves = (one: readonly Counted[], other: readonly Counted[], instances = [1, 1]): Around => ({
    halves: [
      [instances[0] ?? 0, one],
      [instances[1] ?? 0, other],
    ],
  })
  const at = (around: Around) => snapshot([], [{ latency: PAST }], around)

  it('is one half of the stable instances beside the other, with the same signals, thresholds and strata', () => {
    const evidence = look(
      at(halves([{ requests: 40, latency: PAST }], [{ requests: 30 }])),
      at(
        halves(
          [
            { requests: 50, bad: 2, latency: [...PAST, [900, 3]] },
            { route: 'cart', requests: 1 },
          ],
          [{ requests: 45, bad: 1, latency: [[5, 9]] }],
        ),
      ),
    )
    expect(evidence.control).toEqual([
      {
        signal: 'errors',
        share: 0.5,
        strata: [
          { name: 'checkout', canary: { requests: 10, bad: 2 }, stable: { requests: 15, bad: 1 } },
          { name: 'cart', canary: { requests: 1, bad: 0 }, stable: { requests: 0, bad: 0 } },
        ],
      },
      {
        signal: 'slow-p99',
        share: 0.5,
        strata: [{ name: 'checkout', canary: { requests: 3, bad: 3 }, stable: { requests: 9, bad: 0 } }],
      },
    ])
  })

  it.each<[string, readonly Around[]]>([
    ['at the first look', [halves([{ requests: 9 }], [{ requests: 9 }])]],
    ['where the stable version has one instance', [{}, {}]],
    ['where one half has no instance any more', [halves([], []), halves([{ requests: 9 }], [], [1, 0])]],
  ])('is nothing %s', (_, looks) => {
    expect(look(...looks.map(at)).control).toEqual([])
  })

  it('is there also where the versions are not to be compared', () => {
    const first = evidenceOf(at(halves([], [])), ask(null), [])
    const next = evidenceOf(at(halves([{ requests: 2 }], [])), ask(first.cursor, { comparable: false }), [])
    expect(next.observations).toEqual([])
    expect(next.control[0]).toMatchObject({ strata: [{ canary: { requests: 2, bad: 0 } }] })
  })

  it('has no share while the instances change, so that nothing is gathered across that', () => {
    const [two, three] = [halves([], []), halves([{ requests: 4 }], [{ requests: 2 }], [2, 1])]
    expect(look(at(two), at(three)).control[0]).not.toHaveProperty('share')
    expect(look(at(two), at(three), at(three)).control[0]).toHaveProperty('share', 2 / 3)
    expect(look(at({}), at(three)).control[0]).not.toHaveProperty('share')
  })

  it('goes on where the counts began anew when the gateway was restarted', () => {
    const before = halves([{ requests: 900, bad: 9 }], [{ requests: 900 }])
    const after = { ...halves([{ requests: 5, bad: 1 }], [{ requests: 7 }]), gateway: 'gw_2' }
    const [errors] = look(at(before), at(after)).control
    expect(errors).toEqual({
      signal: 'errors',
      strata: [{ name: 'checkout', canary: { requests: 5, bad: 1 }, stable: { requests: 7, bad: 0 } }],
    })
  })

  it('is what the judge needs to find a bad instance', () => {
    const plan = releasePlan({ signals: [{ name: 'errors' }, { name: 'slow-p99', past: 'p99' }] })
    let state = beginSelfComparison(plan)
    let cursor: unknown = evidenceOf(at(halves([], [])), ask(null), [P99]).cursor
    for (let second = 1; second <= 60; second++) {
      const seen = halves([{ requests: second * 10, bad: Math.floor(second / 2) }], [{ requests: second * 10 }])
      const evidence = evidenceOf(at(seen), ask(cursor), [P99])
      cursor = evidence.cursor
      state = observeSelfComparison(plan, state, evidence.control)
    }
    expect(judgeSelfComparison(plan, state)).toMatchObject({ kind: 'differ', worse: { requests: 600, bad: 30 } })
  })
})
