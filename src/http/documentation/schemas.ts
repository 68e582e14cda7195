import { z } from 'zod'
import * as contract from '../../client/index.ts'

/** A JSON Schema (2020-12), as it stands in the document. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
  readonly $ref?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
}

/** The contract's schemas by the names that they are exported under; queries are parameters, not schemas. */
function named(): z.core.$ZodRegistry<{ id?: string | undefined }> {
  const registry = z.registry<{ id?: string | undefined }>()
  for (const [name, value] of Object.entries(contract)) {
    if (value instanceof z.ZodType && !name.endsWith('Query')) registry.add(value, { id: name })
  }
  return registry
}

const UNBOUNDED: ReadonlySet<unknown> = new Set([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])

/** Says what is said of a schema, whatever it stands in; that whole numbers are safe ones goes without saying. */
const override = ({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodType
  jsonSchema: z.core.JSONSchema.BaseSchema
}): void => {
  if (UNBOUNDED.has(jsonSchema.maximum)) delete jsonSchema.maximum
  if (UNBOUNDED.has(jsonSchema.minimum)) delete jsonSchema.minimum
  const { description, format } = z.globalRegistry.get(zodSchema) ?? {}
  if (description !== undefined) jsonSchema.description ??= description
  if (typeof format === 'string') jsonSchema.format ??= format
}

const PLACE = '#/components/schemas/'

/** Every named schema. What is taken is closed, what is given open: a later version may say more. */
export function namedSchemas(): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(named(), { io: 'input', uri: id => `${PLACE}${id}`, override })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _schema, $id: _id, ...schema }]) => [name, schema as JsonSchema]),
  )
}

/** A schema that names those that have a name. */
export function schemaOf(schema: z.ZodType): JsonSchema {
  const {
    $schema: _schema,
    $defs: _defs,
    ...plain
  } = z.toJSONSchema(schema, {
    io: 'input',
    metadata: named(),
    override,
  })
  return JSON.parse(JSON.stringify(plain).replaceAll('"#/$defs/', `"${PLACE}`)) as JsonSchema
}

/** The members of an object schema that come one by one, in a path or a query: as they are once they were read. */
export function membersOf(schema: z.ZodType | undefined): readonly {
  readonly name: string
  readonly required: boolean
  readonly schema: JsonSchema
}[] {
  if (!schema) return []
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'output', override }) as JsonSchema
  return Object.entries(properties).map(([name, member]) => ({
    name,
    required: required.includes(name),
    schema: member,
  }))
}

/** The name in a reference of the document. */
export function nameIn(ref: string): string {
  return ref.slice(PLACE.length)
}
