import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { GatewayOptions, type GatewayOptionsInput, runGateway } from '../gateway/index.ts'
import { type Clock, InvalidInput, messageOf, ShipwatchError } from '../kernel/index.ts'
import { processTarget } from '../ship/index.ts'
import { type Fault, formatFault, watchConfiguration } from './configuration/index.ts'
import { Configuration } from './configuration/schema.ts'
import { type DataFolder, dataFolder, makeFolder, replaceFile } from './data-folder.ts'
import { type Found, findConfiguration, InvalidConfiguration } from './find.ts'
import { adminAddress, runHub } from './hub.ts'
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

/** `shipwatch hub`: the control plane alone. */
export async function hub(options: Options, around: Surroundings): Promise<number> {
  const found = await findConfiguration(options.config, around.cwd, around.env)
  const log = makeLog(around.stderr, around.clock, 'hub')
  await serve(found, around, log)
  return 0
}

/** Runs the hub on a configuration that is read again when it changes. */
async function serve(found: Found, around: Surroundings, log: Log, ready?: (url: string) => void): Promise<void> {
  const { clock, env, signal, version } = around
  let inForce = found.loaded.value
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
      inForce = reload.loaded.value
      log.info('took the changed configuration', { services: Object.keys(inForce.services) })
    },
    failed: error => log.warn('cannot watch the configuration', { error: messageOf(error) }),
  })
  const { root, folder } = found
  await runHub(
    { clock, log, version, root, folder, env, configuration: () => inForce, ...(ready ? { ready } : {}) },
    signal,
  )
}

interface GatewayFlags extends Options {
  /** A data folder that `shipwatch up` has prepared; without it the configuration says all. */
  readonly data?: string | undefined
  readonly listen?: string | undefined
  readonly admin?: string | undefined
}

/** `shipwatch gateway`: the data plane, until the signal aborts and its requests are done. */
export async function gateway(flags: GatewayFlags, around: Surroundings): Promise<number> {
  const { cwd, clock, signal } = around
  const { listen, admin, data } = flags
  const settings =
    data === undefined ? await configuredGateway(flags, around) : await preparedGateway(resolve(cwd, data))
  const options = { ...settings, ...(listen ? { listen } : {}), ...(admin ? { admin } : {}) }
  await mkdir(dirname(options.stateFile), { recursive: true, mode: 0o700 })
  await runGateway(options, clock, signal)
  return 0
}

async function configuredGateway({ config }: Options, { cwd, env }: Surroundings): Promise<GatewayOptionsInput> {
  const { loaded, folder } = await findConfiguration(config, cwd, env)
  await makeFolder(folder)
  return gatewayOptions(loaded.value, folder)
}

async function preparedGateway(data: string): Promise<GatewayOptionsInput> {
  const file = dataFolder(data, '.').gatewayOptions
  try {
    return GatewayOptions.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    throw new InvalidInput(`${file} does not say how to run the gateway: ${messageOf(error)}`, {
      field: '--data',
      hint: 'Start it with shipwatch up, or with --config.',
    })
  }
}

function gatewayOptions(configuration: Configuration, folder: DataFolder): GatewayOptionsInput {
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

/**
 * `shipwatch up`: the hub here, and the gateway as a process of its own that goes on when the hub ends.
 */
export async function up(options: Options, around: Surroundings): Promise<number> {
  const { clock, stdout, stderr, signal } = around
  const found = await findConfiguration(options.config, around.cwd, around.env)
  const log = makeLog(stderr, clock, 'hub')
  await makeFolder(found.folder)
  const { folder } = found
  await mkdir(dirname(folder.gatewayOptions), { recursive: true, mode: 0o700 })
  await replaceFile(folder.gatewayOptions, JSON.stringify(gatewayOptions(found.loaded.value, folder)))
  const keeper = gatewayKeeper(folder, around)
  const keeping = keeper.run(signal)
  const { listen } = found.loaded.value.gateway
  const started = await keeper.scale(gatewayWorkload(found, around), 1, signal)
  if (!started.ok) {
    stderr.write(
      `shipwatch: the gateway did not start: ${started.reason}\n${started.hint ? `hint: ${started.hint}\n` : ''}`,
    )
    return 2
  }
  await Promise.all([
    keeping,
    serve(found, around, log, url => {
      stdout.write(`hub      ${url}\ngateway  http://${listen}\n`)
    }),
  ])
  stdout.write('The hub has stopped. The gateway and the services go on; shipwatch down stops them, too.\n')
  return 0
}

/** `shipwatch down`: stops every service and then the gateway. State and logs stay. */
export async function down(options: Options, around: Surroundings): Promise<number> {
  const { clock, env, stdout, signal } = around
  const { folder, root } = await findConfiguration(options.config, around.cwd, env)
  if (existsSync(folder.processes))
    await processTarget({ stateDir: folder.processes, clock, root, env }).stopAll(signal)
  if (existsSync(folder.gatewayProcess)) await gatewayKeeper(folder, around).stopAll(signal)
  stdout.write('All services and the gateway have stopped.\n')
  return 0
}

function gatewayKeeper(folder: DataFolder, { clock, env }: Surroundings) {
  return processTarget({ stateDir: folder.gatewayProcess, clock, env })
}

/** The gateway is kept alive like any other process: adopted after a restart, started again when it ends. */
function gatewayWorkload({ folder, loaded }: Found, { version, program }: Surroundings) {
  const { listen, drain } = loaded.value.gateway
  const [node = process.execPath, ...main] = program
  const port = Number(/:(\d+)$/.exec(listen)?.[1])
  return {
    service: 'gateway',
    version,
    run: {
      // A small young generation keeps resident memory level under load, for the same CPU.
      command: [node, '--max-semi-space-size=4', ...main, 'gateway', '--data', folder.root],
      cwd: folder.root,
      port,
      ready: { tcp: true as const },
      stop: { grace: `${drain + 5_000}ms` },
      restart: { crashLoop: { exits: 20, within: '1m' } },
    },
  }
}

/** `shipwatch check`: says whether a configuration could be used, without a hub. */
export async function check(
  options: Options & { readonly json?: boolean | undefined },
  around: Surroundings,
): Promise<number> {
  const { cwd, env, stdout } = around
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
