import { z } from 'zod'
import { kindOf } from './kinds.ts'

type Json = z.core.JSONSchema.BaseSchema
type JsonOrNot = Json | boolean

/** How a reference to the environment is written; it may stand for any single value. */
const ENVIRONMENT: Json = {
  type: 'string',
  pattern: String.raw`\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}`,
  description: 'A value from the environment: ${NAME} or ${NAME:-default}',
}

const FROM_ENVIRONMENT: Json = { $ref: '#/definitions/environment' }

/** Keywords that a text with `${NAME}` in it would break. */
const STRICT_TEXT = ['pattern', 'format', 'enum', 'maxLength'] as const

/** Keywords that speak of the value as a whole, whichever way it is written. */
const ABOUT = ['title', 'description', 'default', 'examples', 'deprecated'] as const

/**
 * JSON Schema (draft 7, which editors know best) of what may be written in the file: names, descriptions,
 * durations and sizes as they are written, and `${NAME}` wherever a value may come from the environment.
 */
export function jsonSchemaOf(schema: z.core.$ZodType): Json {
  const json: Json = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-07',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => writeAsText(zodSchema, jsonSchema),
  })
  const open = openToEnvironment(json)
  return {
    ...open,
    definitions: { ...(open.definitions as Record<string, Json> | undefined), environment: ENVIRONMENT },
    // Anchors for the rest of the file may stand under such keys; see `mergeTrees`.
    ...(open.type === 'object' ? { patternProperties: { ...open.patternProperties, '^x-': true } } : {}),
  }
}

/** Says how a duration, a size, a share or a secret is written; zod knows only that it is some text. */
function writeAsText(schema: z.core.$ZodType, json: Json): void {
  const { def } = (schema as z.core.$ZodTypes)._zod
  // A default is what the program works with (30000): zod leaves it out, an editor shows what one would write (30s).
  const defaulted = def.type === 'default' ? kindOf(def.innerType) : undefined
  if (defaulted && def.type === 'default') json.default = defaulted.write(def.defaultValue)
  // zod names every check of a text (`starts_with`); validators complain of formats that they do not know.
  if (json.pattern !== undefined) delete json.format
  const kind = kindOf(schema)
  if (!kind) return
  for (const key of Object.keys(json)) if (!(ABOUT as readonly string[]).includes(key)) delete json[key]
  Object.assign(json, structuredClone(kind.written))
}

function openToEnvironment(json: JsonOrNot): Json {
  if (typeof json === 'boolean') return json ? {} : { not: {} }
  const open: Json = { ...json }
  if (json.properties) open.properties = openAll(json.properties)
  if (json.patternProperties) open.patternProperties = openAll(json.patternProperties)
  if (json.definitions) open.definitions = openAll(json.definitions as Record<string, Json>)
  if (typeof json.additionalProperties === 'object')
    open.additionalProperties = openToEnvironment(json.additionalProperties)
  if (Array.isArray(json.items)) open.items = json.items.map(openToEnvironment)
  else if (typeof json.items === 'object') open.items = openToEnvironment(json.items)
  if (json.oneOf) open.oneOf = json.oneOf.map(openToEnvironment)
  if (json.allOf) open.allOf = json.allOf.map(openToEnvironment)
  if (json.anyOf) open.anyOf = joinAlternatives(json.anyOf.map(openToEnvironment))
  return isStrictScalar(json) ? besideEnvironment(json) : open
}

function isStrictScalar(json: Json): boolean {
  const types = json.type === undefined ? [] : [json.type].flat()
  const constrained = STRICT_TEXT.some(key => key in json)
  if (types.includes('string') || (types.length === 0 && json.enum)) return constrained
  return json.const === undefined && types.some(type => type === 'number' || type === 'integer' || type === 'boolean')
}

function besideEnvironment(json: Json): Json {
  const about: Record<string, unknown> = {}
  const strict = { ...json }
  for (const key of ABOUT) {
    if (!(key in json)) continue
    about[key] = json[key]
    delete strict[key]
  }
  return { ...about, anyOf: [strict, FROM_ENVIRONMENT] }
}

/** `number or environment, or text or environment` → `number, or text, or environment`. */
function joinAlternatives(alternatives: readonly Json[]): Json[] {
  const flat: Json[] = []
  let opened = false
  for (const json of alternatives) {
    const { anyOf, ...about } = json
    const [strict, environment] = anyOf ?? []
    if (strict && environment === FROM_ENVIRONMENT) {
      opened = true
      flat.push({ ...strict, ...about })
    } else flat.push(json)
  }
  return opened ? [...flat, FROM_ENVIRONMENT] : flat
}

function openAll(group: Readonly<Record<string, JsonOrNot>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(group).map(([key, json]) => [key, openToEnvironment(json)]))
}
