import type { z } from 'zod'
import { nearest } from '../../kernel/index.ts'
import type { Path } from './fault.ts'
import { eitherPhrase, expectedBy, phraseOf, TYPES } from './phrases.ts'
import { schemasAt } from './shape.ts'

type Issue = z.core.$ZodIssue
type UnionIssue = z.core.$ZodIssueInvalidUnion

/** An issue that a person can act on: no union with unsaid reasons inside. */
export interface Leaf {
  readonly path: Path
  readonly issue: Issue
  /** What would have been accepted, where several alternatives say it together. */
  readonly expected?: string
}

/** Replaces each failed union by the issues of the alternative that was most likely meant. */
export function leavesOf(issues: readonly Issue[], schema: z.core.$ZodType, value: unknown, base: Path = []): Leaf[] {
  return issues.flatMap(issue => {
    const path = [...base, ...(issue.path as Path)]
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ path, issue }]
    return chooseBranch(issue, schema, value, path)
  })
}

function chooseBranch(union: UnionIssue, schema: z.core.$ZodType, value: unknown, path: Path): Leaf[] {
  const branches = union.errors.filter(branch => branch.length > 0)
  const near = branches.filter(branch => !branch.some(isOtherKind))
  if (near.length === 0) return [{ path, issue: union }]
  const scalar = typeof union.input !== 'object' || union.input === null
  const together = scalar ? joinScalars(branches, union, schema, value, path) : joinLiterals(near, path)
  if (together && branches.length > 1) return [together]
  const [best] = near.toSorted((a, b) => literalMisses(a) - literalMisses(b) || weight(a) - weight(b))
  return leavesOf(best ?? [], schema, value, path)
}

/** Whether the alternative is for another kind of value altogether: a map where a text is written. */
function isOtherKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false
  if (issue.code === 'invalid_union') {
    return issue.errors.length > 0 && issue.errors.every(branch => branch.some(isOtherKind))
  }
  if (issue.code === 'invalid_value') return issue.values.every(value => typeof value !== typeof issue.input)
  return issue.code === 'invalid_type'
}

/** Alternatives of one scalar are told in one sentence: `expected "never" or a duration such as …`. */
function joinScalars(
  branches: readonly Issue[][],
  issue: UnionIssue,
  schema: z.core.$ZodType,
  value: unknown,
  path: Path,
): Leaf | undefined {
  const here = schemasAt(schema, path, value)
  const phrases: string[] = []
  for (const [first] of branches) {
    if (!first) continue
    const phrase = first.code === 'invalid_type' ? typePhrase(first, here) : expectedBy(first, here)
    if (phrase === undefined) return undefined
    // Who writes a text rarely meant a map: its keys would be of no help.
    if (phrase !== TYPES.object && phrase !== TYPES.array) phrases.push(phrase)
  }
  return { path, issue, expected: eitherPhrase(phrases) }
}

function typePhrase(issue: z.core.$ZodIssueInvalidType, here: readonly z.core.$ZodType[]): string | undefined {
  const numbers = here.filter(schema => issue.expected === 'number' && schema._zod.def.type === 'number')
  return numbers.length > 0 ? phraseOf(numbers) : TYPES[issue.expected]
}

/** Maps that are told apart by a key's literal, when the literal is none of theirs: names all of them. */
function joinLiterals(near: readonly Issue[][], path: Path): Leaf | undefined {
  const literals = near.map(branch => branch.filter(isLiteralMiss))
  const key = literals[0]?.find(({ path: [key] }) =>
    literals.every(misses => misses.some(miss => miss.path[0] === key)),
  )?.path[0]
  if (key === undefined) return undefined
  const misses = literals.flat().filter(miss => miss.path[0] === key)
  const values = [...new Set(misses.flatMap(miss => miss.values))]
  const [first] = misses
  return first && { path: [...path, key as string | number], issue: { ...first, values } }
}

function isLiteralMiss(issue: Issue): issue is z.core.$ZodIssueInvalidValue {
  return issue.code === 'invalid_value' && issue.path.length === 1
}

function literalMisses(branch: readonly Issue[]): number {
  return branch.filter(isLiteralMiss).length
}

/** How much is wrong in one alternative; a key that is only misspelt is one mistake, not two. */
function weight(branch: readonly Issue[]): number {
  let count = 0
  const missing = branch.flatMap(({ input, path }) =>
    input === undefined && path.length === 1 ? [String(path[0])] : [],
  )
  for (const issue of branch) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) if (nearest(key, missing) === undefined) count += 1
    } else if (issue.code === 'invalid_union' && issue.errors.length > 0) count += Math.min(...issue.errors.map(weight))
    else count += 1
  }
  return count
}
