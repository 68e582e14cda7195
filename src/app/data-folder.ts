import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
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
    gatewayState: join(root, 'gateway', 'config.json'),
    gatewayToken: join(root, 'gateway', 'token'),
    gatewaySocket: join(root, 'gateway', 'admin.sock'),
    hubAddress: join(root, 'hub.json'),
    hubToken: join(root, 'hub.token'),
  }
}

export async function makeFolder(folder: DataFolder): Promise<void> {
  try {
    await mkdir(folder.root, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new InvalidInput(`cannot use ${folder.root} for data: ${messageOf(error)}`, {
      field: 'data',
      hint: 'Name a folder that this user may write to.',
    })
  }
}

/** The secret that callers of the hub show; made at the first start, readable by its owner alone. */
export async function hubToken({ hubToken: file }: DataFolder): Promise<string> {
  const present = await readFile(file, 'utf8').catch(() => '')
  if (present.trim() !== '') return present.trim()
  const token = randomBytes(32).toString('base64url')
  await replaceFile(file, `${token}\n`)
  return token
}

/** Writes a file whole or not at all. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, text, { mode: 0o600, flush: true })
  await rename(draft, file)
}
