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
  readonly path: readonly string[]
  readonly value: unknown
}

/**
 * Refuses the one character that PostgreSQL does not store (U+0000), so that the same is taken whatever the database,
 * wherever it stands: what is free in form may end anywhere.
 */
function refuseUnstorable(whole: unknown): void {
  const ahead: Found[] = [{ path: [], value: whole }]
  for (let next = ahead.pop(); next; next = ahead.pop()) {
    const { path, value } = next
    if (path.length > DEEPEST) {
      const field = path.slice(0, 1).join('.')
      throw new InvalidInput(`${field}: nested more than ${DEEPEST} deep`, { field })
    }
    if (typeof value === 'string' && value.includes('\0')) throw nulIn(path)
    if (typeof value !== 'object' || value === null) continue
    for (const [name, member] of Object.entries(value)) {
      if (name.includes('\0')) throw nulIn(path)
      ahead.push({ path: [...path, name], value: member })
    }
  }
}

function nulIn(path: readonly string[]): InvalidInput {
  const field = path.join('.')
  return new InvalidInput(`${field ? `${field}: ` : ''}holds a NUL (U+0000), which no text of ours may`, {
    field,
    hint: 'Leave that character out.',
  })
}
