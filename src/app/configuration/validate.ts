import { z } from 'zod'
import { SECRET_FILE, secretFileOf } from '../../kernel/index.ts'
import { type Leaf, leavesOf } from './branch.ts'
import { explain } from './explain.ts'
import type { Fault, Path } from './fault.ts'
import { isSecret } from './shape.ts'
import { locate, plainOf, type ScalarTree, type Tree } from './tree.ts'

/** What is known of a scalar better than its text says: a number from the environment, a secret from a file. */
export type Known = ReadonlyMap<ScalarTree, unknown>

/** Something to be found out before the value can be judged. */
export type Question =
  | { readonly kind: 'take-as'; readonly scalar: ScalarTree; readonly value: number | boolean }
  | { readonly kind: 'read-secret'; readonly scalar: ScalarTree; readonly path: Path; readonly secretFile: string }

export type Validated<Value> =
  | { readonly kind: 'valid'; readonly value: Value }
  | { readonly kind: 'questions'; readonly questions: readonly Question[] }
  | { readonly kind: 'invalid'; readonly faults: readonly Fault[] }

/** Holds a tree against a schema. Pure: what needs a file is asked for, and answered by calling again. */
export function validate<Schema extends z.core.$ZodType>(
  schema: Schema,
  root: Tree,
  known: Known,
): Validated<z.output<Schema>> {
  const value = plainOf(root, known)
  // An empty message marks what a room did not say in words of its own.
  const parsed = z.safeParse(schema, value, { error: () => '', reportInput: true })
  if (parsed.success) return { kind: 'valid', value: parsed.data }
  const issues = parsed.error.issues.map(redactor(schema, root))
  const leaves = leavesOf(issues, schema, value)
  const questions = leaves.flatMap(leaf => questionOf(leaf, root, known))
  if (questions.length > 0) return { kind: 'questions', questions }
  return { kind: 'invalid', faults: explain(leaves, { schema, root, value }) }
}

function questionOf({ issue, path }: Leaf, root: Tree, known: Known): Question[] {
  const { tree: scalar, exact } = locate(root, path)
  if (!exact || scalar?.kind !== 'scalar' || scalar.broken || known.has(scalar)) return []
  if (typeof scalar.value !== 'string') return []
  const text = scalar.value
  const secretFile = secretFileOf(text)
  if (secretFile !== undefined && asks(issue, asksForFile)) return [{ kind: 'read-secret', scalar, path, secretFile }]
  if (!scalar.fromEnvironment) return []
  if (/^(true|false)$/.test(text) && asks(issue, asksForBoolean)) {
    return [{ kind: 'take-as', scalar, value: text === 'true' }]
  }
  if (/^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/.test(text) && asks(issue, asksForNumber)) {
    return [{ kind: 'take-as', scalar, value: Number(text) }]
  }
  return []
}

type Issue = z.core.$ZodIssue

/** Whether the issue, or one that an alternative raises about the same value, asks for it. */
function asks(issue: Issue, asksForIt: (issue: Issue) => boolean): boolean {
  if (issue.code !== 'invalid_union') return asksForIt(issue)
  return issue.errors.some(branch => branch.some(inner => inner.path.length === 0 && asks(inner, asksForIt)))
}

const asksForFile = (issue: Issue): boolean => issue.code === 'custom' && issue.params?.[SECRET_FILE] === true
const asksForBoolean = (issue: Issue): boolean => issue.code === 'invalid_type' && issue.expected === 'boolean'
const asksForNumber = (issue: Issue): boolean =>
  issue.code === 'invalid_type' && (issue.expected === 'number' || issue.expected === 'int')

const SHORTEST_REDACTED = 4

/**
 * Takes every secret, and everything that came from the environment, out of the words that a room wrote
 * itself: it may have put the value into them. Texts under four characters stay: they are everywhere.
 */
function redactor(schema: z.core.$ZodType, root: Tree): (issue: Issue) => Issue {
  let hidden: (readonly [text: string, instead: string])[] | undefined
  const redact = (issue: Issue): Issue => {
    if (issue.code === 'invalid_union' && issue.inclusive !== false) {
      return { ...issue, errors: issue.errors.map(branch => branch.map(redact)) }
    }
    if (issue.code === 'invalid_key') return { ...issue, issues: issue.issues.map(redact) }
    if (issue.message === '') return issue
    hidden ??= hiddenTexts(schema, root)
    let { message } = issue
    for (const [text, instead] of hidden) message = message.replaceAll(text, () => instead)
    return { ...issue, message }
  }
  return redact
}

function hiddenTexts(schema: z.core.$ZodType, root: Tree): (readonly [text: string, instead: string])[] {
  const hidden = new Map<string, string>()
  const look = (tree: Tree, path: Path): void => {
    if (tree.kind === 'map') for (const [key, entry] of tree.entries) look(entry.tree, [...path, key])
    else if (tree.kind === 'list') for (const [index, item] of tree.items.entries()) look(item, [...path, index])
    else if (typeof tree.value === 'string' && tree.value.length >= SHORTEST_REDACTED) {
      if (isSecret(schema, path)) hidden.set(tree.value, '[secret]')
      else if (tree.fromEnvironment) hidden.set(tree.value, tree.shown.slice(1, -1))
    }
  }
  look(root, [])
  return [...hidden].toSorted(([a], [b]) => b.length - a.length)
}
