import { readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, type ReleaseView } from '../../src/client/index.ts'
import type { Clock } from '../../src/kernel/index.ts'
import { Program } from './program.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SHOP = join(ROOT, 'examples/shop')
const CONFIGURATION = join(SHOP, 'shipwatch.yaml')
const SHIPWATCH = [process.execPath, join(ROOT, 'src/main.ts')]

/** Where the demo keeps everything; begun anew each time. */
const DATA = resolve(process.env['SHOP_DATA'] ?? join(ROOT, '.shipwatch/demo'))

/** The first one, whose password opens the console once. */
interface Administrator {
  readonly name: string
  readonly password: string
}

/** The shop under Shipwatch: hub, gateway and the shop's three services, all as processes of their own. */
export class Shop {
  readonly hubUrl: string
  readonly gatewayUrl: string
  readonly env: NodeJS.ProcessEnv
  readonly #up: Program
  readonly #clock: Clock
  #client: Client | undefined
  #administrator: Administrator | undefined

  private constructor(ports: { hub: number; gateway: number }, clock: Clock) {
    this.#clock = clock
    this.hubUrl = `http://127.0.0.1:${ports.hub}`
    this.gatewayUrl = `http://127.0.0.1:${ports.gateway}`
    this.env = {
      ...process.env,
      SHOP_DATA: DATA,
      SHOP_HUB: `127.0.0.1:${ports.hub}`,
      SHOP_GATEWAY: `127.0.0.1:${ports.gateway}`,
    }
    delete this.env['DATABASE_URL']
    this.#up = new Program([...SHIPWATCH, 'up', '--json', '--config', CONFIGURATION], {
      cwd: SHOP,
      env: this.env,
      onLine: line => this.#hear(line),
    })
  }

  /** Who may sign in to the console, once the hub has said it. */
  get administrator(): Administrator | undefined {
    return this.#administrator
  }

  #hear(line: string): void {
    const told = JSON.parse(line) as { readonly administrator?: Administrator }
    this.#administrator ??= told.administrator
  }

  /** Starts hub and gateway, on the usual ports where they are free. */
  static async open(clock: Clock): Promise<Shop> {
    await stopLeftovers()
    await rm(DATA, { recursive: true, force: true })
    return new Shop({ hub: await freePort(7700), gateway: await freePort(8080) }, clock)
  }

  /** Resolves when the hub answers and has said who may sign in; rejects with what it said when it ended instead. */
  async ready(signal: AbortSignal): Promise<void> {
    let code: number | undefined
    this.#up.ended.then(
      ended => {
        code = ended
      },
      () => {
        code = 1
      },
    )
    for (;;) {
      signal.throwIfAborted()
      if (code !== undefined) throw new Error(`shipwatch up ended with ${code}: ${this.#up.lastWords}`)
      const token = await readFile(join(DATA, 'hub.token'), 'utf8').catch(() => undefined)
      if (token !== undefined) {
        const client = new Client({ url: this.hubUrl, token: token.trim(), actor: 'user/demo', clock: this.#clock })
        const status = await client.status().catch(() => undefined)
        if (status?.gateway.reachable && this.#administrator) {
          this.#client = client
          return
        }
      }
      await this.#clock.sleep(50, signal)
    }
  }

  get client(): Client {
    if (!this.#client) throw new Error('the hub is not ready yet')
    return this.#client
  }

  /** Deploys a version, and tells of each change until it is decided and in force. */
  async deploy(
    service: string,
    version: string,
    changed: (release: ReleaseView) => void,
    signal: AbortSignal,
  ): Promise<ReleaseView> {
    let release = await this.client.deploy(service, { version })
    let revision = 0
    for (;;) {
      if (release.revision !== revision) changed(release)
      revision = release.revision
      if (release.phase === 'baking' || release.phase === 'ended' || release.phase === 'held') return release
      await this.#clock.sleep(100, signal)
      release = await this.client.release(release.id)
    }
  }

  /** Ends everything that was started, in the order in which nobody misses it. */
  async close(): Promise<void> {
    await this.#up.stop()
    const down = new Program([...SHIPWATCH, 'down', '--config', CONFIGURATION], { cwd: SHOP, env: this.env })
    if ((await down.ended) !== 0) throw new Error(`shipwatch down failed: ${down.lastWords}`)
  }
}

/** A demo that was killed leaves its services running, as they should; this one begins without them. */
async function stopLeftovers(): Promise<void> {
  const env = { ...process.env, SHOP_DATA: DATA }
  await new Program([...SHIPWATCH, 'down', '--config', CONFIGURATION], { cwd: SHOP, env }).ended
}

async function freePort(wanted: number): Promise<number> {
  const tried = (port: number): Promise<number | undefined> =>
    new Promise(resolve => {
      const server = createServer()
      server.once('error', () => resolve(undefined))
      server.listen(port, '127.0.0.1', () => {
        const address = server.address()
        server.close(() => resolve(typeof address === 'object' ? address?.port : undefined))
      })
    })
  return (await tried(wanted)) ?? (await tried(0)) ?? wanted
}
