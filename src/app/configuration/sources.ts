import { open, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { InvalidInput, messageOf } from '../../kernel/index.ts'
import type { Fault } from './fault.ts'

/** Reads a whole file; rejects with the `code` of the system's error (`ENOENT`, `EISDIR`, …). */
export type ReadFile = (path: string) => Promise<Uint8Array | string>

export interface Source {
  readonly file: string
  readonly text: string
}

const LARGEST_BYTES = 4 * 2 ** 20

/** Reads a regular file of at most 4 MiB: a device or a pipe would never end. */
export async function readRegularFile(path: string): Promise<Uint8Array> {
  const handle = await open(path, 'r')
  try {
    const stats = await handle.stat()
    if (stats.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' })
    if (!stats.isFile()) throw new InvalidInput('it is not a regular file')
    if (stats.size > LARGEST_BYTES) throw new InvalidInput('it is larger than 4 MiB')
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

/** Reads the file, or every `*.yaml` and `*.yml` directly inside the folder, sorted by name. */
export async function readSources(
  path: string,
  readFile: ReadFile,
): Promise<{
  readonly sources: readonly Source[]
  readonly files: readonly string[]
  readonly faults: readonly Fault[]
}> {
  const single = await readSource(path, readFile)
  if (single.kind === 'text') return { sources: [{ file: path, text: single.text }], files: [path], faults: [] }
  if (single.kind === 'fault') return { sources: [], files: [path], faults: [single.fault] }
  let names: readonly string[]
  try {
    names = (await readdir(path)).filter(isYamlName).toSorted()
  } catch (error) {
    const fault = { ...wholeFile(path), message: `cannot be read: ${reasonOf(error)}` }
    return { sources: [], files: [], faults: [fault] }
  }
  if (names.length === 0) {
    const fault = { ...wholeFile(path), message: `no .yaml file in ${path}`, hint: 'write one with `shipwatch init`' }
    return { sources: [], files: [], faults: [fault] }
  }
  const sources: Source[] = []
  const faults: Fault[] = []
  const files = names.map(name => join(path, name))
  for (const file of files) {
    const read = await readSource(file, readFile)
    if (read.kind === 'text') sources.push({ file, text: read.text })
    else if (read.kind === 'fault') faults.push(read.fault)
    else faults.push({ ...wholeFile(file), message: 'a folder has the name of a file; rename it' })
  }
  return { sources, files, faults }
}

/** Whether a folder's entry of that name is read; what editors leave behind (`.order.yaml.swp`) is not. */
export function isYamlName(name: string): boolean {
  return /^[^.].*\.ya?ml$/.test(name)
}

type Read =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'folder' }
  | { readonly kind: 'fault'; readonly fault: Fault }

async function readSource(file: string, readFile: ReadFile): Promise<Read> {
  try {
    return { kind: 'text', text: decode(await readFile(file)) }
  } catch (error) {
    if (codeOf(error) === 'EISDIR') return { kind: 'folder' }
    if (codeOf(error) === 'ENOENT') {
      const message = `no ${basename(file)} in ${dirname(file)}`
      return { kind: 'fault', fault: { ...wholeFile(file), message, hint: 'write one with `shipwatch init`' } }
    }
    return { kind: 'fault', fault: { ...wholeFile(file), message: `cannot be read: ${reasonOf(error)}` } }
  }
}

/** The text of bytes that must be UTF-8, without its byte order mark. */
export function decode(bytes: Uint8Array | string): string {
  if (typeof bytes === 'string') return bytes.replace(/^\uFEFF/, '')
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new InvalidInput('it is UTF-16; save it as UTF-8')
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new InvalidInput('it is not UTF-8 text', { cause })
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  ELOOP: 'its symbolic links run in a circle',
  ENAMETOOLONG: 'its name is too long',
}

/** Why a file could not be read, in words. */
export function reasonOf(error: unknown): string {
  if (error instanceof InvalidInput) return error.message
  return REASONS[codeOf(error) ?? ''] ?? messageOf(error)
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

function wholeFile(file: string): { file: string; line: number; column: number; path: string } {
  return { file, line: 0, column: 0, path: '' }
}
