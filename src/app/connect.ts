import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Client, HubUnreachable } from '../client/index.ts'
import { type Clock, InvalidInput, messageOf } from '../kernel/index.ts'
import { findConfiguration } from './find.ts'

export interface ConnectOptions {
  /** Where the hub listens; without it, where the hub of the configuration says. */
  readonly hub?: string | undefined
  readonly config?: string | undefined
  /** A file that holds the token. */
  readonly tokenFile?: string | undefined
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
  const { hub, config, tokenFile, actor, cwd, env, clock, signal } = options
  const url = hub || env['SHIPWATCH_HUB'] || undefined
  const given = tokenFile === undefined ? fromEnvironment(env) : await fromFile(resolve(cwd, tokenFile))
  const told = { actor, clock, ...(signal ? { signal } : {}) }
  if (url !== undefined && given !== undefined) return new Client({ url, token: given, ...told })
  const { folder, loaded } = await findConfiguration(config, cwd, env).catch((error: unknown) => {
    const isNowhere = error instanceof InvalidInput && error.field === '--config'
    throw isNowhere && url !== undefined ? missingToken(url, error) : error
  })
  const { listen } = loaded.value.hub
  const token = given ?? tokenIn((await read(folder.hubToken, listen)).trim(), 'data')
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

function fromEnvironment(env: ConnectOptions['env']): string | undefined {
  const given = env['SHIPWATCH_TOKEN']?.trim()
  return given ? tokenIn(given, 'SHIPWATCH_TOKEN') : undefined
}

async function fromFile(file: string): Promise<string> {
  const field = '--token-file'
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new InvalidInput(`cannot read the token: ${messageOf(error)}`, {
      field,
      hint: 'Name a file that holds the token and nothing else.',
    })
  })
  return tokenIn(text.trim(), field)
}

/** A token as it can stand in a header. */
function tokenIn(text: string, field: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text
  throw new InvalidInput('the token is no line of printable characters', {
    field,
    hint: 'Give one that shipwatch token create printed, or what stands in hub.token in the data folder of the hub.',
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
    hint: 'Give one with SHIPWATCH_TOKEN or --token-file, or name a configuration with --config.',
    cause,
  })
}
