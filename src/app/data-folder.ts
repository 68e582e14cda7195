import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { InvalidInput, messageOf } from '../kernel/index.ts'

/** Where each thing is kept, below the configuration's `data`. */
export interface DataFolder {
  readonly root: string
  readonly database: string
  /** Instances of services, their records and logs. */
  readonly processes: string
  /** The gateway's own process, its record and log. */
  readonly gatewayProcess: string
  /** How the gateway is to be run, for the process that `shipwatch up` starts. */
  readonly gatewayOptions: string
  /** How the gateway that `shipwatch up` started last runs, and where it listens. */
  readonly gatewayRunning: string
  readonly gatewayState: string
  readonly gatewayToken: string
  readonly gatewaySocket: string
  /** Says where the hub listens, for the command line. */
  readonly hubAddress: string
  readonly hubToken: string
}

export function dataFolder(configurationFolder: string, data: string): DataFolder {
  const root = resolve(configurationFolder, data)
  return {
    root,
    database: join(root, 'shipwatch.db'),
    processes: join(root, 'processes'),
    gatewayProcess: join(root, 'gateway-process'),
    gatewayOptions: join(root, 'gateway', 'options.json'),
    gatewayRunning: join(root, 'gateway', 'running.json'),
    gatewayState: join(root, 'gateway', 'config.json'),
    gatewayToken: join(root, 'gateway', 'token'),
    gatewaySocket: join(root, 'gateway', 'admin.sock'),
    hubAddress: join(root, 'hub.json'),
    hubToken: join(root, 'hub.token'),
  }
}

/** Makes the folder, for this user alone. Of one that is there, what holds secrets is kept from others by itself. */
export async function makeFolder(folder: DataFolder): Promise<void> {
  try {
    await mkdir(folder.root, { recursive: true, mode: 0o700 })
    // SQLite would make it for everybody to read; its journals take over the mode that they find here.
    await (await open(folder.database, 'a', 0o600)).close()
  } catch (error) {
    throw new InvalidInput(`cannot use ${folder.root} for data: ${messageOf(error)}`, {
      field: 'data',
      hint: 'Name a folder that this user may write to.',
    })
  }
}

const FIELD = 'data'

/** The secret that callers of the hub show; made at the first start, readable by its owner alone. */
export async function hubToken({ hubToken: file }: DataFolder): Promise<string> {
  const present = await readToken(file)
  if (present !== '') return present
  const draft = await writeDraft(file, `${randomBytes(32).toString('base64url')}\n`)
  try {
    // Unlike a renaming it does not replace: of two hubs that start at once, both take the first one's token.
    await link(draft, file)
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (!isThere || (await readToken(file)) === '') await rename(draft, file) // an empty file, or no links on this disk
  }
  await rm(draft, { force: true })
  return readToken(file)
}

/** What the file holds; nothing when it is not there. Rejects with `InvalidInput` when others may read it. */
async function readToken(file: string): Promise<string> {
  try {
    const token = (await readFile(file, 'utf8')).trim()
    const { mode } = await stat(file)
    if (token === '' || (mode & 0o077) === 0) return token
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw new InvalidInput(`cannot read the hub's token: ${messageOf(error)}`, {
      field: FIELD,
      hint: 'Run the hub as the user whom its data folder belongs to.',
    })
  }
  throw new InvalidInput(`${file} can be read by other users`, { field: FIELD, hint: `Run: chmod 600 ${file}` })
}

/** Writes a file whole or not at all, for this user alone. */
export async function replaceFile(file: string, text: string): Promise<void> {
  await rename(await writeDraft(file, text), file)
}

async function writeDraft(file: string, text: string): Promise<string> {
  const draft = `${file}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, text, { mode: 0o600, flush: true })
  return draft
}
