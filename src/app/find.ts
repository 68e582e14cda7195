import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { InvalidInput, ShipwatchError } from '../kernel/index.ts'
import { type Fault, formatFault, type Loaded, loadConfiguration } from './configuration/index.ts'
import { Configuration } from './configuration/schema.ts'
import { type DataFolder, dataFolder } from './data-folder.ts'

const FILE = 'shipwatch.yaml'

/** A configuration that was read, and where it lies. */
export interface Found {
  /** The file, or the folder of files. */
  readonly path: string
  /** What relative paths in it start from. */
  readonly root: string
  readonly loaded: Extract<Loaded<Configuration>, { ok: true }>
  readonly folder: DataFolder
}

/** The configuration is not valid. The message has a line for each fault. */
export class InvalidConfiguration extends ShipwatchError {
  readonly code = 'invalid_configuration'
  readonly faults: readonly Fault[]

  constructor(faults: readonly Fault[]) {
    super(faults.map(formatFault).join('\n'), { hint: 'shipwatch check tells when it is right.' })
    this.faults = faults
  }
}

/** The configuration that was named, or the nearest `shipwatch.yaml` from `cwd` upward. */
function whereIs(given: string | undefined, cwd: string): string {
  if (given !== undefined) return resolve(cwd, given)
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const candidate = join(folder, FILE)
    if (existsSync(candidate)) return candidate
    if (folder === dirname(folder)) break
  }
  throw new InvalidInput(`no ${FILE} in ${cwd} or above`, { field: '--config', hint: 'Write one with: shipwatch init' })
}

/** Reads the configuration. Rejects with `InvalidConfiguration`. */
export async function findConfiguration(
  given: string | undefined,
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Found> {
  const path = whereIs(given, cwd)
  const loaded = await loadConfiguration(Configuration, { path, env })
  if (!loaded.ok) throw new InvalidConfiguration(loaded.faults)
  const root = existsSync(path) && statSync(path).isDirectory() ? path : dirname(path)
  const folder = dataFolder(root, loaded.value.data)
  if (loaded.value.gateway.admin === undefined) checkSocket(folder)
  return { path, root, loaded, folder }
}

/** Of `sun_path` in unix(7), with its closing zero. */
const LONGEST_SOCKET_BYTES = 107

function checkSocket({ root, gatewaySocket }: DataFolder): void {
  const excess = Buffer.byteLength(gatewaySocket) - LONGEST_SOCKET_BYTES
  if (excess <= 0) return
  throw new InvalidInput(`the data folder ${root} is ${excess} bytes too deep for the gateway's socket in it`, {
    field: 'data',
    hint: 'Name a shorter path as data, or set gateway.admin to an address such as 127.0.0.1:8081.',
  })
}
