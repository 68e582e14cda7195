import { readFile } from 'node:fs/promises'
import { Client, HubUnreachable } from '../client/index.ts'
import type { Clock, ShipwatchError } from '../kernel/index.ts'
import { findConfiguration } from './find.ts'

export interface ConnectOptions {
  /** Where the hub listens; without it, where the hub of the configuration says. */
  readonly hub?: string | undefined
  readonly config?: string | undefined
  /** Who asks, for the logbook. */
  readonly actor: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
}

/** Finds the hub and its token: by what is given, by the environment, by the configuration's data folder. */
export async function connect({ hub, config, actor, cwd, env, clock }: ConnectOptions): Promise<Client> {
  const url = hub ?? env['SHIPWATCH_HUB']
  const token = env['SHIPWATCH_TOKEN']
  if (url !== undefined && token !== undefined) return new Client({ url, token, actor, clock })
  const { folder, loaded } = await findConfiguration(config, cwd, env)
  const text = token ?? (await read(folder.hubToken, loaded.value.hub.listen))
  return new Client({
    url: url ?? (await addressOf(folder.hubAddress, loaded.value.hub.listen)),
    token: text.trim(),
    actor,
    clock,
  })
}

async function addressOf(file: string, listen: string): Promise<string> {
  const known: unknown = JSON.parse(await read(file, listen))
  if (typeof known === 'object' && known !== null && 'url' in known && typeof known.url === 'string') return known.url
  throw unreachable(listen)
}

async function read(file: string, listen: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    throw unreachable(listen) // a hub that has never run here wrote no file
  }
}

function unreachable(listen: string): ShipwatchError {
  return new HubUnreachable(`no hub has run here yet; it would listen at ${listen}`, {
    hint: 'Start one: shipwatch up',
  })
}
