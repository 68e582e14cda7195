import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ByteSize, Duration, Percent, Secret } from '../../kernel/index.ts'
import { jsonSchemaOf } from './json-schema.ts'
import { Sample } from './sample.fixture.ts'

const FROM_ENVIRONMENT = { $ref: '#/definitions/environment' }

function propertyOf(schema: z.core.$ZodType): unknown {
  return jsonSchemaOf(z.strictObject({ it: schema })).properties?.['it']
}

/** Every pattern in a JSON Schema, wherever it is. */
function patternsIn(json: unknown): RegExp[] {
  if (typeof json !== 'object' || json === null) return []
  return Object.entries(json).flatMap(([key, value]) =>
    key === 'pattern' && typeof value === 'string' ? [new RegExp(value, 'u')] : patternsIn(value),
  )
}

describe('the JSON Schema for editors', () => {
  it('says how things are written, not what becomes of them', () => {
    expect(propertyOf(Duration.default(90_000).describe('How long.'))).toEqual({
      anyOf: [{ type: 'string', pattern: expect.stringMatching(/^\^.*\$$/) }, FROM_ENVIRONMENT],
      examples: ['30s', '5m', '1h30m'],
      default: '1m30s',
      description: 'How long.',
    })
    expect(propertyOf(Percent.default(10))).toMatchObject({ default: 10, examples: ['10%', 10] })
  })

  it.each([
    [z.number().min(1), { anyOf: [{ type: 'number', minimum: 1 }, FROM_ENVIRONMENT] }],
    [
      z.boolean().default(true).describe('On?'),
      { anyOf: [{ type: 'boolean' }, FROM_ENVIRONMENT], default: true, description: 'On?' },
    ],
    [z.enum(['a', 'b']), { anyOf: [{ type: 'string', enum: ['a', 'b'] }, FROM_ENVIRONMENT] }],
    [z.union([z.boolean(), z.number()]), { anyOf: [{ type: ['boolean', 'number'] }, FROM_ENVIRONMENT] }],
    [z.string(), { type: 'string' }],
    [z.literal('a'), { type: 'string', const: 'a' }],
    [z.array(z.number()), { type: 'array', items: { anyOf: [{ type: 'number' }, FROM_ENVIRONMENT] } }],
    [Secret, { type: 'string', minLength: 1, examples: ['${NAME}', 'file:/run/secrets/name'] }],
  ])('%# allows a reference to the environment wherever the text alone would not', (schema, json) => {
    expect(propertyOf(schema)).toEqual(json)
  })

  it('knows the keys of the sample, refuses others, and leaves x- to anchors', () => {
    const json = jsonSchemaOf(Sample)
    expect(Object.keys(json.properties ?? {})).toEqual(['hub', 'password', 'services'])
    expect(json).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      required: ['services'],
      additionalProperties: false,
      patternProperties: { '^x-': true },
      definitions: { environment: { type: 'string' } },
    })
    expect(JSON.parse(JSON.stringify(json))).toEqual(json)
  })

  it('follows schemas that contain themselves', () => {
    interface Check {
      readonly all?: readonly Check[] | undefined
      readonly port?: number | undefined
    }
    const Nested: z.ZodType<Check> = z.lazy(() =>
      z.strictObject({ all: z.array(Nested).optional(), port: z.number().optional() }),
    )
    const json = jsonSchemaOf(z.strictObject({ check: Nested }))
    expect(JSON.stringify(json)).toContain('"port":{"anyOf":[{"type":"number"}')
    expect(JSON.stringify(json)).toContain('"items":{"$ref":')
  })
})

describe('the patterns of what is written', () => {
  const texts = ['', '0', '30s', '5m', '1h30m', '1.5s', '1w2d3h4m5s6ms', 'soon', '5', '-5s', '5 m', '1m1h']
  const sizes = ['512MiB', '10 kB', '4096', '1.5GB', '10 XB', '-1', '', 'B', 'MiB']
  const shares = ['10%', '10', '99.5 %', '0', 'half', '-1%', '%', '']

  it.each([
    ['durations', Duration, texts],
    ['sizes', ByteSize, sizes],
    ['shares', Percent, shares],
  ] as const)('take the %s that the schema takes, and no others', (_, schema, written) => {
    const patterns = patternsIn(propertyOf(schema))
    expect(patterns).toHaveLength(1)
    const taken = written.filter(text => text !== '' && patterns.every(pattern => pattern.test(text)))
    expect(taken).toEqual(written.filter(text => schema.safeParse(text).success))
    expect(taken.length).toBeGreaterThan(2)
  })
})
