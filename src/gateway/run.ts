import { chmod, lstat, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import { type Clock, InvalidInput } from '../kernel/index.ts'
import { adminServer } from './admin.ts'
import { LiveConfig } from './config.ts'
import { ConfigFile } from './config-file.ts'
import { Plane } from './plane.ts'
import {
  GatewayOptions,
  type GatewayOptionsInput,
  type ListenAddress,
  readAdminAddress,
  readHostPort,
  trusts,
} from './schema.ts'
import { ClientServer, listenError } from './server.ts'
import { readToken, tokenCheck } from './token.ts'

/** What a running gateway tells whoever started it. */
export interface GatewayEvents {
  /** It listens: at `url` for clients, at `admin` (`unix:/path` or `host:port`) for the hub. */
  readonly ready?: (addresses: { readonly url: string; readonly admin: string }) => void
  readonly log?: (level: 'info' | 'warn' | 'error', message: string) => void
}

/**
 * Runs a gateway until `signal` aborts, then drains it. Loads its configuration before it listens, so
 * no request ever meets an empty one. Throws `InvalidInput` or `Unavailable` where it cannot start.
 */
export async function runGateway(
  options: GatewayOptionsInput,
  clock: Clock,
  signal: AbortSignal,
  { ready, log = () => undefined }: GatewayEvents = {},
): Promise<void> {
  const { listen, admin, tokenFile, stateFile, trustForwarded, limits, drainMs } = readOptions(options)
  const token = await readToken(tokenFile)
  const file = new ConfigFile(stateFile)
  const { config, warning } = await file.load()
  if (warning !== undefined) log('error', warning)
  const plane = new Plane(clock, limits)
  const live = new LiveConfig(config, file, plane)
  const clients = new ClientServer(plane, trusts(trustForwarded))
  const hub = adminServer(plane, live, tokenCheck(token), message => log('info', message))
  const adminAddress = await listenAdmin(hub, admin)
  try {
    const port = await clients.listen(listen.host, listen.port)
    const url = `http://${listen.host.includes(':') ? `[${listen.host}]` : listen.host || 'localhost'}:${port}`
    log('info', `serves ${config.services.length} services at ${url}; told by ${adminAddress}`)
    ready?.({ url, admin: adminAddress })
    await aborted(signal)
    log('info', `stops: requests in flight may finish for ${drainMs} ms`)
    const cut = await clients.drain(drainMs)
    if (cut > 0) log('warn', `${cut} connections were cut at the deadline`)
  } finally {
    await closeAdmin(hub)
  }
}

function readOptions(options: GatewayOptionsInput) {
  const read = GatewayOptions.safeParse(options)
  if (!read.success) {
    const [issue] = read.error.issues
    throw new InvalidInput(issue?.message ?? 'the options are wrong', {
      field: ['gateway', ...(issue?.path ?? [])].join('.'),
    })
  }
  const listen = readHostPort(read.data.listen)
  const admin = readAdminAddress(read.data.admin)
  if (!listen || !admin) throw new InvalidInput('the addresses are wrong', { field: 'gateway.listen' })
  return { ...read.data, listen, admin }
}

/** Listens for the hub; returns where. */
async function listenAdmin(server: Server, address: ListenAddress): Promise<string> {
  const name = 'path' in address ? `unix:${address.path}` : `${address.host}:${address.port}`
  if ('path' in address) await removeDeadSocket(address.path)
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => reject(listenError(error, name, 'admin')))
    server.listen(address, resolve)
  })
  if ('path' in address) {
    await chmod(address.path, 0o600)
    return name
  }
  const bound = server.address()
  return typeof bound === 'object' && bound ? `${address.host}:${bound.port}` : name
}

/** A killed process leaves its socket's file behind, which nobody listens at and nobody else can. */
async function removeDeadSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (!found?.isSocket()) return
  const alive = await new Promise<boolean>(resolve => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
  if (!alive) await rm(path, { force: true })
}

async function closeAdmin(server: Server): Promise<void> {
  const closed = new Promise<void>(resolve => {
    server.close(() => resolve())
  })
  server.closeAllConnections()
  await closed
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
