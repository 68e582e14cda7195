import { existsSync } from 'node:fs'
import { request } from 'node:http'
import { json } from 'node:stream/consumers'
import { z } from 'zod'
import { readAdminAddress } from '../gateway/index.ts'
import { type Clock, deadline } from '../kernel/index.ts'
import { type ProcessTarget, processTarget } from '../ship/index.ts'
import { findConfiguration } from './find.ts'
import { GatewayProcess } from './gateway-process.ts'
import { adminAddress } from './hub.ts'
import type { HubFlags, Surroundings } from './local-verbs.ts'

/** What `down` found and ended, and what it left alone. */
export interface Downed {
  /** Instances of services. */
  readonly instances: number
  /** Whether a gateway of `shipwatch up` was running. */
  readonly gateway: boolean
  /** Where a gateway answers that somebody else started: it is theirs to end. */
  readonly goesOn?: string | undefined
}

/** `shipwatch down`: stops every service, and then the gateway if `shipwatch up` started it. State and logs stay. */
export async function down(options: HubFlags, around: Surroundings): Promise<number> {
  const { clock, env, stdout, signal } = around
  const found = await findConfiguration(options.config, around.cwd, env)
  const { folder, root, loaded } = found
  const instances = existsSync(folder.processes)
    ? await stopAll(processTarget({ stateDir: folder.processes, clock, root, env }), signal)
    : 0
  const process = new GatewayProcess(found, around)
  const gateway = process.wasKept && (await process.stop(signal))
  const admin = adminAddress(loaded.value, folder)
  const downed = { instances, gateway, goesOn: (await gatewayAnswers(admin, clock, signal)) ? admin : undefined }
  stdout.write(options.json ? `${JSON.stringify(downed)}\n` : `${downInWords(downed).join('\n')}\n`)
  return 0
}

/** Stops every instance; resolves with how many there were. */
async function stopAll(target: ProcessTarget, signal: AbortSignal): Promise<number> {
  const { length } = await target.instances()
  await target.stopAll(signal)
  return length
}

/** Says what has stopped, and nothing of what was not there. */
export function downInWords({ instances, gateway, goesOn }: Downed): string[] {
  const goes = `The gateway at ${goesOn} goes on: shipwatch up did not start it. End it where it was started.`
  return [stoppedInWords(instances > 0, gateway), ...(goesOn === undefined ? [] : [goes])]
}

function stoppedInWords(services: boolean, gateway: boolean): string {
  if (services) return gateway ? 'All services and the gateway have stopped.' : 'All services have stopped.'
  return gateway ? 'The gateway has stopped; no service was running.' : 'No service of this machine was running.'
}

const ANSWER_WITHIN_MS = 2_000

/** A gateway says to anybody that it is one. */
const Health = z.object({ gateway: z.string(), startedMs: z.number() })

/** Whether a gateway answers at this admin address. What is no gateway is none of ours. */
async function gatewayAnswers(admin: string, clock: Clock, signal: AbortSignal): Promise<boolean> {
  const address = readAdminAddress(admin)
  if (!address) return false
  const within = deadline(clock, ANSWER_WITHIN_MS, signal)
  try {
    const to = 'path' in address ? { socketPath: address.path } : { host: address.host, port: address.port }
    const answer = await new Promise<unknown>((resolve, reject) => {
      request({ ...to, path: '/healthz', signal: within.signal, agent: false }, response => {
        json(response).then(resolve, reject)
      })
        .once('error', reject)
        .end()
    })
    return Health.safeParse(answer).success
  } catch {
    signal.throwIfAborted()
    return false
  } finally {
    within.done()
  }
}
