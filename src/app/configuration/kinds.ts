import type { z } from 'zod'
import { ByteSize, Duration, formatDuration, Percent, Secret } from '../../kernel/index.ts'

type AnySchema = z.core.$ZodType

/** A schema that reads text into something else, and how it is told to people and to editors. */
export interface Kind {
  readonly schema: AnySchema
  /** After “expected”. */
  readonly phrase: string
  /** JSON Schema of what is written in the file. */
  readonly written: z.core.JSONSchema.BaseSchema
  /** Writes a value as one would in the file. */
  readonly write: (value: unknown) => unknown
  readonly secret: boolean
}

const asItIs = (value: unknown): unknown => value

const DURATION = String.raw`^(0|(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+(\.\d+)?s)?(\d+ms)?)$`

export const KINDS: readonly Kind[] = [
  {
    schema: Duration,
    phrase: 'a duration such as 30s, 5m or 1h30m',
    written: { type: 'string', pattern: DURATION, examples: ['30s', '5m', '1h30m'] },
    write: value => (typeof value === 'number' ? formatDuration(value) : value),
    secret: false,
  },
  {
    schema: ByteSize,
    phrase: 'a size such as 512MiB, 10MB or 4096',
    written: {
      anyOf: [
        { type: 'string', pattern: String.raw`^\d+(\.\d+)?\s*(B|kB|MB|GB|KiB|MiB|GiB)?$` },
        { type: 'number', minimum: 0 },
      ],
      examples: ['512MiB', '10MB', 4096],
    },
    write: asItIs,
    secret: false,
  },
  {
    schema: Percent,
    phrase: 'a share from 0% to 100%',
    written: {
      anyOf: [
        { type: 'string', pattern: String.raw`^\d+(\.\d+)?\s*%?$` },
        { type: 'number', minimum: 0, maximum: 100 },
      ],
      examples: ['10%', 10],
    },
    write: asItIs,
    secret: false,
  },
  {
    schema: Secret,
    phrase: 'a secret (text, ${NAME} or file:PATH)',
    written: { type: 'string', minLength: 1, examples: ['${NAME}', 'file:/run/secrets/name'] },
    write: asItIs,
    secret: true,
  },
]

/** The kind of a schema, also after `.describe()`, `.refine()` and the like, which copy it. */
export function kindOf(schema: AnySchema): Kind | undefined {
  const end = transformOf(schema)
  return end && KINDS.find(kind => transformOf(kind.schema) === end)
}

/** Copies of a schema share the transform at its end: that is how they are known. */
function transformOf(schema: AnySchema): AnySchema | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod
  return def.type === 'pipe' && def.out._zod.def.type === 'transform' ? def.out : undefined
}
