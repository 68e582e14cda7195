import fc from 'fast-check'
import { z } from 'zod'

type Json = z.core.JSONSchema.JSONSchema

/** Words that names, versions and ids are made of, and such as others have stumbled over. */
export const word: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'order',
    'v1',
    'rel_0',
    'nobody',
    'ci',
    '7',
    '..',
    '%',
    "' OR 1=1 --",
    '\u0000',
    '\u{1f600}',
    '\ud800',
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
)

/** Values that mostly are as a schema wants them, and now and then are not, in one place or another. */
export function likely(schema: z.ZodType): fc.Arbitrary<unknown> {
  return of(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
}

function of(json: Json | boolean): fc.Arbitrary<unknown> {
  if (typeof json === 'boolean') return fc.jsonValue()
  return fc.oneof({ weight: 12, arbitrary: right(json) }, { weight: 1, arbitrary: fc.jsonValue() })
}

function right(json: Json): fc.Arbitrary<unknown> {
  if (json.const !== undefined) return fc.constant(json.const)
  if (json.enum) return fc.constantFrom(...json.enum)
  const variants = json.anyOf ?? json.oneOf
  if (variants) return fc.oneof(...variants.map(of))
  switch (json.type) {
    case 'object':
      return objects(json)
    case 'array': {
      const items = Array.isArray(json.items) ? true : (json.items ?? true)
      return fc.array(of(items), { minLength: json.minItems ?? 0, maxLength: Math.min(json.maxItems ?? 4, 4) })
    }
    case 'string':
      return word.filter(({ length }) => length >= (json.minLength ?? 0))
    case 'integer':
    case 'number':
      return fc.integer({ min: json.minimum ?? -5, max: Math.min(json.maximum ?? 1_000, 1_000) })
    case 'boolean':
      return fc.boolean()
    default:
      return fc.jsonValue()
  }
}

function objects({ properties = {}, required = [] }: Json): fc.Arbitrary<unknown> {
  const known = fc.record(Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, of(value)])), {
    requiredKeys: [...required],
  })
  return fc.tuple(known, fc.option(fc.tuple(word, fc.jsonValue()), { freq: 15 })).map(([value, extra]) => {
    return extra ? { ...value, [extra[0]]: extra[1] } : value
  })
}
