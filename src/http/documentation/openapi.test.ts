import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { ROUTES } from '../server.ts'
import { Reading } from './document.fixture.ts'
import { type JsonSchema, nameIn } from './schemas.ts'

const reading = new Reading(ROUTES)
const { document } = reading
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

/** Every object in the document. */
function* inside(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield value as Record<string, unknown>
  for (const member of Object.values(value)) yield* inside(member)
}

describe('the document', () => {
  it('is OpenAPI 3.1 as its meta-schema has it', async () => {
    const validator = new Validator()
    expect(await validator.validate({ ...structuredClone(document) })).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
  })

  it('would not be if something in it were wrong', async () => {
    const broken = { ...structuredClone(document), paths: { '/x': { get: { responses: 7 } } } }
    expect((await new Validator().validate(broken)).valid).toBe(false)
  })

  it('has every route, and only those', () => {
    const described = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`)
    const served = ROUTES.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
    expect(described.toSorted()).toEqual(served.toSorted())
  })

  it('has a name of its own for each operation', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toContain('getReleasesByReleasePoints')
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z0-9]+$/)
  })

  it('leads somewhere with each reference', () => {
    const references = [...inside(document)].flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []))
    expect(references.length).toBeGreaterThan(50)
    for (const reference of references) {
      let here: unknown = document
      for (const step of reference.split('/').slice(1)) here = (here as Record<string, unknown>)[step]
      expect(here, reference).toBeTypeOf('object')
    }
  })

  it('names what has a name instead of repeating it', () => {
    const { schemas } = document.components
    expect(Object.keys(schemas)).toEqual(
      expect.arrayContaining(['ReleaseView', 'Tally', 'Problem', 'Point', 'Points', 'LiveEvent', 'EntryView']),
    )
    expect(Object.keys(schemas).filter(name => name.endsWith('Query'))).toEqual([])
    expect(schemas['ReleaseView']?.properties?.['candidate']).toEqual({
      $ref: '#/components/schemas/Tally',
      description: 'What the new version has answered.',
    })
    expect(schemas['ServiceView']?.properties?.['release']).toMatchObject({
      anyOf: [{ $ref: '#/components/schemas/ReleaseView' }, { type: 'null' }],
    })
    const listed = document.paths['/api/v1/releases']?.['get']?.responses['200']
    expect(listed).toMatchObject({
      content: {
        'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/ReleaseView' } } },
      },
    })
  })

  it('takes nothing that it does not know, and leaves room in what it gives', () => {
    const { schemas } = document.components
    expect(schemas['DeployBody']).toMatchObject({ additionalProperties: false, required: ['version'] })
    expect(schemas['ReleaseView']).not.toHaveProperty('additionalProperties')
  })

  it('says of each operation how it is asked and refused', () => {
    for (const { path, method, operation } of operations) {
      const names = operation.parameters.map(({ name }) => name)
      const placeholders = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
      expect(names, path).toEqual(expect.arrayContaining(placeholders))
      const route = ROUTES.find(
        known => known.path === path.replace(/\{(\w+)\}/g, ':$1') && known.method === method.toUpperCase(),
      )
      expect('401' in operation.responses, path).toBe(route?.scope !== 'none')
      expect(names.includes('Idempotency-Key'), path).toBe(method === 'post' && route?.repeatable === true)
      expect(operation.requestBody !== undefined, path).toBe(route?.body !== undefined)
    }
  })

  it('says what a query may be, as numbers where they are numbers', () => {
    const list = document.paths['/api/v1/releases']?.['get']
    const limit: JsonSchema | undefined = list?.parameters.find(({ name }) => name === 'limit')?.schema
    expect(limit).toEqual({ type: 'integer', minimum: 1, maximum: 500 })
    expect(JSON.stringify(document)).not.toContain(String(Number.MAX_SAFE_INTEGER))
  })

  it('says of every member of every schema what it is', () => {
    const { schemas } = document.components
    const silent: string[] = []
    const look = (place: string, schema: JsonSchema): void => {
      if (schema.items) look(`${place}[]`, schema.items)
      for (const option of [schema['anyOf'] ?? [], schema['oneOf'] ?? []].flat()) look(place, option as JsonSchema)
      for (const [name, member] of Object.entries(schema.properties ?? {})) {
        const of = [member, ...[member['anyOf'] ?? []].flat()] as unknown as readonly JsonSchema[]
        const told = of.some(({ $ref, description }) => description ?? schemas[nameIn($ref ?? '')]?.description)
        if (!told) silent.push(`${place}.${name}`)
        look(`${place}.${name}`, member)
      }
    }
    for (const [name, schema] of Object.entries(schemas)) {
      if (!schema.description) silent.push(name)
      look(name, schema)
    }
    expect(silent).toEqual([])
  })

  it('says of everything that may be asked for in a query or a header what it is', () => {
    const all = operations.flatMap(({ path, operation }) => operation.parameters.map(one => ({ path, ...one })))
    expect(all.filter(({ in: where }) => where !== 'path').length).toBeGreaterThan(20)
    const silent = all.filter(({ in: where, description }) => where !== 'path' && !description)
    expect(silent.map(({ path, name }) => `${path} ${name}`)).toEqual([])
  })

  it('says in what a number is counted, and how a time is written', () => {
    const { schemas } = document.components
    const of = (schema: string, member: string): JsonSchema | undefined => schemas[schema]?.properties?.[member]
    expect(of('StageView', 'forMs')?.description).toContain('milliseconds')
    expect(of('OutcomeView', 'secondsToVerdict')?.description).toContain('Seconds')
    expect(of('ReleaseView', 'weight')?.description).toContain('Percent')
    expect(of('SignalView', 'canaryRate')?.description).toContain('from 0 to 1')
    for (const [name, { properties = {} }] of Object.entries(schemas)) {
      for (const [member, schema] of Object.entries(properties)) {
        if (!/(At|[sS]ince|Until)$/.test(member)) continue
        expect(JSON.stringify(schema), `${name}.${member}`).toContain('"format":"date-time"')
      }
    }
  })

  it('describes the stream of events by what an event is', () => {
    const live = document.paths['/api/v1/live']?.['get']?.responses['200']
    expect(live).toMatchObject({
      content: { 'text/event-stream': { schema: { contentSchema: { $ref: '#/components/schemas/LiveEvent' } } } },
    })
    const names = document.paths['/api/v1/live']?.['get']?.parameters.map(({ name }) => name)
    expect(names).toEqual(['after', 'Last-Event-ID'])
  })
})

describe('whoever reads it', () => {
  it('knows a body that would be refused', () => {
    const faults = (body: unknown) => reading.faultsOfBody('POST', '/api/v1/services/order/releases', body)
    expect(faults({ version: 'v1' })).toEqual([])
    expect(faults({})).not.toEqual([])
    expect(faults({ version: 'v1', speed: 9 })).not.toEqual([])
    expect(faults({ version: 'v1', command: [] })).not.toEqual([])
  })

  it('knows a reply that was not promised', () => {
    const faults = (status: number, body: unknown) =>
      reading.faultsOfReply('GET', '/api/v1/releases/rel_1/points', status, 'application/json', body)
    expect(faults(200, [])).toEqual([])
    expect(faults(200, [{}])).not.toEqual([])
    expect(faults(404, { error: { code: 'not_found', message: 'x' } })).toEqual([])
    expect(faults(404, { error: 'x' })).not.toEqual([])
    expect(faults(418, {})).toEqual(['GET /api/v1/releases/rel_1/points says nothing of 418'])
  })
})
