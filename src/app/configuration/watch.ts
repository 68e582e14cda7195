import { type FSWatcher, type Stats, watch } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { z } from 'zod'
import { type Cancel, type Clock, messageOf } from '../../kernel/index.ts'
import { type Fault, formatFault } from './fault.ts'
import { type Loaded, type LoadOptions, loadConfiguration } from './load.ts'
import { isYamlName } from './sources.ts'

/** Why a configuration was read again. */
type Cause = 'file' | 'SIGHUP'

/** What became of reading a configuration again. */
export type Reload<Value> =
  | { readonly kind: 'taken'; readonly cause: Cause; readonly loaded: Extract<Loaded<Value>, { ok: true }> }
  | {
      readonly kind: 'kept'
      readonly cause: Cause
      readonly faults: readonly Fault[]
      /** One line for the log: the first fault, how many there are, and that the old configuration stays. */
      readonly message: string
    }

export interface WatchOptions<Value> extends LoadOptions {
  /** What is in force now; a change since then is noticed at once. */
  readonly current: Pick<Loaded<Value>, 'files' | 'digest'>
  readonly clock: Clock
  /** Stops watching when it aborts. */
  readonly signal: AbortSignal
  readonly reloaded: (reload: Reload<Value>) => void
  /** Told of what keeps a folder from being watched; SIGHUP goes on working. */
  readonly failed: (error: Error) => void
  /** How long files must be quiet before they are read: an editor saves in several steps. 200 by default. */
  readonly quietMs?: number
}

/**
 * Reads the configuration again on SIGHUP, and when a file of it (or a secret's) changes, also when an
 * editor saves by renaming or a mounted volume swaps a symbolic link. Resolves once it watches.
 */
export async function watchConfiguration<Schema extends z.core.$ZodType>(
  schema: Schema,
  options: WatchOptions<z.output<Schema>>,
): Promise<void> {
  const watching = new Watching(schema, options)
  await watching.begin()
}

class Watching<Schema extends z.core.$ZodType> {
  readonly #schema: Schema
  readonly #options: WatchOptions<z.output<Schema>>
  readonly #folders = new Map<string, { readonly identity: string; readonly watcher: FSWatcher; concerns: Concerns }>()
  #digest: string
  #files: readonly string[]
  #pending: Cancel | undefined
  #running: Promise<void> | undefined
  #again: Cause | undefined

  constructor(schema: Schema, options: WatchOptions<z.output<Schema>>) {
    this.#schema = schema
    this.#options = options
    this.#digest = options.current.digest
    this.#files = options.current.files
  }

  async begin(): Promise<void> {
    const { signal } = this.#options
    if (signal.aborted) return
    const hangUp = (): void => this.#reload('SIGHUP')
    process.on('SIGHUP', hangUp)
    signal.addEventListener(
      'abort',
      () => {
        process.off('SIGHUP', hangUp)
        this.#pending?.()
        for (const { watcher } of this.#folders.values()) watcher.close()
        this.#folders.clear()
      },
      { once: true },
    )
    this.#reload('file')
    await this.#running
  }

  #changed(): void {
    this.#pending?.()
    this.#pending = this.#options.clock.after(this.#options.quietMs ?? 200, () => this.#reload('file'))
  }

  /** One reading at a time; what comes meanwhile is one more reading after it. */
  #reload(cause: Cause): void {
    if (this.#running) {
      this.#again = this.#again === 'SIGHUP' ? 'SIGHUP' : cause
      return
    }
    this.#running = this.#read(cause)
      .catch((error: unknown) => this.#options.failed(error instanceof Error ? error : new Error(messageOf(error))))
      .finally(() => {
        this.#running = undefined
        const again = this.#again
        this.#again = undefined
        if (again !== undefined && !this.#options.signal.aborted) this.#reload(again)
      })
  }

  async #read(cause: Cause): Promise<void> {
    // First the watch, then the reading: what changes in between is noticed.
    await this.#watchFolders()
    const loaded = await loadConfiguration(this.#schema, this.#options)
    const { signal, reloaded } = this.#options
    if (signal.aborted) return
    this.#files = loaded.files
    const same = loaded.digest === this.#digest
    this.#digest = loaded.digest
    await this.#watchFolders()
    // A touched file says nothing new; a person who sends SIGHUP wants an answer.
    if (same && cause === 'file') return
    if (loaded.ok) reloaded({ kind: 'taken', cause, loaded })
    else reloaded({ kind: 'kept', cause, faults: loaded.faults, message: keptMessage(loaded.faults) })
  }

  async #watchFolders(): Promise<void> {
    const wanted = await foldersOf(this.#options.path, this.#files)
    if (this.#options.signal.aborted) return
    for (const [folder, { identity, watcher }] of this.#folders) {
      if (wanted.get(folder)?.identity === identity) continue
      watcher.close()
      this.#folders.delete(folder)
    }
    for (const [folder, { identity, concerns }] of wanted) {
      const watched = this.#folders.get(folder)
      if (watched) {
        watched.concerns = concerns
        continue
      }
      try {
        const watcher = watch(folder, { persistent: false }, (_, name) => {
          if (name === null || this.#folders.get(folder)?.concerns(name)) this.#changed()
        })
        // A folder that goes away ends its watch with an error; the one above it tells when it is back.
        watcher.on('error', () => this.#changed())
        this.#folders.set(folder, { identity, watcher, concerns })
      } catch (error) {
        this.#options.failed(new Error(`changes in ${folder} will not be noticed: ${messageOf(error)}`))
      }
    }
  }
}

/** Whether a change of that name may change the configuration. */
type Concerns = (name: string) => boolean

interface WantedFolder {
  /** Changes when the folder is replaced by another of the same name. */
  readonly identity: string
  readonly concerns: Concerns
}

/**
 * The folders to watch: those of the files, of what their symbolic links lead to, and, where one does not
 * exist, the nearest above it that does. Files themselves are not watched: a save by renaming replaces them.
 */
async function foldersOf(path: string, files: readonly string[]): Promise<Map<string, WantedFolder>> {
  const names = new Map<string, Set<string>>()
  const add = (file: string): void => {
    const folder = dirname(file)
    names.set(folder, (names.get(folder) ?? new Set()).add(basename(file)))
  }
  for (const file of new Set([path, ...files].map(each => resolve(each)))) {
    add(file)
    const real = await realpath(file).catch(() => file)
    if (real !== file) add(real)
  }
  const root = resolve(path)
  const isFolder = (await inspect(root))?.isDirectory() === true
  if (isFolder && !names.has(root)) names.set(root, new Set())
  const wanted = new Map<string, WantedFolder>()
  for (const [folder, inside] of names) {
    const concerns: Concerns = name =>
      inside.has(name) || name.startsWith('..') || (folder === root && isYamlName(name))
    let existing = folder
    let stats = await inspect(existing)
    while (!stats && dirname(existing) !== existing) {
      existing = dirname(existing)
      stats = await inspect(existing)
    }
    if (!stats) continue
    const before = wanted.get(existing)
    wanted.set(existing, {
      identity: `${stats.dev}:${stats.ino}:${stats.birthtimeMs}`,
      concerns: name => existing !== folder || concerns(name) || before?.concerns(name) === true,
    })
  }
  return wanted
}

async function inspect(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch {
    return undefined // not there, or not to be seen: the folder above it is watched instead
  }
}

function keptMessage(faults: readonly Fault[]): string {
  const [first] = faults
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''
  return `the configuration in force stays: ${first ? formatFault(first) : 'the new one is not valid'}${more}`
}
