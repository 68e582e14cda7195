import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Problem } from '../client/index.ts'
import { hasPostgres, sharedPostgres } from '../store/postgres.fixture.ts'
import { likely, word } from './likely.fixture.ts'
import type { Route } from './route.ts'
import { Desk } from './server.fixture.ts'
import { ROUTES } from './server.ts'

/** What a request is made of; in `path` the placeholders are filled in. */
interface Sent {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
}

const nameOf = ({ method, path }: Route): string => `${method} ${path}`
const filled = (path: string): string => path.replace(/:\w+/g, 'order')
const NUL = 'a\0b'

/** One request for each place of a route in which a text may stand, with a NUL there; and the field that has it. */
function* places({ path, params, query, body }: Route): Generator<readonly [field: string, sent: Sent]> {
  const plain = { path: filled(path), query: {}, body: body ? {} : undefined }
  for (const name of membersOf(params)) {
    yield [name, { ...plain, path: filled(path.replace(`:${name}`, 'a%00b')) }]
  }
  for (const name of membersOf(query)) yield [name, { ...plain, query: { [name]: NUL } }]
  for (const name of membersOf(body)) {
    yield [name, { ...plain, body: { [name]: NUL } }]
    yield [`${name}.0`, { ...plain, body: { [name]: [NUL] } }]
    yield [`${name}.in.it`, { ...plain, body: { [name]: { in: { it: NUL } } } }]
    yield [name, { ...plain, body: { [name]: { [NUL]: 1 } } }]
  }
}

const membersOf = (schema: z.ZodType | undefined): readonly string[] =>
  schema ? Object.keys(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }).properties ?? {}) : []

const cases = ROUTES.flatMap(route => [...places(route)].map(([field, sent]) => [nameOf(route), field, sent] as const))

describe('the places in which a text may stand', () => {
  it('are many', () => {
    expect(cases.length).toBeGreaterThan(80)
  })
})

/** An empty database of each kind; `undefined`: a file of the desk's own. */
const databases: readonly (readonly [string, () => Promise<string | undefined>])[] = [
  ['SQLite', async () => undefined],
  ...(hasPostgres() ? [['PostgreSQL', async () => (await sharedPostgres()).database()] as const] : []),
]

describe.each(databases)('a NUL on %s', (_, newDatabase) => {
  let desk: Desk
  beforeAll(async () => {
    const database = await newDatabase()
    desk = await Desk.open(database === undefined ? {} : { database })
    await desk.harbour.inService('v1')
  })
  afterAll(async () => {
    await desk.close()
    expect(desk.complaints).toEqual([])
  })

  const ask = (method: string, { path, query, body }: Sent) => {
    const search = new URLSearchParams(query).toString()
    const [headers, sent] = [{ 'sec-fetch-site': 'same-origin' }, body === undefined ? {} : { body }]
    return desk.ask(method, search === '' ? path : `${path}?${search}`, { headers, ...sent })
  }

  it.each(cases)('sent to %s as %s is refused, with the field that has it', async (name, field, sent) => {
    const { status, body } = await ask(name.split(' ')[0] ?? '', sent)
    expect([status, Problem.parse(body).error]).toMatchObject([400, { code: 'invalid_input', field }])
  })

  it('or anything else that is likely to be sent, is never a defect of ours', async () => {
    const ending = /\/next$|\/live$|^\/api\/v1\/session$/
    const routes = ROUTES.filter(({ path }) => !ending.test(path))
    const request = fc.constantFrom(...routes).chain(route =>
      fc.record({
        method: fc.constant(route.method),
        path: fc
          .infiniteStream(word)
          .map(names =>
            route.path.replace(/:\w+/g, () => encodeURIComponent(names.next().value.toWellFormed()) || '%20'),
          ),
        query: (route.query ? likely(route.query) : fc.constant({})).map(textsOf),
        body: route.body ? likely(route.body) : fc.constant(undefined),
      }),
    )
    await fc.assert(
      fc.asyncProperty(request, async sent => {
        const { status } = await ask(sent.method, sent)
        expect(status).toBeLessThan(500)
        const hasNul = /%00/.test(sent.path) || hasNulIn(sent.query) || hasNulIn(sent.body)
        if (hasNul) expect(status).toBeGreaterThanOrEqual(400)
      }),
      { numRuns: 200 },
    )
  })
})

function textsOf(query: unknown): Readonly<Record<string, string>> {
  const members = typeof query === 'object' && query !== null ? Object.entries(query) : []
  return Object.fromEntries(
    members.map(([name, value]) => [name, typeof value === 'string' ? value : (JSON.stringify(value) ?? '')]),
  )
}

function hasNulIn(value: unknown): boolean {
  return value !== undefined && JSON.stringify(value).replaceAll('\\\\', '').includes('\\u0000')
}
