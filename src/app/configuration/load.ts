import { createHash, type Hash } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import type { z } from 'zod'
import { type Secret, secretOf, secretsIn } from '../../kernel/index.ts'
import type { Environment } from './environment.ts'
import { type Fault, formatPath, inOrder } from './fault.ts'
import { mergeTrees } from './merge.ts'
import { decode, type ReadFile, readRegularFile, readSources, reasonOf } from './sources.ts'
import type { MapTree, ScalarTree, Tree } from './tree.ts'
import { type Question, validate } from './validate.ts'
import { parseTree } from './yaml.ts'

export interface LoadOptions {
  /** A file, or a folder whose `*.yaml` files are laid together. */
  readonly path: string
  /** What `${NAME}` is taken from: `process.env`. */
  readonly env: Environment
  /** How files are read, the files of secrets too; from the disk by default. */
  readonly readFile?: ReadFile
}

interface Seen {
  /** Every file that was read or looked for, the files of secrets too. */
  readonly files: readonly string[]
  /** Changes when any byte that was read changes. It covers secrets: compare it, do not show it. */
  readonly digest: string
}

export type Loaded<Value> =
  | ({ readonly ok: true; readonly value: Value; readonly secrets: readonly Secret[] } & Seen)
  | ({ readonly ok: false; readonly faults: readonly Fault[] } & Seen)

/**
 * Reads, expands and validates a configuration, and tells everything that is wrong with it at once, in the
 * order of the files. While a file breaks YAML's own rules, only such faults are told: the rest would be guesses.
 */
export async function loadConfiguration<Schema extends z.core.$ZodType>(
  schema: Schema,
  options: LoadOptions,
): Promise<Loaded<z.output<Schema>>> {
  const { path, env, readFile = readRegularFile } = options
  const hash = createHash('sha256')
  const reading = hashed(readFile, hash)
  const { sources, files, faults } = await readSources(path, reading)
  const trees: Tree[] = []
  const broken: Fault[] = [...faults]
  const told: Fault[] = []
  for (const { file, text } of sources) {
    const parsed = parseTree(text, file, env)
    if (!parsed.ok) broken.push(...parsed.faults)
    else {
      told.push(...parsed.faults)
      if (parsed.tree) trees.push(parsed.tree)
    }
  }
  const [first] = sources
  if (broken.length === 0 && trees.length === 0 && first) {
    broken.push({
      file: first.file,
      line: 1,
      column: 1,
      path: '',
      message: 'nothing but comments',
      hint: 'write one with `shipwatch init`',
    })
  }
  if (broken.length > 0) {
    return { ok: false, faults: inOrder(broken, files), files, digest: hash.digest('hex') }
  }
  const { root, faults: merging } = mergeTrees(trees)
  if (!trees.some(tree => tree.kind === 'map')) {
    return { ok: false, faults: inOrder([...told, ...merging], files), files, digest: hash.digest('hex') }
  }
  const checked = await check(schema, root, reading)
  const seen = { files: [...files, ...checked.secretFiles], digest: hash.digest('hex') }
  const all = [...told, ...merging, ...checked.faults]
  if (all.length > 0 || checked.valid === undefined) return { ok: false, faults: inOrder(all, files), ...seen }
  const { value } = checked.valid
  return { ok: true, value, secrets: secretsIn(value), ...seen }
}

interface Checked<Value> {
  readonly valid?: { readonly value: Value }
  readonly faults: readonly Fault[]
  readonly secretFiles: readonly string[]
}

/** Validates, answering what the validation asks: each answer settles one scalar, so this ends. */
async function check<Schema extends z.core.$ZodType>(
  schema: Schema,
  root: MapTree,
  readFile: ReadFile,
): Promise<Checked<z.output<Schema>>> {
  const known = new Map<ScalarTree, unknown>()
  const faults: Fault[] = []
  const secretFiles = new Set<string>()
  for (;;) {
    const validated = validate(schema, root, known)
    if (validated.kind === 'valid') return { valid: { value: validated.value }, faults, secretFiles: [...secretFiles] }
    if (validated.kind === 'invalid') return { faults: [...faults, ...validated.faults], secretFiles: [...secretFiles] }
    for (const question of validated.questions) {
      if (question.kind === 'take-as') {
        known.set(question.scalar, question.value)
        continue
      }
      const file = resolve(dirname(question.scalar.at.file), question.secretFile)
      secretFiles.add(file)
      const read = await readSecret(file, readFile)
      // What stands in for an unread secret goes no further: a fault keeps the configuration from being used.
      known.set(question.scalar, secretOf('text' in read ? read.text : 'unread'))
      if ('reason' in read) faults.push(unreadable(question, read.reason))
    }
  }
}

async function readSecret(file: string, readFile: ReadFile): Promise<{ text: string } | { reason: string }> {
  try {
    // Editors and `echo` end a file with a newline, which is no part of a password.
    const text = decode(await readFile(file)).replace(/\r?\n$/, '')
    return text === '' ? { reason: 'it is empty' } : { text }
  } catch (error) {
    return { reason: reasonOf(error) }
  }
}

function unreadable({ scalar, path, secretFile }: Extract<Question, { kind: 'read-secret' }>, reason: string): Fault {
  // The name may have come from the environment, which is never shown.
  const named = scalar.fromEnvironment ? scalar.shown : secretFile
  return { ...scalar.at, path: formatPath(path), message: `the secret cannot be read from ${named}: ${reason}` }
}

function hashed(readFile: ReadFile, hash: Hash): ReadFile {
  return async path => {
    try {
      const bytes = await readFile(path)
      hash.update(`\0${path}\0`).update(bytes)
      return bytes
    } catch (error) {
      hash.update(`\0${path}\0${String(error)}`)
      throw error
    }
  }
}
