import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { copyFile, readdir, rename, rm, truncate } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Opens the log that an instance writes by itself, both streams into one file in the order of writing.
 * No pipe and no reader is between: nothing breaks when the hub dies. `O_APPEND` puts each write at the
 * end, also after the file was cut.
 */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  return openSync(path, 'a', 0o600)
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** As many of its last lines are shown to a person. */
const LINES = 10

/** How much of a log is looked at for its last lines. */
const TAIL_BYTES = 8_192

/** The last lines of a log, from byte `from` on; no more of each than fits a message. */
export function lastLines(path: string, count: number, from = 0): readonly string[] {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return [] // it never wrote, or the log was cleared away
  }
  try {
    const sizeBytes = statSync(path).size
    // A log that is now shorter was rotated meanwhile: all of it is new.
    const start = Math.max(from > sizeBytes ? 0 : from, sizeBytes - TAIL_BYTES)
    const buffer = Buffer.alloc(Math.max(0, sizeBytes - start))
    const read = readSync(file, buffer, 0, buffer.length, start)
    const lines = buffer.toString('utf8', 0, read).split('\n')
    const whole = start > from ? lines.slice(1) : lines
    return (
      whole
        .map(line => line.trimEnd())
        // Frames of a stack push the message above them out of sight, and are in the log.
        .filter(line => line !== '' && !/^\s+at .+[:(]/.test(line))
        .slice(-count)
        .map(line => (line.length > 300 ? `${line.slice(0, 299)}…` : line))
    )
  } finally {
    closeSync(file)
  }
}

/**
 * Rotates a log that has outgrown its size: copied to `.1`, the older ones moved up, then cut to nothing,
 * for the process goes on writing to the file that it holds. What it writes between the last read and
 * the cut is lost: two system calls in a row, microseconds, or as long as the system lets us wait between
 * them. On a full disk the oldest files go first; when even that does not make room, the log is cut
 * without a copy: it must not grow for ever.
 */
export async function rotate(
  path: string,
  policy: { readonly maxSizeBytes: number; readonly keep: number },
): Promise<'kept' | 'rotated' | 'cut'> {
  if (sizeOf(path) <= policy.maxSizeBytes) return 'kept'
  const { keep } = policy
  await rm(`${path}.${keep}`, { force: true })
  for (let i = keep - 1; i >= 1; i--) await move(`${path}.${i}`, `${path}.${i + 1}`)
  for (let room = keep; room >= 1; room--) {
    if (await copyAndCut(path, `${path}.1`)) return 'rotated'
    if (room > 1) await rm(`${path}.${room}`, { force: true })
  }
  await truncate(path, 0)
  return keep === 0 ? 'rotated' : 'cut'
}

async function copyAndCut(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to) // the bulk, in the background
    catchUpAndCut(from, to)
    return true
  } catch {
    await rm(to, { force: true })
    return false
  }
}

/** Brings a copy up to the end of its log and cuts the log, with as little between the two as can be. */
export function catchUpAndCut(from: string, to: string): void {
  const source = openSync(from, 'r+')
  const copy = openSync(to, 'r+')
  try {
    const buffer = Buffer.alloc(64 * 1024)
    let at = fstatSync(copy).size
    for (;;) {
      const read = readSync(source, buffer, 0, buffer.length, at)
      if (read === 0) break
      at += writeSync(copy, buffer, 0, read, at)
    }
    ftruncateSync(source, 0)
  } finally {
    closeSync(source)
    closeSync(copy)
  }
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}

/** Clears away the logs of all but the latest ended instances in a folder. Ids sort by time. */
export async function prune(folder: string, running: ReadonlySet<string>, keepEnded: number): Promise<void> {
  const idOf = (name: string): string => name.replace(/\.log(?:\.\d+)?$/, '')
  const names = await readdir(folder).catch(() => []) // nothing was ever written
  const ended = [...new Set(names.map(idOf))].filter(id => !running.has(id)).toSorted()
  const old = new Set(ended.slice(0, Math.max(0, ended.length - keepEnded)))
  for (const name of names) if (old.has(idOf(name))) await rm(join(folder, name), { force: true })
}

/** The log of one instance, and where in it the latest run begins. */
export class InstanceLog {
  readonly path: string
  #from = 0

  constructor(path: string) {
    this.path = path
  }

  beginRun(): void {
    this.#from = sizeOf(this.path)
  }

  lines(): readonly string[] {
    return lastLines(this.path, LINES, this.#from)
  }

  async rotate(policy: Parameters<typeof rotate>[1]): Promise<void> {
    if ((await rotate(this.path, policy)) !== 'kept') this.#from = 0
  }
}
