import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InvalidInput, messageOf, Unavailable } from '../kernel/index.ts'
import { GatewayConfig } from './protocol.ts'
import { routeTable } from './route-table.ts'

const EMPTY: GatewayConfig = { format: 1, revision: 0, services: [] }

/** What was found on disk. `warning` says when it is not what was written last. */
export interface Loaded {
  readonly config: GatewayConfig
  readonly warning?: string
}

/** The file in which a gateway keeps what it was told, and the copy of what it was told before. */
export class ConfigFile {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  get #backup(): string {
    return `${this.path}.bak`
  }

  /**
   * Reads the configuration. A file that is damaged is set aside and the copy before it taken; where
   * there is none either, the gateway must not start: an empty configuration would cut all traffic off.
   */
  async load(): Promise<Loaded> {
    const main = await read(this.path)
    if (main.kind === 'good') return { config: main.config }
    const backup = await read(this.#backup)
    if (main.kind === 'missing' && backup.kind === 'missing') return { config: EMPTY }
    const fault = main.kind === 'missing' ? 'is missing' : `is damaged: ${main.reason}`
    if (backup.kind !== 'good') {
      throw new InvalidInput(`${this.path} ${fault}, and there is no good copy of it`, {
        field: 'gateway.stateFile',
        hint: `Repair it, or remove it to start without services; ${this.#backup} is where a copy would be.`,
      })
    }
    if (main.kind === 'damaged') await rename(this.path, `${this.path}.damaged`)
    return {
      config: backup.config,
      warning: `${this.path} ${fault}; the copy before it is in force (revision ${backup.config.revision})`,
    }
  }

  /**
   * Writes the configuration so that a crash at any moment leaves either it or the one before: a new
   * file, synced, takes the old one's name, and the folder is synced.
   */
  async save(config: GatewayConfig): Promise<void> {
    const fresh = `${this.path}.tmp`
    try {
      await mkdir(dirname(this.path), { recursive: true, mode: 0o700 })
      const file = await open(fresh, 'w', 0o600)
      try {
        await file.writeFile(`${JSON.stringify(config)}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
      await this.#keepCopy()
      await rename(fresh, this.path)
      await syncFolder(dirname(this.path))
    } catch (error) {
      // What went wrong is told below; that the rest of it may stay behind is no news.
      await rm(fresh, { force: true }).catch(() => undefined)
      throw new Unavailable(`cannot write ${this.path}`, {
        field: 'gateway.stateFile',
        cause: error,
        hint: hintFor(error),
      })
    }
  }

  /** The present file also gets the copy's name, in one step. */
  async #keepCopy(): Promise<void> {
    const step = `${this.#backup}.tmp`
    await rm(step, { force: true })
    try {
      await link(this.path, step)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return
      throw error
    }
    await rename(step, this.#backup)
  }
}

type Read =
  | { readonly kind: 'good'; readonly config: GatewayConfig }
  | { readonly kind: 'missing' }
  | { readonly kind: 'damaged'; readonly reason: string }

async function read(path: string): Promise<Read> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { kind: 'missing' }
    throw new Unavailable(`cannot read ${path}`, { field: 'gateway.stateFile', cause: error })
  }
  try {
    const parsed = GatewayConfig.safeParse(JSON.parse(text))
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      return { kind: 'damaged', reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` }
    }
    routeTable(parsed.data.services.map(route => [route, route]))
    return { kind: 'good', config: parsed.data }
  } catch (error) {
    return { kind: 'damaged', reason: messageOf(error) }
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder; its file system keeps the order of renames by itself.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

function hintFor(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOSPC':
      return 'The disk is full: make room. The configuration before stays in force.'
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return "Let the gateway's user write there. The configuration before stays in force."
    default:
      return 'The configuration before stays in force.'
  }
}
