import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { Fault } from '../../obstacle.ts'
import { commandOf, markOf, pids, turn } from './proc.ts'

/** A socket that accepts connections. */
interface Listener {
  readonly port: number
  readonly inode: string
}

const LISTEN = '0A'

/** Reads `/proc/net/tcp` or `tcp6` (proc(5)): the local port stands in hex behind the address, the inode in column 10. */
export function parseListeners(table: string): readonly Listener[] {
  const listeners: Listener[] = []
  for (const line of table.split('\n').slice(1)) {
    const columns = line.trim().split(/\s+/)
    const [, local, , state] = columns
    const inode = columns[9]
    if (state !== LISTEN || local === undefined || inode === undefined) continue
    listeners.push({ port: Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16), inode })
  }
  return listeners
}

function listeners(): readonly Listener[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(path => {
    try {
      return parseListeners(readFileSync(path, 'utf8'))
    } catch {
      return [] // no IPv6
    }
  })
}

/** Who listens on a port. `pid` is missing where the kernel does not tell, as of other users' processes. */
export interface Holder {
  readonly pid?: number
  readonly command?: string
  /** The instance that it belongs to, when it is one of ours. */
  readonly instanceId?: string
}

/** `undefined` when nobody listens on the port, on whatever address. */
export async function holderOf(port: number): Promise<Holder | undefined> {
  const inodes = new Set(listeners().flatMap(listener => (listener.port === port ? [listener.inode] : [])))
  if (inodes.size === 0) return undefined
  let looked = 0
  for (const pid of pids()) {
    if (++looked % 16 === 0) await turn()
    if (!socketsOf(pid).some(inode => inodes.has(inode))) continue
    const instanceId = markOf(pid)
    return { pid, command: commandOf(pid), ...(instanceId === undefined ? {} : { instanceId }) }
  }
  return {}
}

/** The ports that any of these processes listens on, ascending. */
export function portsOf(processes: readonly number[]): readonly number[] {
  const inodes = new Set(processes.flatMap(pid => socketsOf(pid)))
  const ports = listeners().flatMap(listener => (inodes.has(listener.inode) ? [listener.port] : []))
  return [...new Set(ports)].toSorted((a, b) => a - b)
}

export function portTakenBy(port: number, { pid, command, instanceId }: Holder): Fault {
  return { kind: 'port-taken', port, pid: pid ?? null, program: command ?? null, instance: instanceId ?? null }
}

function socketsOf(pid: number): readonly string[] {
  let names: readonly string[]
  try {
    names = readdirSync(`/proc/${pid}/fd`)
  } catch {
    return [] // gone, or not ours to look at
  }
  return names.flatMap(name => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1] ?? []
    } catch {
      return [] // closed since
    }
  })
}
