import { BlockList, isIP } from 'node:net'
import * as z from 'zod'

/** Where to listen: a TCP address, or the path of a Unix socket. */
export type ListenAddress = { readonly host: string; readonly port: number } | { readonly path: string }

const HOST_PORT = /^(\[[0-9A-Fa-f:.]+\]|[^:\s/]*):(\d{1,5})$/

/** Reads `127.0.0.1:8080`, `[::1]:8080` or `:8080` (every address). */
export function readHostPort(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = HOST_PORT.exec(text)
  const port = Number(match?.[2])
  if (!match || port > 65_535) return undefined
  return { host: (match[1] ?? '').replace(/^\[|\]$/g, ''), port }
}

/** Reads `unix:/path` or a loopback address. */
export function readAdminAddress(text: string): ListenAddress | undefined {
  if (text.startsWith('unix:')) return text.length > 5 ? { path: text.slice(5) } : undefined
  const address = readHostPort(text)
  return address && isLoopback(address.host) ? address : undefined
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

/** Builds the check of a peer's address against networks such as `10.0.0.0/8`. */
export function trusts(networks: readonly string[]): (address: string) => boolean {
  if (networks.length === 0) return () => false
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  return address => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

const Network = z.string().refine(text => {
  const [address = '', bits, more] = text.split('/')
  const family = isIP(address)
  const most = family === 6 ? 128 : 32
  return family !== 0 && more === undefined && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
}, 'expected an address or a network such as 10.0.0.0/8')

const Milliseconds = z.int().min(1).max(2_147_483_647)

/** Limits on clients, whatever the service. */
export const GatewayLimits = z.strictObject({
  /** Client connections at a time. */
  connections: z.int().min(1).default(10_000),
  /** Of a request's head. */
  headerBytes: z.int().min(1_024).max(1_048_576).default(32_768),
  /** From a request's first byte, or a connection's beginning, to the end of the head. */
  clientHeaderMs: Milliseconds.default(10_000),
  /** Without a request on a connection that is kept alive. */
  keepAliveMs: Milliseconds.default(75_000),
})
export type GatewayLimits = z.output<typeof GatewayLimits>

/** The gateway's own configuration: what it needs before it can be told anything. */
export const GatewayOptions = z.strictObject({
  /** Where clients come in. */
  listen: z
    .string()
    .refine(text => readHostPort(text) !== undefined, 'expected an address and a port such as 127.0.0.1:8080')
    .default('127.0.0.1:8080'),
  /** Where the hub comes in. */
  admin: z
    .string()
    .refine(
      text => readAdminAddress(text) !== undefined,
      'expected unix:/path or a loopback address such as 127.0.0.1:8081',
    )
    .default('127.0.0.1:8081'),
  /** Holds the admin interface's token; made, readable by its owner alone, where it is missing. */
  tokenFile: z.string().min(1),
  /** Holds the configuration that the gateway was last told. */
  stateFile: z.string().min(1),
  /** Proxies in front of the gateway, whose `X-Forwarded-*` are believed. */
  trustForwarded: z.array(Network).default([]),
  limits: GatewayLimits.prefault({}),
  /** How long requests may go on after the gateway was told to stop. */
  drainMs: z.int().min(0).max(3_600_000).default(30_000),
})
export type GatewayOptions = z.output<typeof GatewayOptions>
export type GatewayOptionsInput = z.input<typeof GatewayOptions>
