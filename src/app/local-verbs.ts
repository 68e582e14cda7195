import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, resolve } from 'node:path'
import type { WithPassword } from '../access/index.ts'
import { GatewayOptions, type GatewayOptionsInput, runGateway } from '../gateway/index.ts'
import { type Clock, InvalidInput, messageOf, ShipwatchError } from '../kernel/index.ts'
import { type Fault, formatFault, jsonSchemaOf, watchConfiguration } from './configuration/index.ts'
import { Configuration } from './configuration/schema.ts'
import { type DataFolder, dataFolder, makeFolder, replaceFile } from './data-folder.ts'
import { type Found, findConfiguration, InvalidConfiguration } from './find.ts'
import { GATEWAY, GatewayProcess, gatewayOptions, isOutdated, type RunningInput } from './gateway-process.ts'
import { runHub } from './hub.ts'
import { type Log, makeLog } from './log.ts'

/** What a verb that runs on this machine, not through the hub, needs of its surroundings. */
export interface Surroundings {
  readonly clock: Clock
  readonly version: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { readonly isTTY?: boolean | undefined; write(text: string): unknown }
  /** Aborts on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal
  /** How this program was started, to start parts of it again: Node and the main file. */
  readonly program: readonly string[]
}

interface Options {
  readonly config?: string | undefined
}

/** Flags of the verbs that run hub or gateway here, or end them. */
export interface HubFlags extends Options {
  /** What it prints is JSON, a document a line. */
  readonly json?: boolean | undefined
}

/** `shipwatch hub`: the control plane alone. */
export async function hub(options: HubFlags, around: Surroundings): Promise<number> {
  const found = await findConfiguration(options.config, around.cwd, around.env)
  const log = makeLog(around.stderr, around.clock, 'hub')
  await serve(found, around, { log, json: options.json })
  return 0
}

/** Says once, and nowhere else, how to sign in for the first time. */
function tellAdministrator({ user, password }: WithPassword, { stdout }: Surroundings, json: boolean): void {
  const { name } = user
  if (json) stdout.write(`${JSON.stringify({ administrator: { name, password } })}\n`)
  else stdout.write(`sign in  as ${name}, with the one-time password ${password}\n`)
}

interface Serving {
  readonly log: Log
  readonly json: boolean | undefined
  readonly ready?: (url: string) => void
}

/** Runs the hub on a configuration that is read again when it changes. */
async function serve(found: Found, around: Surroundings, { log, json = false, ready }: Serving): Promise<void> {
  const { clock, env, version } = around
  let inForce = found.loaded.value
  const over = new AbortController()
  const signal = AbortSignal.any([around.signal, over.signal])
  try {
    await watchConfiguration(Configuration, {
      path: found.path,
      env,
      current: found.loaded,
      clock,
      signal,
      reloaded(reload) {
        if (reload.kind === 'kept') {
          log.warn(reload.message)
          return
        }
        const restart = needsRestart(found.loaded.value, reload.loaded.value)
        // What the hub was started with stays: a status that names where nothing listens would be a lie.
        const { data, hub, gateway } = found.loaded.value
        inForce = { ...reload.loaded.value, data, hub, gateway }
        log.info('took the changed configuration', { services: Object.keys(inForce.services) })
        if (restart.length > 0) log.warn('a part of it needs a restart', { fields: restart })
      },
      failed: error => log.warn('cannot watch the configuration', { error: messageOf(error) }),
    })
    const { root, folder } = found
    await runHub(
      {
        clock,
        log,
        version,
        root,
        folder,
        env,
        configuration: () => inForce,
        madeAdministrator: made => tellAdministrator(made, around, json),
        ...(ready ? { ready } : {}),
      },
      around.signal,
    )
  } finally {
    over.abort()
  }
}

/** The parts of a changed configuration that a running hub and gateway cannot take. */
function needsRestart(before: Configuration, after: Configuration): string[] {
  return (['data', 'hub', 'gateway'] as const).filter(
    field => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  )
}

interface GatewayFlags extends Options {
  /** A data folder, which `shipwatch up` may have prepared; without it the configuration says all. */
  readonly data?: string | undefined
  readonly listen?: string | undefined
  readonly admin?: string | undefined
}

/** `shipwatch gateway`: the data plane, until the signal aborts and its requests are done. */
export async function gateway(flags: GatewayFlags, around: Surroundings): Promise<number> {
  const { cwd, clock, signal, stderr } = around
  const { listen, admin, data } = flags
  const log = makeLog(stderr, clock, 'gateway')
  const folder = data === undefined ? undefined : dataFolder(cwd, data)
  const settings = folder === undefined ? await configuredGateway(flags, around) : await preparedGateway(folder)
  const options = { ...settings, ...(listen ? { listen } : {}), ...(admin ? { admin: adminIn(admin, cwd) } : {}) }
  await mkdir(dirname(options.stateFile), { recursive: true, mode: 0o700 })
  const over = new AbortController()
  try {
    await runGateway(options, clock, signal, {
      ready({ url }) {
        if (folder === undefined || around.env['SHIPWATCH_SERVICE'] !== GATEWAY) return
        tellWhoKeepsIt(folder, { url, version: around.version, options: settings }, around, over.signal).catch(error =>
          log.warn('cannot tell that the gateway serves', { error: messageOf(error) }),
        )
      },
      log: (level, message) => (level === 'info' ? log.info(message) : log.warn(message)),
    })
  } finally {
    over.abort()
  }
  return 0
}

/**
 * Writes down how the gateway runs, and opens the port by which the process is seen to be ready, where that is not
 * the one that it serves on: it may listen on another address than the one that is asked.
 */
async function tellWhoKeepsIt(
  folder: DataFolder,
  running: RunningInput,
  { env }: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  await replaceFile(folder.gatewayRunning, JSON.stringify(running))
  const port = Number(env['PORT'])
  if (signal.aborted || !(port > 0) || new URL(running.url).port === String(port)) return
  const door = createServer(socket => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    door.once('error', reject)
    door.listen({ port, host: '127.0.0.1', signal }, resolve)
  })
}

/** `127.0.0.1:8081`, `unix:/path`, or the path alone. */
function adminIn(text: string, cwd: string): string {
  if (text.startsWith('unix:')) return `unix:${resolve(cwd, text.slice('unix:'.length))}`
  return text.includes('/') ? `unix:${resolve(cwd, text)}` : text
}

async function configuredGateway({ config }: Options, { cwd, env }: Surroundings): Promise<GatewayOptionsInput> {
  const { loaded, folder } = await findConfiguration(config, cwd, env)
  await makeFolder(folder)
  return gatewayOptions(loaded.value, folder)
}

/** As `shipwatch up` prepared it; in a folder where it never ran, as it is by default. */
async function preparedGateway(folder: DataFolder): Promise<GatewayOptionsInput> {
  const { gatewayOptions: file, gatewayToken, gatewayState, gatewaySocket } = folder
  if (!existsSync(file)) return { admin: `unix:${gatewaySocket}`, tokenFile: gatewayToken, stateFile: gatewayState }
  try {
    const read = GatewayOptions.safeParse(JSON.parse(await readFile(file, 'utf8')))
    if (read.success) return read.data
    const [issue] = read.error.issues
    throw new Error(`${issue?.path.join('.')}: ${issue?.message}`)
  } catch (error) {
    throw new InvalidInput(`${file} does not say how to run the gateway: ${messageOf(error)}`, {
      field: '--data',
      hint: 'Start it with shipwatch up, or with --config.',
    })
  }
}

/**
 * `shipwatch up`: the hub here, and the gateway as a process of its own that goes on when the hub ends.
 */
export async function up(options: HubFlags, around: Surroundings): Promise<number> {
  const { clock, stdout, stderr } = around
  const found = await findConfiguration(options.config, around.cwd, around.env)
  const log = makeLog(stderr, clock, 'hub')
  await makeFolder(found.folder)
  const over = new AbortController()
  const signal = AbortSignal.any([around.signal, over.signal])
  const process = new GatewayProcess(found, around)
  const { adopted, running } = await process.start(signal)
  const keeping = process.keep(signal)
  if (adopted && running && isOutdated(running, found)) {
    log.warn('the gateway goes on as it was started; shipwatch down, and up again, takes the changed configuration', {
      gateway: running.url,
    })
  }
  const { listen } = found.loaded.value.gateway
  let listens = false
  try {
    const { json = false } = options
    const ready = (hub: string): void => {
      listens = true
      const gateway = running?.url ?? `http://${listen}`
      stdout.write(json ? `${JSON.stringify({ hub, gateway })}\n` : `hub      ${hub}\ngateway  ${gateway}\n`)
    }
    await serve(found, around, { log, json, ready })
  } finally {
    // A start that fails leaves nothing behind that was not there before.
    if (!listens && !adopted) await process.stop(new AbortController().signal)
    over.abort()
    await keeping
  }
  if (!options.json)
    stdout.write('The hub has stopped. The gateway and the services go on; shipwatch down stops them, too.\n')
  return 0
}

interface CheckFlags extends Options {
  readonly json?: boolean | undefined
  /** Prints the JSON Schema of the file, for editors, instead. */
  readonly schema?: boolean | undefined
}

/** `shipwatch check`: says whether a configuration could be used, without a hub. */
export async function check(options: CheckFlags, around: Surroundings): Promise<number> {
  const { cwd, env, stdout } = around
  if (options.schema) {
    stdout.write(`${JSON.stringify(jsonSchemaOf(Configuration), undefined, options.json ? undefined : 2)}\n`)
    return 0
  }
  try {
    const { path, loaded } = await findConfiguration(options.config, cwd, env)
    const services = Object.keys(loaded.value.services)
    if (options.json) stdout.write(`${JSON.stringify({ ok: true, path, services, faults: [] })}\n`)
    else
      stdout.write(
        `${path} is right: ${services.length} ${services.length === 1 ? 'service' : 'services'}${services.length > 0 ? ` (${services.join(', ')})` : ''}\n`,
      )
    return 0
  } catch (error) {
    if (!(error instanceof ShipwatchError)) throw error
    if (!options.json) throw error
    const faults: readonly Fault[] = error instanceof InvalidConfiguration ? error.faults : []
    const told = faults.map(fault => ({ ...fault, text: formatFault(fault) }))
    stdout.write(`${JSON.stringify({ ok: false, message: error.message, faults: told })}\n`)
    return 2
  }
}
