import type { z } from 'zod'
import { InvalidInput } from '../kernel/index.ts'

/** Nothing that we take is nested deeper; what is would exhaust whoever walks through it. */
const DEEPEST = 100

/**
 * Reads what was sent by its schema; nothing where there is none.
 *
 * @throws InvalidInput with the member that is wrong as its `field`
 */
export function check(schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined
  refuseUnstorable(value)
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const { issues } = result.error
  // A key that nobody knows is most likely the very one that is missed elsewhere, misspelt.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  const field = issue?.path.join('.') ?? ''
  const more = issues.length - 1
  throw new InvalidInput(`${field ? `${field}: ` : ''}${issue?.message}${more > 0 ? ` (and ${more} more)` : ''}`, {
    field,
  })
}

interface Found {
  readonly what: 'nul' | 'too-deep'
  /** Names from the innermost to the outermost. */
  readonly path: string[]
}

/**
 * Refuses the one character that PostgreSQL does not store (U+0000), so that the same is taken whatever the database,
 * wherever it stands: what is free in form may end anywhere.
 */
function refuseUnstorable(whole: unknown): void {
  const found = unstorableIn(whole, 0)
  if (!found) return
  const path = found.path.toReversed()
  if (found.what === 'nul') throw nulIn(path)
  const [field = ''] = path
  throw new InvalidInput(`${field}: nested more than ${DEEPEST} deep`, { field })
}

/** Looks at each value once, and makes nothing on the way: whoever is not signed in can send a megabyte of them, too. */
function unstorableIn(value: unknown, depth: number): Found | undefined {
  if (depth > DEEPEST) return { what: 'too-deep', path: [] }
  if (typeof value === 'string') return value.includes('\0') ? { what: 'nul', path: [] } : undefined
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) {
    for (const [i, member] of value.entries()) {
      const found = unstorableIn(member, depth + 1)
      if (found) return inside(i, found)
    }
    return undefined
  }
  for (const name in value) {
    if (name.includes('\0')) return { what: 'nul', path: [] }
    const found = unstorableIn(value[name as keyof typeof value], depth + 1)
    if (found) return inside(name, found)
  }
  return undefined
}

function inside(name: string | number, found: Found): Found {
  found.path.push(String(name))
  return found
}

function nulIn(path: readonly string[]): InvalidInput {
  const field = path.join('.')
  return new InvalidInput(`${field ? `${field}: ` : ''}holds a NUL (U+0000), which no text of ours may`, {
    field,
    hint: 'Leave that character out.',
  })
}
