import { HubUnreachable, type ReleaseView } from '../src/client/index.ts'
import { type Random, systemClock, toRfc3339 } from '../src/kernel/index.ts'
import { residentsOf } from './census.fixture.ts'
import { until } from './child.fixture.ts'
import { type Ending, faultsIn, faultsInAny } from './chronicle.fixture.ts'
import type { Death } from './hub.fixture.ts'
import { lost } from './traffic.fixture.ts'
import { World, wrongWith } from './world.fixture.ts'

const VERSION: Readonly<Record<Ending, string>> = { promoted: 'good', 'rolled-back': 'bad30' }

interface Asked {
  readonly id: string
  readonly version: string
}

/** A release takes about four seconds of a hub's life, so each sees several hubs. */
const LONGEST_LIFE_MS = 2_000

/** A world in which one release follows the other, and what must hold after each of them. */
export class Reign {
  readonly world: World
  #stable = 'v1'
  #releases = 0

  constructor(world: World) {
    this.world = world
  }

  /** The boundaries that a hub comes to that nobody ends, in order. */
  async walk(ending: Ending): Promise<readonly Death[]> {
    const { hub } = this.world
    const from = hub.told.length
    const { id, version } = await this.ask(ending)
    await this.#over(id, version, ending)
    const times = new Map<string, number>()
    return hub.told.slice(from).flatMap(told => {
      if (told.kind !== 'boundary') return []
      const nth = (times.get(told.where) ?? 0) + 1
      times.set(told.where, nth)
      return [{ where: told.where, nth }]
    })
  }

  /** One release whose hub dies where it is told to. Whether it came there: how often it looks depends on the time. */
  async survive(ending: Ending, death: Death): Promise<boolean> {
    const { world } = this
    const { hub } = world
    await world.arm(death)
    const { id, version } = await this.ask(ending)
    const ended = async (): Promise<boolean> =>
      (await world.client.release(id).catch(() => undefined))?.phase === 'ended'
    await until('the hub or the release to end', () => hub.exit !== undefined || ended(), { everyMs: 200 })
    if (!hub.exit) await world.arm({ where: 'nowhere', nth: 1 })
    await this.#over(id, version, ending)
    return hub.exit !== undefined
  }

  /** Kills the hub so many times while releases are under way, each time at a moment that nobody chose. */
  async endure(kills: number, random: Random): Promise<void> {
    const { world } = this
    let underWay: Promise<Asked> | undefined
    let ending: Ending = 'promoted'
    for (let kill = 1; kill <= kills || underWay; kill++) {
      underWay ??= this.ask(ending)
      if (kill <= kills) {
        // The moment is what is tried here; nothing is expected to have happened by then.
        await systemClock.sleep(random() * LONGEST_LIFE_MS)
        await world.newestHub.kill('SIGKILL')
        if (random() < 0.25) continue // the next one may not live until it listens
      }
      const { id, version } = await underWay
      const release = await until('the release', () => world.client.release(id).catch(() => undefined))
      if (kill < kills && release.phase !== 'ended') continue
      await this.#over(id, version, ending)
      ending = ending === 'promoted' ? 'rolled-back' : 'promoted'
      underWay = undefined
    }
  }

  /** Asks for the next release, once, also from a hub that dies before it has answered. */
  async ask(ending: Ending): Promise<Asked> {
    const { world } = this
    const version = `${VERSION[ending]}-${++this.#releases}`
    return until(`an answer about ${version}`, async () => {
      try {
        const [newest] = await world.client.releases({ service: 'shop', limit: 1 })
        const release = newest?.version === version ? newest : await world.client.deploy('shop', { version })
        return { id: release.id, version }
      } catch (error) {
        if (error instanceof HubUnreachable) return undefined
        throw error
      }
    })
  }

  /** One more release, when nobody interferes any more; then every story must be whole. */
  async calm(): Promise<void> {
    const { world } = this
    const version = 'last-1'
    const strategy = { type: 'all-at-once' }
    const { id } = await until('the last release', async () => {
      const [newest] = await world.client.releases({ service: 'shop', limit: 1 }).catch(() => [])
      if (newest?.version === version) return newest
      return world.client.deploy('shop', { version, strategy }).catch(() => undefined)
    })
    await world.untilOver(id)
    this.#stable = version
    const releases = await until('every release to be over', async () => {
      const all = await world.client.releases({ service: 'shop', limit: 500 })
      return all.every(({ phase }) => phase === 'ended') && all
    })
    this.#releases = releases.length - 1
    const stories = await Promise.all(
      releases.map(async release => {
        const faults = faultsInAny(await world.entriesOf(release.id))
        return faults.map(fault => `${release.version}: ${fault}`)
      }),
    )
    this.#complain('the storm', [...stories.flat(), ...(await this.#faults())])
  }

  async #over(id: string, version: string, ending: Ending): Promise<void> {
    const release = await this.world.untilOver(id)
    await this.check(release, version, ending)
  }

  /** Throws unless all is as if no hub had ever died. */
  async check(release: ReleaseView, version: string, ending: Ending): Promise<void> {
    const { world } = this
    if (ending === 'promoted') this.#stable = version
    const faults = [
      ...(release.outcome?.kind === ending ? [] : [`it ended as ${JSON.stringify(release.outcome)}`]),
      ...faultsIn(await world.entriesOf(release.id), ending),
      ...(await this.#faults()),
    ]
    this.#complain(version, faults)
  }

  #complain(of: string, faults: readonly string[]): void {
    if (faults.length > 0) throw new Error([`${of}: ${faults.length} faults`, ...faults.slice(0, 20)].join('\n  '))
  }

  async #faults(): Promise<readonly string[]> {
    const { world } = this
    return [
      ...(await this.#faultsOfFleet()),
      ...(await this.#faultsOfLogbook()),
      ...world.splitFaults.map(({ what, atMs }) => `the split at ${toRfc3339(atMs)}: ${what}`),
      ...lost(world.traffic?.misses ?? []).map(miss => `a lost request: ${JSON.stringify(miss)}`),
    ]
  }

  /** One stable version: in the store, in the gateway, and among the processes of this machine. */
  async #faultsOfFleet(): Promise<readonly string[]> {
    const { world } = this
    const service = await world.service()
    const split = await world.split()
    const known = service.instances.map(({ id }) => id).toSorted()
    const running = residentsOf(world.folder).flatMap(({ instance }) => instance ?? [])
    const endpoints = split?.shares.flatMap(share => share.endpoints.map(({ id }) => id)).toSorted() ?? []
    const whole = JSON.stringify([{ version: this.#stable, weight: 100, instances: 2 }])
    const one = split?.shares.length === 1 && split.shares[0]?.version === this.#stable
    const same = (a: readonly string[], b: readonly string[]): boolean => a.join() === b.join()
    return [
      ...(service.stable === this.#stable ? [] : [`the store has ${service.stable} for stable, not ${this.#stable}`]),
      ...(service.release === null ? [] : [`release ${service.release.id} is not over: ${service.release.phase}`]),
      ...(JSON.stringify(service.versions) === whole ? [] : [`the store has ${JSON.stringify(service.versions)}`]),
      ...(split && one ? wrongWith(split) : [`the gateway has ${JSON.stringify(split)}`]),
      ...(service.instances.every(({ version }) => version === this.#stable) ? [] : ['another version still runs']),
      ...(same(known, endpoints) ? [] : [`the gateway knows ${endpoints.join()}, the hub ${known.join()}`]),
      ...(same(known, running.toSorted()) ? [] : [`there run ${running.join()}; the hub knows ${known.join()}`]),
    ]
  }

  async #faultsOfLogbook(): Promise<readonly string[]> {
    const { client } = this.world
    const { intact, fault } = await client.verify()
    const asked = await client.entries({ kind: 'release.asked', limit: 1_000 })
    return [
      ...(intact ? [] : [`the logbook is broken: ${JSON.stringify(fault)}`]),
      ...(asked.length === this.#releases + 1 ? [] : [`${asked.length} releases were asked for in the logbook`]),
    ]
  }

  /** What was not answered, once everything has come to rest. */
  async end(): Promise<void> {
    const { traffic } = this.world
    await traffic?.stop()
    if (traffic && traffic.sent !== traffic.answered)
      throw new Error(`${traffic.sent} requests were sent, ${traffic.answered} were answered`)
  }
}

/** Carries out jobs in several worlds side by side; one that failed gets a new world for the next. */
export async function inWorlds<Job>(
  worlds: number,
  jobs: readonly Job[],
  carryOut: (reign: Reign, job: Job) => Promise<void>,
): Promise<readonly string[]> {
  const queue = jobs.values()
  const failures: string[] = []
  const work = async (): Promise<void> => {
    let reign: Reign | undefined
    for (const job of queue) {
      if (failures.length >= 3) break
      try {
        reign ??= await begin()
        await carryOut(reign, job)
      } catch (error) {
        failures.push(`${JSON.stringify(job)}: ${error instanceof Error ? error.message : String(error)}`)
        await reign?.world.close().catch(failure => failures.push(String(failure)))
        reign = undefined
      }
    }
    await reign?.end().catch(error => failures.push(String(error)))
    await reign?.world.close().catch(error => failures.push(String(error)))
  }
  await Promise.all(Array.from({ length: worlds }, work))
  return failures
}

export async function begin(): Promise<Reign> {
  const world = new World({ keepsHub: true })
  try {
    await world.begin()
    return new Reign(world)
  } catch (error) {
    await world.close()
    throw error
  }
}
