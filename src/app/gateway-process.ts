import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { GatewayOptions, type GatewayOptionsInput } from '../gateway/index.ts'
import { type Clock, InvalidInput } from '../kernel/index.ts'
import { type ProcessTarget, processTarget, type Workload } from '../ship/index.ts'
import type { Configuration } from './configuration/schema.ts'
import { type DataFolder, replaceFile } from './data-folder.ts'
import type { Found } from './find.ts'
import { adminAddress } from './hub.ts'

/** The name under which the gateway is kept, beside the services but in a folder of its own. */
export const GATEWAY = 'gateway'

/** What keeping a gateway needs of its surroundings. */
interface Surroundings {
  readonly clock: Clock
  readonly version: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** How this program was started, to start the gateway by it: Node and the main file. */
  readonly program: readonly string[]
}

/** How a gateway that was started runs, as it writes it down itself. */
const Running = z.object({
  /** Where clients come in. */
  url: z.string(),
  /** Of the program. */
  version: z.string(),
  /** What it was told when it started. */
  options: GatewayOptions,
})
export type Running = z.output<typeof Running>
export type RunningInput = z.input<typeof Running>

export function gatewayOptions(configuration: Configuration, folder: DataFolder): GatewayOptionsInput {
  const { listen, trustForwarded, drain, limits } = configuration.gateway
  return {
    listen,
    admin: adminAddress(configuration, folder),
    tokenFile: folder.gatewayToken,
    stateFile: folder.gatewayState,
    trustForwarded,
    drainMs: drain,
    limits: {
      connections: limits.connections,
      headerBytes: limits.header,
      clientHeaderMs: limits.headerWithin,
      keepAliveMs: limits.keepAlive,
    },
  }
}

/** The gateway as a process that outlives whoever started it: adopted after a restart, started again when it ends. */
export class GatewayProcess {
  readonly #found: Found
  readonly #around: Surroundings
  readonly #target: ProcessTarget

  constructor(found: Found, around: Surroundings) {
    this.#found = found
    this.#around = around
    this.#target = processTarget({ stateDir: found.folder.gatewayProcess, clock: around.clock, env: around.env })
  }

  /** Whether one was ever kept here. */
  get wasKept(): boolean {
    return existsSync(this.#found.folder.gatewayProcess)
  }

  /**
   * Adopts the one that runs, or starts one, and waits until it serves. Rejects with `Conflict` while another program
   * keeps it, with `InvalidInput` where it does not start.
   */
  async start(signal: AbortSignal): Promise<{ readonly adopted: boolean; readonly running: Running | undefined }> {
    const { loaded, folder } = this.#found
    const [present] = await this.#target.instances(GATEWAY)
    await mkdir(dirname(folder.gatewayOptions), { recursive: true, mode: 0o700 })
    await replaceFile(folder.gatewayOptions, JSON.stringify(gatewayOptions(loaded.value, folder)))
    // One that runs is kept whatever its version: only its own end may interrupt the traffic.
    const started = await this.#target.scale(this.#workload(present?.version ?? this.#around.version), 1, signal)
    if (!started.ok) {
      throw new InvalidInput(`the gateway did not start: ${started.reason}`, {
        field: 'gateway',
        ...(started.hint ? { hint: started.hint } : {}),
      })
    }
    return { adopted: present !== undefined, running: await readRunning(folder) }
  }

  /** Looks after it until the signal aborts. */
  keep(signal: AbortSignal): Promise<void> {
    return this.#target.run(signal)
  }

  /** Ends the one that is kept; resolves with whether there was one. */
  async stop(signal: AbortSignal): Promise<boolean> {
    const present = await this.#target.instances(GATEWAY)
    await this.#target.stopAll(signal)
    return present.length > 0
  }

  #workload(version: string): Workload {
    const { folder, loaded } = this.#found
    const { listen, drain } = loaded.value.gateway
    const [node = process.execPath, ...main] = this.#around.program
    const port = portToProbe(listen)
    return {
      service: GATEWAY,
      version,
      run: {
        // A small young generation keeps resident memory level under load, for the same CPU.
        command: [node, '--max-semi-space-size=4', ...main, 'gateway', '--data', folder.root],
        cwd: folder.root,
        ...(port === undefined ? {} : { port }),
        ready: { tcp: true },
        stop: { grace: `${drain + 5_000}ms` },
        // Without it nobody is served: it is tried again soon, however often it ended.
        restart: { maxBackoff: '2s', crashLoop: { exits: 3, within: '1m' } },
      },
    }
  }
}

/** The port by which a process is seen to listen, if 127.0.0.1 is among its addresses. */
function portToProbe(listen: string): number | undefined {
  const [, host, port] = /^(.*):(\d+)$/.exec(listen) ?? []
  const everywhere = host === '' || host === '0.0.0.0' || host === '[::]' || host === '127.0.0.1'
  return everywhere && Number(port) > 0 ? Number(port) : undefined
}

/** How the gateway runs that was started last; `undefined` when that is not known. */
async function readRunning(folder: DataFolder): Promise<Running | undefined> {
  try {
    return Running.parse(JSON.parse(await readFile(folder.gatewayRunning, 'utf8')))
  } catch {
    return undefined // it is from before this file was written, or damaged
  }
}

/** Whether the gateway that runs was started with other options than it would be now. */
export function isOutdated(running: Running, found: Found): boolean {
  const wanted = GatewayOptions.parse(gatewayOptions(found.loaded.value, found.folder))
  return JSON.stringify(running.options) !== JSON.stringify(wanted)
}
