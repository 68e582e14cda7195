import type { z } from 'zod'
import { nearest } from '../../kernel/index.ts'
import type { Leaf } from './branch.ts'
import { either, type Fault, formatPath, named, type Path, type Place, quoted } from './fault.ts'
import { expectedBy } from './phrases.ts'
import { isSecret, keysOf, schemasAt } from './shape.ts'
import { type Located, locate, type Tree } from './tree.ts'

/** What was validated: the schema, the tree with its places, and the plain value that was made of it. */
export interface Subject {
  readonly schema: z.core.$ZodType
  readonly root: Tree
  readonly value: unknown
}

/** Says each issue in words, at its place. Nothing is said of a value that has a fault of its own already. */
export function explain(leaves: readonly Leaf[], subject: Subject): Fault[] {
  const faults = leaves.flatMap(leaf => explainOne(leaf, subject))
  // A misspelt key is unknown and its right name missing: one mistake, said once.
  const meant = new Set(faults.flatMap(fault => fault.meant ?? []))
  return faults.filter(fault => !(fault.missing && meant.has(fault.path))).map(settled)
}

interface Draft extends Fault {
  /** The path that a misspelt key was probably meant to be. */
  readonly meant?: string
  readonly missing?: boolean
}

function settled({ meant: _meant, missing: _missing, ...fault }: Draft): Fault {
  return fault
}

function explainOne(leaf: Leaf, subject: Subject): Draft[] {
  const { issue, path } = leaf
  const found = locate(subject.root, path)
  if (found.tree?.kind === 'scalar' && found.tree.broken) return []
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => unknownKey(key, path, subject))
  if (issue.code === 'invalid_key') return [unfitKey(issue, path, found)]
  if (found.missing !== undefined && isAbsent(issue)) return [missingKey(leaf, found.missing, found.at, subject)]
  return [unfitValue(leaf, found, subject)]
}

function unknownKey(key: string, parent: Path, { schema, root, value }: Subject): Draft {
  const path = [...parent, key]
  const { keyAt, at } = locate(root, path)
  const known = keysOf(schemasAt(schema, parent, value))
  const near = nearest(key, known)
  const fault = { ...placeOf(keyAt ?? at), path: formatPath(path) }
  if (near !== undefined) {
    const message = `unknown key ${named(key)}; did you mean ${named(near)}?`
    return { ...fault, message, nearest: near, meant: formatPath([...parent, near]) }
  }
  const expected = either(known.map(named))
  // A long list helps nobody; the manual has it.
  const listed = known.length > 0 && known.length <= 20 ? `; known here: ${known.map(named).join(', ')}` : ''
  return { ...fault, message: `unknown key ${named(key)}${listed}`, ...(expected === '' ? {} : { expected }) }
}

function unfitKey(issue: z.core.$ZodIssueInvalidKey, path: Path, found: Located): Draft {
  const key = named(String(path.at(-1)))
  const [reason] = issue.issues
  const expected = reason && expectedBy(reason, [])
  const because = reason?.message || (expected ? `expected ${expected}` : '')
  const message = `${key} cannot be a key here${because ? `; ${because}` : ''}`
  return { ...placeOf(found.keyAt ?? found.at), path: formatPath(path), message, ...(expected ? { expected } : {}) }
}

function missingKey(leaf: Leaf, key: string, parentAt: Place, { schema, value }: Subject): Draft {
  const expected = leaf.expected ?? expectedBy(leaf.issue, schemasAt(schema, leaf.path, value))
  const because = leaf.issue.message || (expected ? `expected ${expected}` : '')
  const message = `${named(key)} is missing${because ? `; ${because}` : ''}`
  return {
    ...placeOf(parentAt),
    path: formatPath(leaf.path),
    message,
    ...(expected ? { expected } : {}),
    missing: true,
  }
}

function unfitValue(leaf: Leaf, found: Located, { schema, value }: Subject): Draft {
  const { issue, path } = leaf
  const here = schemasAt(schema, path, value)
  const secret = isSecret(schema, path)
  const tree = found.exact ? found.tree : undefined
  const expected = leaf.expected ?? expectedBy(issue, here)
  const got = tree && describe(tree, secret, issue)
  const near = tree && !secret ? meantValue(tree, issue, here) : undefined
  const fault = {
    ...placeOf(found.at),
    path: formatPath(path),
    message: sentence(issue, expected, got, near),
    ...(got !== undefined && !secret ? { value: got } : {}),
    ...(expected ? { expected } : {}),
    ...(near ? { nearest: near.replace(/^"(.*)"$/, '$1') } : {}),
  }
  const hint = tree && quotesHint(tree, here, secret)
  return hint ? { ...fault, hint } : fault
}

function sentence(issue: Leaf['issue'], expected?: string, got?: string, near?: string): string {
  // A room's own words are complete, unless they leave off where ours go on.
  if (issue.message !== '' && !issue.message.startsWith('expected ')) return issue.message
  if (issue.code === 'invalid_union' && issue.inclusive === false)
    return 'several of the alternatives apply; keep to one'
  const begin = issue.message || (expected ? `expected ${expected}` : 'this is not accepted here')
  return `${begin}${got === undefined ? '' : `, got ${got}`}${near === undefined ? '' : `; did you mean ${near}?`}`
}

/** What stands there, in words; of a secret only what sort of thing it is. */
function describe(tree: Tree, secret: boolean, issue: Leaf['issue']): string {
  if (tree.kind === 'map')
    return issue.code === 'too_small' || issue.code === 'too_big' ? String(tree.entries.size) : 'a map'
  if (tree.kind === 'list')
    return issue.code === 'too_small' || issue.code === 'too_big' ? String(tree.items.length) : 'a list'
  if (!secret) return tree.shown
  if (typeof tree.value === 'string') return 'a text'
  return tree.value === null ? 'nothing' : `a ${typeof tree.value}`
}

function meantValue(tree: Tree, issue: Leaf['issue'], here: readonly z.core.$ZodType[]): string | undefined {
  if (tree.kind !== 'scalar' || typeof tree.value !== 'string' || tree.fromEnvironment) return undefined
  const word = tree.value
  if (here.some(schema => schema._zod.def.type === 'boolean') && issue.code === 'invalid_type') {
    if (/^(yes|on|true|y)$/i.test(word)) return 'true'
    return /^(no|off|false|n)$/i.test(word) ? 'false' : undefined
  }
  const texts = valuesOf(issue, here).filter(value => typeof value === 'string')
  const near = nearest(word, texts)
  return near === undefined ? undefined : quoted(near)
}

function valuesOf(issue: Leaf['issue'], here: readonly z.core.$ZodType[]): readonly unknown[] {
  if (issue.code === 'invalid_value') return issue.values
  if (issue.code !== 'invalid_union') return []
  return ('options' in issue && issue.options) || here.flatMap(schema => [...(schema._zod.values ?? [])])
}

/** `version: 1.10` is a number to YAML, and no longer what was written. */
function quotesHint(tree: Tree, here: readonly z.core.$ZodType[], secret: boolean): string | undefined {
  if (tree.kind !== 'scalar' || (typeof tree.value !== 'number' && typeof tree.value !== 'boolean')) return undefined
  if (secret) return 'put it in quotes'
  return here.some(schema => schema._zod.def.type === 'string') ? `put it in quotes: "${tree.shown}"` : undefined
}

function isAbsent(issue: Leaf['issue']): boolean {
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) return true
  return issue.code !== 'custom' && issue.input === undefined
}

function placeOf({ file, line, column }: Place): Place {
  return { file, line, column }
}
