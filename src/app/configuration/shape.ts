import type { z } from 'zod'
import type { Path } from './fault.ts'
import { kindOf } from './kinds.ts'

type AnySchema = z.core.$ZodType

/**
 * The schemas that may apply at a path, without their wrappers: several where there are unions. Given the
 * value at the root, alternatives whose literals contradict what is written are left out.
 */
export function schemasAt(schema: AnySchema, path: Path, root?: unknown): AnySchema[] {
  let value = root
  let here = fitting(concrete(schema), value)
  for (const step of path) {
    value = isRecord(value) || Array.isArray(value) ? (value as Record<string | number, unknown>)[step] : undefined
    const below = here.flatMap(parent => childOf(parent, step)).flatMap(child => concrete(child))
    here = fitting([...new Set(below)], value)
  }
  return here
}

/** The keys that may stand in a map which any of these schemas describes. */
export function keysOf(schemas: readonly AnySchema[]): string[] {
  const keys = schemas.flatMap(schema => {
    const { def } = (schema as z.core.$ZodTypes)._zod
    if (def.type === 'object') return Object.keys(def.shape)
    if (def.type === 'record') return [...(def.keyType._zod.values ?? [])].map(String)
    return []
  })
  return [...new Set(keys)]
}

/** Whether what stands at a path is a secret under any reading of the schema. */
export function isSecret(schema: AnySchema, path: Path): boolean {
  return schemasAt(schema, path).some(candidate => kindOf(candidate)?.secret)
}

/** Takes off optional, default, lazy and the like, and lays unions out. */
export function concrete(schema: AnySchema, seen: ReadonlySet<AnySchema> = new Set()): AnySchema[] {
  if (seen.has(schema)) return []
  if (kindOf(schema)) return [schema]
  const deeper = (inner: AnySchema): AnySchema[] => concrete(inner, new Set([...seen, schema]))
  const { def } = (schema as z.core.$ZodTypes)._zod
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'catch':
    case 'readonly':
    case 'nonoptional':
    case 'success':
    case 'promise':
      return deeper(def.innerType)
    case 'lazy':
      return deeper(def.getter())
    case 'pipe': // what is written goes in at the front, save where the front is a `preprocess`
      return deeper(def.in._zod.def.type === 'transform' ? def.out : def.in)
    case 'union':
      return [...new Set(def.options.flatMap(deeper))]
    case 'intersection':
      return [...deeper(def.left), ...deeper(def.right)]
    default:
      return [schema]
  }
}

function childOf(schema: AnySchema, step: string | number): AnySchema[] {
  const { def } = (schema as z.core.$ZodTypes)._zod
  switch (def.type) {
    case 'object': {
      const child = Object.hasOwn(def.shape, step) ? def.shape[step] : def.catchall
      return child && child._zod.def.type !== 'never' ? [child] : []
    }
    case 'record':
      return [def.valueType]
    case 'array':
      return [def.element]
    case 'tuple': {
      const child = (typeof step === 'number' ? def.items[step] : undefined) ?? def.rest
      return child ? [child] : []
    }
    default:
      return []
  }
}

/** Leaves out the maps whose literals (`kind: canary`) contradict the value, unless none remains. */
function fitting(schemas: AnySchema[], value: unknown): AnySchema[] {
  if (!isRecord(value)) return schemas
  const left = schemas.filter(schema => {
    const { def, propValues } = (schema as z.core.$ZodTypes)._zod
    if (def.type !== 'object' || !propValues) return def.type === 'object' || def.type === 'record'
    return Object.entries(propValues).every(([key, values]) => {
      const given = value[key]
      return given === undefined || values.has(given as z.core.util.Primitive)
    })
  })
  return left.length > 0 ? left : schemas
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
