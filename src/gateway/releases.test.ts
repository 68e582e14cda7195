import { describe, expect, it } from 'vitest'
import { type Clock, seededRandom } from '../kernel/index.ts'
import { assign } from './assign.ts'
import { Attempt } from './attempt.ts'
import { Plane } from './plane.ts'
import { ServiceRoute } from './protocol.ts'
import { GatewayLimits } from './schema.ts'
import type { Service } from './service.ts'

/** Releases of each world; more of them by the environment. */
const RUNS = Number(process.env['RELEASES'] ?? 500)
const TICK_MS = 100
const TICKS = 900

/** What is true of all releases of one kind. Requests come at ten a second. */
interface World {
  /** The new version's weight from a tick on; before the first there is no release. */
  readonly weights: readonly (readonly [tick: number, weight: number])[]
  /** Milliseconds that the new version takes longer. */
  readonly slowerMs?: number
  /** The share of its requests whose clients give up. */
  readonly aborts?: number
  readonly canaryAborts?: number
}

const RISING: World['weights'] = [
  [105, 10],
  [357, 25],
  [611, 50],
]

const NO_FIELDS = { text: '', names: [], values: [], starts: [] }

/** By how much the odds may be off; an E-process of the test's own, as the gateway knows none. */
const DISTORTIONS = [1 / 10, 1 / 3, 1 / 2, 2 / 3, 1.5, 2, 3, 10]

class Coins {
  #logs = DISTORTIONS.map(() => 0)
  most = 0
  tosses = 0

  observe(canary: number, stable: number, share: number): void {
    this.#logs = this.#logs.map((log, i) => {
      const ratio = DISTORTIONS[i] ?? 1
      const distorted = (ratio * share) / (1 - share + ratio * share)
      return log + canary * Math.log(distorted / share) + stable * Math.log((1 - distorted) / (1 - share))
    })
    this.tosses += canary + stable
    this.most = Math.max(this.most, this.#logs.reduce((sum, log) => sum + Math.exp(log), 0) / DISTORTIONS.length)
  }
}

/** One release, looked at each second: its coins as the gateway counts them, and as they would be by request. */
function release(seed: number, { weights, slowerMs = 0, aborts = 0.03, canaryAborts = aborts }: World) {
  const random = seededRandom(seed)
  let nowMs = 0
  const clock = { now: () => nowMs, elapsed: () => nowMs } as Clock
  const plane = new Plane(clock, GatewayLimits.parse({}), random)
  const ledger = plane.ledger.service('shop')
  const put = (weight: number, revision: number): Service => {
    const shares = [100 - weight, weight].map((each, i) => ({ version: `v${i + 1}`, weight: each, endpoints: [] }))
    plane.apply([ServiceRoute.parse({ service: 'shop', identity: [{ cookie: 'sid' }], shares })], revision)
    const service = plane.find('shop', '/')
    if (!service) throw new Error('unreachable')
    return service
  }

  const due = new Map<number, (() => void)[]>()
  const jar: string[] = []
  let [service, weight, ids] = [put(0, 0), 0, 0]
  const requests = [0, 0]
  const ask = (tick: number): void => {
    const kind = random()
    // Some come often; some keep the cookie they were given; some never do.
    const known = kind < 0.6 ? `sid=${seed}-${Math.floor(400 * random() ** 2)}` : undefined
    const kept = kind < 0.8 ? jar[Math.floor(jar.length * 2 * random())] : undefined
    const cookie = known ?? kept
    const chance = { random, newUserId: () => `${seed}-new-${ids++}` }
    const { version, user, newUser, drawn } = assign(
      service,
      { fields: NO_FIELDS, cookie, host: 'shop' },
      false,
      chance,
    )
    if (!version) throw new Error('unreachable')
    if (newUser !== undefined && kind < 0.8) jar.push(`shipwatch_user=${newUser}`)
    const attempt = new Attempt(plane, service, { version, endpoint: undefined }, { route: 0, user, drawn }, nowMs)
    const canary = version.name === 'v2'
    const speed = random()
    const mostMs = [400, 400, 400, 400, 5_000][Math.floor(speed * 5.2)] ?? 15_000
    const tookMs = mostMs * random() + (canary ? slowerMs : 0)
    const left = random() < (canary ? canaryAborts : aborts)
    const end = tick + 1 + Math.floor(tookMs / TICK_MS)
    const over = (): void => {
      if (left) attempt.aborted()
      else attempt.answered(200, false)
      attempt.close()
      requests[canary ? 1 : 0] = (requests[canary ? 1 : 0] ?? 0) + 1
    }
    due.set(end, [...(due.get(end) ?? []), over])
  }

  const [users, naive] = [new Coins(), new Coins()]
  let [before, beforeRequests] = [ledger.divisions.read(0), [...requests]]
  for (let tick = 0; tick < TICKS; tick++) {
    nowMs = tick * TICK_MS
    for (const over of due.get(tick) ?? []) over()
    const change = weights.findIndex(([at]) => at === tick)
    if (change >= 0) {
      weight = weights[change]?.[1] ?? 0
      service = put(weight, change + 1)
    }
    ask(tick)
    if (tick % 10 !== 0) continue
    const now = ledger.divisions.read(nowMs)
    if (now && before && now.sinceRevision === before.sinceRevision) {
      const came = (i: number): number => (now.versions[i]?.arrivals ?? 0) - (before?.versions[i]?.arrivals ?? 0)
      users.observe(came(1), came(0), weight / 100)
      const asked = (i: number): number => (requests[i] ?? 0) - (beforeRequests[i] ?? 0)
      naive.observe(asked(1), asked(0), weight / 100)
    }
    before = now
    beforeRequests = [...requests]
  }
  return { users, naive }
}

function releases(world: World) {
  const all = Array.from({ length: RUNS }, (_, i) => release(i + 1, world))
  const alarms = (falseAlarm: number, by: 'users' | 'naive' = 'users') =>
    all.filter(one => one[by].most >= 1 / falseAlarm).length
  const tosses = all.reduce((sum, { users }) => sum + users.tosses, 0) / RUNS
  return { alarms, tosses }
}

describe('hundreds of releases of which no traffic goes missing', () => {
  it.each<[string, World]>([
    ['the share rises by steps', { weights: RISING }],
    ['the new version is slower by a second and a half', { weights: RISING, slowerMs: 1_500 }],
    ['one client in five gives up', { weights: RISING, aborts: 0.2 }],
    [
      'the share goes to and fro, and through nothing',
      {
        weights: [
          [55, 25],
          [251, 0],
          [307, 10],
          [503, 50],
          [701, 10],
        ],
      },
    ],
  ])('are hardly ever said to miss some, looked at each second: %s', (name, world) => {
    const { alarms, tosses } = releases(world)
    process.stdout.write(
      `arrivals, ${name}: ${tosses.toFixed(0)} a release; of ${RUNS} releases ${alarms(0.02)} false alarms at 2 %, ${alarms(0.001)} at 0.1 %\n`,
    )
    expect(tosses).toBeGreaterThan(80)
    for (const falseAlarm of [0.02, 0.001]) {
      // Two standard deviations above what a test that uses up its chance would give.
      const most = falseAlarm * RUNS + 2 * Math.sqrt(falseAlarm * RUNS)
      expect(alarms(falseAlarm)).toBeLessThanOrEqual(Math.ceil(most))
    }
  })

  it('would be, if requests were counted: those of one user are one coin', () => {
    const { alarms } = releases({ weights: RISING })
    process.stdout.write(`requests instead, the share rises by steps: ${alarms(0.02, 'naive')} at 2 %\n`)
    expect(alarms(0.02, 'naive')).toBeGreaterThan(0.05 * RUNS)
  })
})

it('a version whose clients leave before it answers is said to miss traffic', () => {
  const { alarms } = releases({ weights: [[105, 50]], canaryAborts: 0.6 })
  expect(alarms(0.001)).toBeGreaterThan(0.9 * RUNS)
})
