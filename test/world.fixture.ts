import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, type EntryView, type ReleaseView, type ServiceView } from '../src/client/index.ts'
import { systemClock } from '../src/kernel/index.ts'
import { type GatewayRouter, gatewayRouter, processTarget, type Split } from '../src/ship/index.ts'
import { type Resident, residentsOf } from './census.fixture.ts'
import { Child, COMPILE_CACHE, type Exit, until } from './child.fixture.ts'
import type { GatewayTold } from './gateway.fixture.ts'
import type { Death, HubTold } from './hub.fixture.ts'
import { Traffic } from './traffic.fixture.ts'

export interface WorldOptions {
  /** Of the service `shop`, over the quick ones. */
  readonly service?: Readonly<Record<string, unknown>>
  readonly run?: Readonly<Record<string, unknown>>
  readonly requestsPerSecond?: number
  /** Who is told of releases. Default: nobody. */
  readonly notify?: Readonly<Record<string, unknown>>
  /** What the hub has beside its address. */
  readonly hub?: Readonly<Record<string, unknown>>
  /** Where state is kept. Default: a new folder that goes with the world. */
  readonly folder?: string
  readonly databaseUrl?: string
  /** Whether a hub that was killed gets a successor at once. */
  readonly keepsHub?: boolean
}

/** One of many looks at how the gateway divides the traffic. */
export interface SplitFault {
  readonly atMs: number
  readonly what: string
}

const SERVICE = fileURLToPath(new URL('./service.fixture.ts', import.meta.url))
const HUB = new URL('./hub.fixture.ts', import.meta.url)
const GATEWAY = new URL('./gateway.fixture.ts', import.meta.url)
const LOOK_EVERY_MS = 100

/** Judged in two or three looks: errors alone, a wide margin, and a ceiling that a few hundred requests prove. */
export const QUICK_VERDICT = {
  falseRollback: '0.1%',
  margin: 5,
  errors: { ceiling: '15%' },
  latency: [],
} as const

export const QUICK_CANARY = {
  type: 'canary',
  stages: [
    { weight: '4%', for: '800ms' },
    { weight: '50%', until: 'verdict', within: '10m' },
  ],
  earlyPromotion: false,
} as const

/**
 * A whole Shipwatch with real processes: a hub and a gateway that a test may end and start again, instances of a
 * service, customers. One folder holds all of it, and by that folder every process of it is found.
 */
export class World {
  readonly folder: string
  readonly splitFaults: SplitFault[] = []
  traffic: Traffic | undefined
  #hub: Child<HubTold> | undefined
  #gateway: Child<GatewayTold> | undefined
  #gatewayUrl = ''
  #client: Client | undefined
  readonly #options: WorldOptions
  readonly #router: GatewayRouter
  readonly #over = new AbortController()
  #watching: Promise<void> | undefined
  readonly #everyHub: Child<HubTold>[] = []

  constructor(options: WorldOptions = {}) {
    this.#options = options
    this.folder = options.folder ?? mkdtempSync(join(tmpdir(), 'shipwatch-world-'))
    mkdirSync(join(this.data, 'gateway'), { recursive: true })
    this.configure({})
    this.#router = gatewayRouter({ ...this.#gatewayAddress(), settings: () => ({}) }, systemClock)
  }

  get data(): string {
    return join(this.folder, 'data')
  }

  /** Writes the configuration that the next hub starts with: the world's service, changed. */
  configure(service: Readonly<Record<string, unknown>>): void {
    const shop = {
      instances: 2,
      run: this.run,
      strategy: QUICK_CANARY,
      verdict: QUICK_VERDICT,
      warmFor: '300ms',
      route: { stickiness: 'none' },
      ...this.#options.service,
      ...service,
    }
    this.configureWhole({ services: { shop } })
  }

  configureWhole(changed: Readonly<Record<string, unknown>>): void {
    const { notify = {}, hub = {} } = this.#options
    const local = {
      data: 'data',
      hub: { listen: '127.0.0.1:0', ...hub },
      gateway: { listen: '127.0.0.1:0' },
      notify,
    }
    writeFileSync(this.configuration, JSON.stringify({ ...local, ...changed })) // JSON is YAML, too
  }

  /** How the service is run. */
  get run(): Readonly<Record<string, unknown>> {
    return {
      command: [process.execPath, SERVICE],
      ready: { http: '/readyz', every: '50ms' },
      env: { WORLD: this.folder, TESTS: String(process.pid), NODE_COMPILE_CACHE: COMPILE_CACHE },
      restart: { backoff: '50ms', maxBackoff: '200ms' },
      ...this.#options.run,
    }
  }

  get configuration(): string {
    return join(this.folder, 'shipwatch.yaml')
  }

  /** Starts what is needed, the version that is there before the story begins, and customers. */
  async begin(version = 'v1'): Promise<void> {
    await this.startGateway()
    await this.startHub()
    const release = await this.client.deploy('shop', { version, strategy: { type: 'all-at-once' } })
    await this.untilOver(release.id)
    this.startTraffic()
  }

  startTraffic(): void {
    const { requestsPerSecond = 100 } = this.#options
    this.traffic = new Traffic(this.#gatewayUrl, requestsPerSecond)
    this.#watching ??= this.#watchSplit()
  }

  get client(): Client {
    if (!this.#client) throw new Error('no hub was started')
    return this.#client
  }

  get hub(): Child<HubTold> {
    if (!this.#hub) throw new Error('no hub was started')
    return this.#hub
  }

  /** What a hub does, without waiting until it listens. */
  spawnHub(): Child<HubTold> {
    const { databaseUrl, keepsHub } = this.#options
    const env = { WORLD: this.folder, ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}) }
    const hub = new Child<HubTold>(HUB, [this.configuration], env)
    this.#everyHub.push(hub)
    if (keepsHub) void hub.ended.then(() => this.#succeed())
    return hub
  }

  /** Starts a hub in the place of one that has ended. */
  async startHub(hub = this.spawnHub()): Promise<Child<HubTold>> {
    const client = await this.clientOf(hub)
    this.#hub = hub
    this.#client = client
    return hub
  }

  async #succeed(): Promise<void> {
    if (this.#over.signal.aborted) return
    await this.startHub().catch(() => undefined) // it was killed before it listened, and has a successor, too
  }

  /** The hub that was started last; it may not listen yet. */
  get newestHub(): Child<HubTold> {
    return this.#everyHub.at(-1) ?? this.hub
  }

  async clientOf(hub: Child<HubTold>): Promise<Client> {
    const { url } = await hub.first('ready')
    const token = readFileSync(join(this.data, 'hub.token'), 'utf8').trim()
    return new Client({ url, token, actor: 'user/test', clock: systemClock })
  }

  /** Tells the hub where to end itself, and waits until it knows. */
  async arm(death: Death): Promise<void> {
    const { hub } = this
    const armed = (): number => hub.told.filter(({ kind }) => kind === 'armed').length
    const before = armed()
    hub.tell(death)
    await until('the hub to be armed', () => armed() > before)
  }

  #gatewayAddress(): { readonly admin: string; readonly tokenFile: string } {
    const folder = join(this.data, 'gateway')
    return { admin: `unix:${join(folder, 'admin.sock')}`, tokenFile: join(folder, 'token') }
  }

  /** The first time on a free port, later on the same one: customers know where the shop is. */
  async startGateway(): Promise<Child<GatewayTold>> {
    const options = {
      listen: this.#gatewayUrl.replace('http://', '') || '127.0.0.1:0',
      stateFile: join(this.data, 'gateway', 'config.json'),
      ...this.#gatewayAddress(),
    }
    const gateway = new Child<GatewayTold>(GATEWAY, [JSON.stringify(options)], { WORLD: this.folder })
    this.#gateway = gateway
    this.#gatewayUrl = (await gateway.first('ready')).url
    return gateway
  }

  async endGateway(signal: NodeJS.Signals): Promise<Exit | undefined> {
    return this.#gateway?.kill(signal)
  }

  get gatewayUrl(): string {
    return this.#gatewayUrl
  }

  get router(): GatewayRouter {
    return this.#router
  }

  /** What is in force in the gateway for the service. */
  split(): Promise<Split | undefined> {
    return this.#router.current('shop', this.#over.signal)
  }

  /** Looks at the split all the time. What the gateway does not answer is no fault of the split. */
  async #watchSplit(): Promise<void> {
    const { signal } = this.#over
    while (!signal.aborted) {
      const split = await this.split().catch(() => undefined)
      for (const what of split ? wrongWith(split) : []) this.splitFaults.push({ atMs: systemClock.now(), what })
      await systemClock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined) // the loop looks why
    }
  }

  service(): Promise<ServiceView> {
    return this.client.service('shop')
  }

  /** Waits through deaths of the hub, which somebody else starts again. */
  untilOver(id: string): Promise<ReleaseView> {
    return this.untilRelease(id, 'is over', ({ phase }) => phase === 'ended')
  }

  async untilRelease(id: string, what: string, isSo: (release: ReleaseView) => boolean): Promise<ReleaseView> {
    let last: ReleaseView | undefined
    try {
      return await until(
        `release ${id} that ${what}`,
        async () => {
          last = await this.client.release(id).catch(() => undefined)
          return last && isSo(last) && last
        },
        { everyMs: LOOK_EVERY_MS },
      )
    } catch (error) {
      throw new Error(`it is ${JSON.stringify(last)}\n${this.hub.log.slice(-20).join('\n')}`, { cause: error })
    }
  }

  /** All entries of a release, oldest first. */
  entriesOf(id: string): Promise<readonly EntryView[]> {
    return this.client.entries({ release: id, limit: 1_000 })
  }

  /** Ends everything, and says what had to be ended that nobody knew of. `last` is done before the folder goes. */
  async close(last?: () => void): Promise<void> {
    this.#over.abort(new Error('the world ends'))
    await this.#watching
    await this.traffic?.stop()
    await Promise.all(this.#everyHub.filter(hub => !hub.exit).map(hub => hub.kill('SIGKILL')))
    if (this.#gateway && !this.#gateway.exit) await this.#gateway.kill('SIGKILL')
    await this.#router.close()
    let left: readonly Resident[] = []
    try {
      await stopAll(join(this.data, 'processes'))
    } finally {
      left = residentsOf(this.folder)
      for (const { pid } of left) process.kill(pid, 'SIGKILL')
      last?.()
      rmSync(this.folder, { recursive: true, force: true })
    }
    const warned = this.#everyHub.flatMap(({ log }) => log.filter(line => line.startsWith('(node:')))
    if (warned.length > 0) throw new Error(warned.join('\n'))
    if (left.length > 0) throw new Error(`nobody knew of the processes ${left.map(({ pid }) => pid).join(', ')}`)
  }
}

async function stopAll(stateDir: string): Promise<void> {
  const hub = new AbortController()
  const target = processTarget({ stateDir, clock: systemClock })
  const running = target.run(hub.signal)
  await target.stopAll(hub.signal)
  hub.abort()
  await running
}

/** What must never be seen of a split, whatever happens. */
export function wrongWith({ shares }: Split): readonly string[] {
  const sum = shares.reduce((total, { weight }) => total + weight, 0)
  return [
    ...(sum === 100 ? [] : [`weights sum to ${sum}`]),
    ...shares
      .filter(({ weight, endpoints }) => weight > 0 && endpoints.length === 0)
      .map(({ version, weight }) => `${version} has ${weight} % and no instance`),
    ...(new Set(shares.map(({ version }) => version)).size === shares.length ? [] : ['a version has two shares']),
  ]
}
