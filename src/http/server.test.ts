import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Problem } from '../client/index.ts'
import { Desk, TOKEN, type Told } from './server.fixture.ts'
import { ROUTES } from './server.ts'

let desk: Desk
beforeAll(async () => {
  desk = await Desk.open()
  await desk.harbour.inService('v1')
})
afterAll(() => desk.close())
afterEach(() => {
  expect(desk.complaints.splice(0), 'nothing happened that nobody expected').toEqual([])
})

const problemOf = ({ body }: Told): Problem['error'] => Problem.parse(body).error
/** A route's path with what it names. */
const filled = (path: string, service = 'order', release = 'rel_none'): string =>
  path
    .replace(':service', encodeURIComponent(service))
    .replace(':release', encodeURIComponent(release))
    .replace(/:(?:name|session)/g, 'nobody-there')
const withBody = ROUTES.filter(({ body }) => body !== undefined)
const withQuery = ROUTES.filter(({ query }) => query !== undefined)
const nameOf = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`

describe.each(ROUTES.map(route => [nameOf(route), route] as const))('%s', (_, route) => {
  const path = filled(route.path)

  it.each(
    route.scope === 'none'
      ? []
      : [
          ['no token', {}],
          ['another token', { authorization: `Bearer ${TOKEN}x` }],
          ['an empty token', { authorization: 'Bearer ' }],
          ['a token of another kind', { authorization: `Basic ${TOKEN}` }],
          ['the token alone', { authorization: TOKEN }],
        ],
  )('tells nothing to somebody with %s, not even what is wrong otherwise', async (_, headers) => {
    const told = await desk.ask(route.method, `${path}?nonsense=1`, {
      raw: '{',
      headers: { authorization: '', ...headers },
    })
    expect(told.status).toBe(401)
    expect(problemOf(told)).toMatchObject({ code: 'denied', message: expect.stringMatching(/./) })
    expect(told.headers['www-authenticate']).toBe('Bearer')
    expect(told.text).not.toContain(TOKEN)
  })

  it('knows no other method', async () => {
    const told = await desk.ask('PUT', path, { body: {} })
    expect(told.status).toBe(405)
    expect(problemOf(told)).toMatchObject({ code: 'method_not_allowed', message: `no PUT ${path}` })
    expect(told.headers['allow']?.split(', ')).toContain(route.method)
    expect((await desk.ask('PUT', path, { headers: { authorization: '' }, body: {} })).status).toBe(401)
  })

  it('has words for what it does', () => {
    expect(route.summary).toMatch(/^[A-Z].*\.$/)
  })
})

describe.each(withBody.map(route => [nameOf(route), route] as const))('the body of %s', (_, route) => {
  const ask = (raw: string, headers = {}): Promise<Told> => desk.ask(route.method, filled(route.path), { raw, headers })

  it.each([
    ['malformed JSON', '{"note":'],
    ['nothing, said to be JSON', ''],
    ['a list', '[]'],
    ['a text', '"v2"'],
    ['a number', '7'],
    ['an unknown key', '{"version":"v2","speed":9}'],
    ['a note that is no text', '{"version":"v2","note":{}}'],
    ['a note that is too long', JSON.stringify({ version: 'v2', note: 'x'.repeat(2_001) })],
    ['a key that reaches for the prototype', '{"version":"v2","__proto__":{"note":"x"}}'],
    ['another constructor', '{"version":"v2","constructor":{"prototype":{}}}'],
  ])('may not be %s', async (_, raw) => {
    const told = await ask(raw)
    expect(told.status).toBe(400)
    expect(problemOf(told).code).toBe('invalid_input')
    expect(problemOf(told).message).not.toBe('')
  })

  it('may not be of another type', async () => {
    const told = await ask('version=v2', { 'content-type': 'application/x-www-form-urlencoded' })
    expect(told.status).toBe(415)
    expect(problemOf(told).code).toBe('invalid_input')
  })

  it('may not be over a mebibyte', async () => {
    const told = await ask(JSON.stringify({ note: 'x'.repeat(1_048_576) }))
    expect(told.status).toBe(413)
    expect(problemOf(told).code).toBe('invalid_input')
  })

  it('names the key that it does not know', async () => {
    expect(problemOf(await ask('{"version":"v2","speed":9}')).message).toContain('speed')
  })
})

describe.each(withQuery.map(route => [nameOf(route), route] as const))('the query of %s', (_, route) => {
  it.each([
    'speed=9',
    'limit=x',
    'limit=0',
    'limit=1.5',
    'limit=1e9',
    'limit=-1',
    'service=',
    'service=a&service=b',
    'anchor=7',
    'since=x',
  ])('may not be ?%s', async query => {
    const told = await desk.ask('GET', `${route.path}?${query}`)
    expect(told.status).toBe(400)
    expect(problemOf(told)).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/./) })
  })
})

describe('what is nowhere', () => {
  it.each(['/api/', '/api/v1', '/api/v1/', '/api/v1/status/', '/api/v2/status', '/..', '/api/v1/services/a/b'])(
    '%s is not found, and told where the API begins',
    async path => {
      const told = await desk.ask('GET', `${path}?secret=1`)
      expect(told.status).toBe(404)
      expect(problemOf(told)).toEqual({
        code: 'not_found',
        message: `no GET ${path}`,
        hint: 'The API begins at /api/v1/status.',
      })
    },
  )

  it.each([
    ['an escape that is none', '/api/v1/services/%zz'],
    ['half of a character', '/api/v1/services/%c3'],
    ['a name of a thousand characters', `/api/v1/services/${'a'.repeat(1_000)}`],
  ])('%s is an answer as any other', async (_, path) => {
    const told = await desk.ask('GET', path)
    expect([400, 404, 414]).toContain(told.status)
    expect(['invalid_input', 'not_found']).toContain(problemOf(told).code)
  })

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('the service %s is none', async name => {
    for (const [method, path] of [
      ['GET', `/api/v1/services/${name}`],
      ['POST', `/api/v1/services/${name}/releases`],
      ['POST', `/api/v1/services/${name}/rollback`],
      ['POST', `/api/v1/releases/${name}/promote`],
    ] as const) {
      const told = await desk.ask(
        method,
        path,
        method === 'GET' ? {} : { body: path.endsWith('releases') ? { version: 'v2' } : {} },
      )
      expect([told.status, problemOf(told).code], `${method} ${path}`).toEqual([404, 'not_found'])
    }
  })
})

describe('/healthz', () => {
  it('answers everybody, and tells nothing', async () => {
    const told = await desk.ask('GET', '/healthz', { headers: { authorization: '' } })
    expect(told).toMatchObject({ status: 200, body: { ok: true } })
  })
})

describe('what is no request', () => {
  /** Writes these bytes to a connection, and reads until it is closed. */
  const write = (bytes: string): Promise<string> => {
    const { hostname, port } = new URL(desk.url)
    const socket = connect(Number(port), hostname)
    socket.end(bytes)
    return text(socket)
  }

  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    [
      'a body of two lengths',
      'POST /api/v1/status HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
      400,
    ],
    ['headers without end', `GET /api/v1/status HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ['another version of HTTP', 'GET / HTTP/9.9\r\n\r\n', 400],
  ])('such as %s, is answered in the same shape', async (_, bytes, status) => {
    const answer = await write(bytes)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    const [, body = ''] = answer.split('\r\n\r\n')
    expect(Problem.parse(JSON.parse(body)).error).toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(/./),
    })
    expect(answer).toContain(`content-length: ${body.length}`)
  })
})

/** The answers that a caller may get to whatever it sends. */
function checkManners({ status, text, headers, body }: Told): void {
  expect(status).toBeLessThan(500)
  if (status === 204) expect(text).toBe('')
  else expect(headers['content-type']).toMatch(/^application\/json/)
  expect(text).not.toMatch(/\bat .*(?:\.ts|\.js|node:internal)|\.ts:\d+|node_modules|SQLITE|select /i)
  expect(text).not.toContain(TOKEN)
  if (status >= 400) expect(Problem.parse(body).error.message).not.toBe('')
}

describe('junk', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'order',
      'payment',
      'rel_',
      'rel_0',
      'v1',
      '..',
      '%',
      "' OR 1=1 --",
      '\u0000',
      '\u{1f600}',
      '-1',
      '1e400',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
  )
  const segment = word.map(text => encodeURIComponent(text.toWellFormed()) || '%20')
  const query = fc
    .array(
      fc.tuple(
        fc.constantFrom(
          'service',
          'release',
          'kind',
          'actor',
          'since',
          'afterSeq',
          'beforeSeq',
          'limit',
          'before',
          'anchor',
          'x',
        ),
        word,
      ),
      {
        maxLength: 3,
      },
    )
    .map(pairs => new URLSearchParams(pairs).toString())
  // `next` waits for what is not written yet: it is asked on its own below.
  const routes = ROUTES.filter(({ path, answers }) => !path.endsWith('/next') && answers === 'json')

  it('in a path and a query is an answer of our own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...routes), segment, query, async (route, name, asked) => {
        const path = route.path.replace(/:\w+/g, () => name)
        checkManners(await desk.ask(route.method, `${path}?${asked}`, route.body ? { body: {} } : {}))
      }),
      { numRuns: 300 },
    )
  })

  it('in a body is an answer of our own, and deploys nothing', async () => {
    const before = (await desk.ask('GET', '/api/v1/releases')).text
    const junk = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record(
          {
            version: fc.oneof(word, fc.jsonValue()),
            strategy: fc.jsonValue(),
            command: fc.jsonValue(),
            note: word,
            to: word,
          },
          { requiredKeys: [] },
        )
        // What could be a version is made none: this is about what is refused.
        .map(body =>
          JSON.stringify('version' in body ? { ...body, version: `!${JSON.stringify(body.version)}` } : body),
        ),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...withBody), junk, async (route, raw) => {
        const told = await desk.ask('POST', filled(route.path, 'payment'), { raw })
        checkManners(told)
        expect(told.status).toBeGreaterThanOrEqual(400)
      }),
      { numRuns: 300 },
    )
    expect((await desk.ask('GET', '/api/v1/releases')).text).toBe(before)
  })

  it('in headers is an answer of our own', async () => {
    const value = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map(code => String.fromCharCode(code)) })
    await fc.assert(
      fc.asyncProperty(value, value, async (actor, type) => {
        const headers = { 'x-shipwatch-actor': actor, 'content-type': type }
        checkManners(await desk.ask('POST', '/api/v1/releases/rel_none/pause', { raw: '{}', headers }))
      }),
      { numRuns: 100 },
    )
  })
})
