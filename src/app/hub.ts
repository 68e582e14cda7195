import { hostname } from 'node:os'
import { httpServer } from '../http/index.ts'
import { type Clock, Conflict, InvalidInput, messageOf, pause } from '../kernel/index.ts'
import { append } from '../logbook/index.ts'
import { gatewayRouter, processTarget } from '../ship/index.ts'
import { lead, openStore } from '../store/index.ts'
import { gatewaySettings } from './configuration/route.ts'
import type { Configuration } from './configuration/schema.ts'
import { type DataFolder, hubToken, makeFolder, replaceFile } from './data-folder.ts'
import type { Log } from './log.ts'
import { makeLoop } from './loop.ts'

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
  /** Told where the hub listens once it does. */
  readonly ready?: (url: string) => void
  readonly boundary?: (where: string) => void
}

const LEASE_MS = 10_000
/** How soon a hub that leads tries again to take over the instances from one that led before. */
const TAKE_OVER_EVERY_MS = 1_000

/** Runs the control plane until the signal aborts. Services and gateway go on without it. */
export async function runHub(options: HubOptions, signal: AbortSignal): Promise<void> {
  const { clock, log, folder, configuration, env, root, version, boundary } = options
  await makeFolder(folder)
  const token = await hubToken(folder)
  const url = env['DATABASE_URL']
  const store = await openStore({ clock, path: folder.database, ...(url ? { url } : {}) })
  try {
    const target = processTarget({ stateDir: folder.processes, clock, root, env })
    const router = gatewayRouter(
      {
        admin: adminAddress(configuration(), folder),
        tokenFile: folder.gatewayToken,
        settings: service => {
          const found = configuration().services[service]
          return found ? gatewaySettings(found.route) : {}
        },
      },
      clock,
    )
    const loop = makeLoop({ clock, store, target, router, configuration, log, ...(boundary ? { boundary } : {}) })
    let leading = false
    const server = httpServer(
      {
        clock,
        store,
        ship: loop.ship,
        releases: loop.releases,
        settings: () => configuration().services,
        // Only the hub that leads keeps instances: what another one saw would be out of date when it comes to lead.
        instances: async service => (leading ? target.instances(service) : []),
        gateway: {
          address: configuration().gateway.listen,
          check: async within => void (await router.readSnapshot(within)),
        },
        hub: { version, startedMs: clock.now(), leading: () => leading },
      },
      { token, complain: (message, detail) => log.warn(message, detail) },
    )
    const address = await listen(server, configuration().hub.listen)
    await replaceFile(folder.hubAddress, `${JSON.stringify({ url: address })}\n`)
    await store.transaction(tx =>
      append(tx, { kind: 'hub.started', subject: 'hub', actor: 'hub', data: { version, address, store: store.where } }),
    )
    options.ready?.(address)
    log.info('the hub listens', { address, store: store.where })
    try {
      const holder = `${hostname()}/${process.pid}`
      const trouble = (error: unknown): void => log.warn('cannot reach the database', { error: messageOf(error) })
      await lead(store, { name: 'releases', holder, ttlMs: LEASE_MS, clock, trouble }, signal, async term => {
        let inTheWay: string | undefined
        log.info('this hub carries out releases')
        while (!term.aborted) {
          try {
            leading = true
            return await loop.run(term)
          } catch (error) {
            if (!(error instanceof Conflict)) throw error
            // The hub that led before is frozen, or cut off from the database: it keeps its instances until it knows.
            if (inTheWay !== error.message) log.warn('this hub cannot carry out releases yet', { error: error.message })
            inTheWay = error.message
          } finally {
            leading = false
          }
          await pause(clock, TAKE_OVER_EVERY_MS, term)
        }
      })
    } finally {
      await server.close()
    }
  } finally {
    await store.close()
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
