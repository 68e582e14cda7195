import { fileURLToPath } from 'node:url'
import { makeAccess, type WithPassword } from '../access/index.ts'
import { CHANNELS, type Http, Notices, openHttp } from '../alert/index.ts'
import { httpServer } from '../http/index.ts'
import { type Clock, Conflict, InvalidInput, messageOf, pause } from '../kernel/index.ts'
import { append } from '../logbook/index.ts'
import { type GatewayRouter, gatewayRouter, processTarget } from '../ship/index.ts'
import { openStore, type Store, type Term } from '../store/index.ts'
import { gatewaySettings } from './configuration/route.ts'
import type { Configuration } from './configuration/schema.ts'
import { type DataFolder, hubToken, makeFolder, replaceFile } from './data-folder.ts'
import { carryOutDuties } from './duties.ts'
import type { Log } from './log.ts'
import { type Loop, makeLoop } from './loop.ts'

export interface HubOptions {
  readonly clock: Clock
  readonly log: Log
  readonly version: string
  /** What relative folders of services start in. */
  readonly root: string
  readonly folder: DataFolder
  /** The configuration in force; it may change while the hub runs. */
  readonly configuration: () => Configuration
  readonly env: Readonly<Record<string, string | undefined>>
  /** Given the administrator that a first start makes, with a password that is nowhere kept. */
  readonly madeAdministrator?: (made: WithPassword) => void
  /** Told where the hub listens once it does. */
  readonly ready?: (url: string) => void
  readonly boundary?: (where: string) => void
}

/** Where the console is built to: the same from the sources and from what is published. */
const PAGES = fileURLToPath(new URL('../../dist/console', import.meta.url))
/** How soon a hub that leads tries again to take over the instances from one that led before. */
const TAKE_OVER_EVERY_MS = 1_000

/** Runs the control plane until the signal aborts. Services and gateway go on without it. */
export async function runHub(options: HubOptions, signal: AbortSignal): Promise<void> {
  const { clock, folder, env } = options
  await makeFolder(folder)
  const token = await hubToken(folder)
  const url = env['DATABASE_URL']
  const store = await openStore({ clock, path: folder.database, ...(url ? { url } : {}) })
  try {
    const router = openRouter(options)
    try {
      await serve(options, store, router, token, signal)
    } finally {
      await router.close()
    }
  } finally {
    await store.close()
  }
}

function openRouter({ clock, folder, configuration }: HubOptions): GatewayRouter {
  const settings = (service: string): ReturnType<typeof gatewaySettings> => {
    const found = configuration().services[service]
    return found ? gatewaySettings(found.route) : {}
  }
  return gatewayRouter(
    { admin: adminAddress(configuration(), folder), tokenFile: folder.gatewayToken, settings },
    clock,
  )
}

/** Takes orders, and carries them out whenever it leads. */
async function serve(
  options: HubOptions,
  store: Store,
  router: GatewayRouter,
  token: string,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log, folder, configuration, env, root, version, boundary } = options
  const target = processTarget({ stateDir: folder.processes, clock, root, env })
  const loop = makeLoop({ clock, store, target, router, configuration, log, ...(boundary ? { boundary } : {}) })
  const provider = openHttp({ clock })
  const notices = openNotices(options, store, provider.http)
  const tellTrouble = (error: unknown): void => log.warn('a last use was not noted', { error: messageOf(error) })
  const access = makeAccess({ store, localToken: token, trouble: tellTrouble })
  const { publicUrl, proxies } = configuration().hub
  let leading = false
  const server = httpServer(
    {
      clock,
      store,
      access,
      ship: loop.ship,
      releases: loop.releases,
      notices,
      settings: () => configuration().services,
      // Only the hub that leads keeps instances: what another one saw would be out of date when it comes to lead.
      instances: async service => (leading ? target.instances(service) : []),
      gateway: {
        address: configuration().gateway.listen,
        check: async within => void (await router.readSnapshot(within)),
      },
      hub: { version, startedMs: clock.now(), leading: () => leading },
    },
    { publicUrl, proxies, pages: PAGES, complain: (message, detail) => log.warn(message, detail) },
  )
  const address = await listen(server, configuration().hub.listen)
  try {
    await replaceFile(folder.hubAddress, `${JSON.stringify({ url: address })}\n`)
    await store.transaction(tx =>
      append(tx, { kind: 'hub.started', subject: 'hub', actor: 'hub', data: { version, address, store: store.where } }),
    )
    const administrator = await access.users.ensureAdministrator()
    options.ready?.(address)
    if (administrator) options.madeAdministrator?.(administrator)
    log.info('the hub listens', { address, store: store.where })
    const releases = (term: Term): Promise<void> =>
      carryOutReleases(loop, term, options, is => {
        leading = is
      })
    const duties = [
      { name: 'releases', does: 'carries out releases', run: releases },
      { name: 'notices', does: 'tells people', run: (term: Term) => notices.run(term) },
    ]
    await carryOutDuties(duties, { store, clock, log }, signal)
  } finally {
    await server.close()
    await provider.close()
  }
}

function openNotices({ clock, configuration, log, boundary }: HubOptions, store: Store, http: Http): Notices {
  return new Notices({
    store,
    clock,
    random: Math.random,
    http,
    channels: CHANNELS,
    settings: () => configuration().notify,
    address: () => configuration().hub.publicUrl,
    tierOf: service => configuration().services[service]?.tier,
    complain: (message, detail) => log.warn(message, { ...detail }),
    ...(boundary ? { boundary } : {}),
  })
}

/** For a whole term, as soon as nobody else keeps the instances. */
async function carryOutReleases(
  loop: Loop,
  term: Term,
  { clock, log }: HubOptions,
  standing: (leads: boolean) => void,
): Promise<void> {
  let inTheWay: string | undefined
  while (!term.signal.aborted) {
    try {
      standing(true)
      await loop.run(term)
    } catch (error) {
      if (!(error instanceof Conflict)) throw error
      // The hub that led before is frozen, or cut off from the database: it keeps its instances until it knows.
      if (inTheWay !== error.message) log.warn('this hub cannot carry out releases yet', { error: error.message })
      inTheWay = error.message
    } finally {
      standing(false)
    }
    await pause(clock, TAKE_OVER_EVERY_MS, term.signal)
  }
}

export function adminAddress({ gateway }: Configuration, folder: DataFolder): string {
  return gateway.admin ?? `unix:${folder.gatewaySocket}`
}

async function listen(server: ReturnType<typeof httpServer>, text: string): Promise<string> {
  const match = /^(?:http:\/\/)?(\[[0-9a-f:]+\]|[^:]+):(\d{1,5})$/i.exec(text)
  if (!match) {
    throw new InvalidInput(`“${text}” is no address to listen on`, {
      field: 'hub.listen',
      hint: 'Write it as 127.0.0.1:7700.',
    })
  }
  const [, host = '', port = ''] = match
  try {
    return await server.listen({ host: host.replace(/^\[|\]$/g, ''), port: Number(port) })
  } catch (error) {
    throw new InvalidInput(`the hub cannot listen on ${text}: ${messageOf(error)}`, {
      field: 'hub.listen',
      hint: 'Another program may use the port: free it, or set hub.listen to another one.',
      cause: error,
    })
  }
}
