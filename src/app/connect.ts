import { readFile } from 'node:fs/promises'
import { Client, HubUnreachable } from '../client/index.ts'
import { type Clock, InvalidInput, messageOf } from '../kernel/index.ts'
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
  /** Ends every call. */
  readonly signal?: AbortSignal
}

/**
 * Finds the hub and its token: by what is given, by the environment, by the configuration's data folder. Rejects
 * with `InvalidInput` or `InvalidConfiguration`, or with `HubUnreachable` where none has ever run.
 */
export async function connect(options: ConnectOptions): Promise<Client> {
  const { hub, config, actor, cwd, env, clock, signal } = options
  const url = hub || env['SHIPWATCH_HUB'] || undefined
  const given = env['SHIPWATCH_TOKEN']?.trim() || undefined
  const told = { actor, clock, ...(signal ? { signal } : {}) }
  if (url !== undefined && given !== undefined) return new Client({ url, token: tokenIn(given), ...told })
  const { folder, loaded } = await findConfiguration(config, cwd, env).catch((error: unknown) => {
    const isNowhere = error instanceof InvalidInput && error.field === '--config'
    throw isNowhere && url !== undefined ? missingToken(url, error) : error
  })
  const { listen } = loaded.value.hub
  const token = tokenIn(given ?? (await read(folder.hubToken, listen)).trim())
  return new Client({ url: url ?? addressIn(await read(folder.hubAddress, listen), listen), token, ...told })
}

function addressIn(text: string, listen: string): string {
  const known = parsed(text)
  if (typeof known === 'object' && known !== null && 'url' in known && typeof known.url === 'string') return known.url
  throw unreachable(listen)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // damaged; the next hub that starts writes it anew
  }
}

/** A token as it can stand in a header. */
function tokenIn(text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text
  throw new InvalidInput('the token is no line of printable characters', {
    field: 'SHIPWATCH_TOKEN',
    hint: 'Give what stands in hub.token in the data folder of the hub.',
  })
}

async function read(file: string, listen: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    // A hub that has never run here wrote no file.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw unreachable(listen)
    throw new InvalidInput(`cannot read ${file}: ${messageOf(error)}`, {
      field: 'data',
      hint: 'Ask as the user who runs the hub, or give SHIPWATCH_HUB and SHIPWATCH_TOKEN.',
    })
  }
}

function unreachable(listen: string): HubUnreachable {
  return new HubUnreachable(`no hub has run here yet; it would listen at ${listen}`, {
    hint: 'Start one: shipwatch up',
  })
}

function missingToken(url: string, cause: unknown): InvalidInput {
  return new InvalidInput(`no token for the hub at ${url}: there is no configuration that names its data folder`, {
    field: 'SHIPWATCH_TOKEN',
    hint: 'Set SHIPWATCH_TOKEN to what stands in hub.token there, or name a configuration with --config.',
    cause,
  })
}
