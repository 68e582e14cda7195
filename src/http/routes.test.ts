import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EntryView, Points, ReleaseView, ServiceView, StatusView, VerifyView } from '../client/index.ts'
import { Problem } from '../client/index.ts'
import { toRfc3339 } from '../kernel/index.ts'
import { Reading } from './documentation/document.fixture.ts'
import type { Route } from './route.ts'
import { Desk, type Told, type Wish } from './server.fixture.ts'
import { ROUTES } from './server.ts'

let desk: Desk
beforeEach(async () => {
  desk = await Desk.open()
})
afterEach(async () => {
  await desk.close()
  expect(desk.complaints, 'nothing happened that nobody expected').toEqual([])
})

/** What is said of the API to those who have nothing else. */
const reading = new Reading(ROUTES)

/** The route that a request is for. */
function routeOf(method: string, path: string): Route {
  const [pathname = ''] = path.split('?')
  const found = ROUTES.find(
    route => route.method === method && new RegExp(`^${route.path.replace(/:\w+/g, '[^/]+')}$`).test(pathname),
  )
  if (!found) throw new Error(`no route for ${method} ${path}`)
  return found
}

/**
 * Asks, and holds the reply to the schema of its route: all that it says is there, and nothing else. What is asked and
 * what is answered is as the description of the API says.
 */
async function told<Reply>(method: string, path: string, wish?: Wish): Promise<Reply> {
  const route = routeOf(method, path)
  if (wish?.body !== undefined) expect(reading.faultsOfBody(method, path, wish.body)).toEqual([])
  const { status, body } = await desk.ask(method, path, wish)
  expect(reading.faultsOfReply(method, path, status, 'application/json', body)).toEqual([])
  expect([status, status === route.status ? '' : body]).toEqual([route.status, ''])
  expect(route.reply?.parse(body)).toEqual(body)
  return body as Reply
}

const get = <Reply>(path: string): Promise<Reply> => told<Reply>('GET', path)
const post = (path: string, body: unknown = {}, wish: Wish = {}): Promise<ReleaseView> =>
  told<ReleaseView>('POST', path, { body, ...wish })
const problemOf = ({ status, body }: Told) => ({ status, ...Problem.parse(body).error })
const refusal = async (method: string, path: string, body?: unknown) => {
  const told = await desk.ask(method, path, body === undefined ? {} : { body })
  expect(reading.faultsOfReply(method, path, told.status, 'application/json', told.body)).toEqual([])
  return problemOf(told)
}
const entriesOf = (id: string): Promise<EntryView[]> => get(`/api/v1/logbook?release=${id}&limit=1000`)

describe('the status', () => {
  it('of a new hub has every service, and nothing in them', async () => {
    const { hub, gateway, services } = await get<StatusView>('/api/v1/status')
    expect(hub).toEqual({
      version: '1.2.3',
      startedAt: toRfc3339(desk.harbour.clock.now()),
      leading: true,
      store: desk.harbour.store.where,
    })
    expect(gateway).toEqual({ address: '127.0.0.1:8080', reachable: true })
    expect(services).toEqual([
      {
        name: 'order',
        tier: 'core',
        owner: 'checkout',
        markets: ['EU'],
        stable: null,
        versions: [],
        instances: [],
        release: null,
      },
      { name: 'payment', tier: 'edge', markets: [], stable: null, versions: [], instances: [], release: null },
    ])
  })

  it('says why the gateway cannot be reached, and who leads', async () => {
    desk.gatewayProblem = 'nothing listens there'
    desk.leading = false
    const { hub, gateway } = await get<StatusView>('/api/v1/status')
    expect(gateway).toEqual({ address: '127.0.0.1:8080', reachable: false, problem: 'nothing listens there' })
    expect(hub.leading).toBe(false)
  })

  it('of a service shows its release, its versions and its instances while they stand side by side', async () => {
    await desk.harbour.inService('v1')
    const { id } = await post('/api/v1/services/order/releases', { version: 'v2' })
    await desk.harbour.until(id, 'watching')
    const service = await get<ServiceView>('/api/v1/services/order')
    expect(service).toMatchObject({
      stable: 'v1',
      release: { id, version: 'v2', previous: 'v1', phase: 'watching', weight: 10 },
    })
    expect(service.versions.map(({ version, weight }) => `${version} ${weight}`).toSorted()).toEqual(['v1 90', 'v2 10'])
    expect(new Set(service.instances.map(({ version }) => version))).toEqual(new Set(['v1', 'v2']))
    const { services } = await get<StatusView>('/api/v1/status')
    expect(services.find(({ name }) => name === 'order')).toEqual(service)
  })

  it('of a service that there is not says where they are listed', async () => {
    expect(await refusal('GET', '/api/v1/services/oder')).toEqual({
      status: 404,
      code: 'not_found',
      message: 'no service oder',
      field: 'service',
      hint: 'shipwatch status lists the services.',
    })
  })
})

describe('a deployment', () => {
  it('is answered 201 with the release, and written down with who asked and why', async () => {
    const release = await post(
      '/api/v1/services/order/releases',
      { version: 'v1', command: ['node', 'v1.js'], strategy: { type: 'all-at-once' }, note: 'VAT for Norway' },
      { actor: encodeURIComponent('cli/李') },
    )
    expect(release).toMatchObject({
      service: 'order',
      version: 'v1',
      strategy: 'all-at-once',
      previous: null,
      revision: 1,
    })
    expect(release.note).toBe('VAT for Norway')
    expect(await get(`/api/v1/releases/${release.id}`)).toMatchObject({ id: release.id })
    const [entry] = await entriesOf(release.id)
    expect(entry).toMatchObject({
      kind: 'release.asked',
      actor: 'cli/李',
      reason: 'VAT for Norway',
      service: 'order',
      subject: `release/${release.id}`,
    })
  })

  it.each([
    [undefined, 'token/local'],
    ['user/li', 'cli/li'],
    ['cli/a.b@c', 'cli/a.b@c'],
    ['cli/a%20b', 'token/local'],
    ['cli/a/b', 'token/local'],
    ['hub', 'cli/hub'],
    ['%zz', 'token/local'],
    [`cli/${'x'.repeat(101)}`, 'token/local'],
    ['cli/a%0ab', 'token/local'],
  ])('by %j is written down as by %j', async (actor, written) => {
    const wish = actor === undefined ? {} : { actor }
    const { id } = await post('/api/v1/services/order/releases', { version: 'v1' }, wish)
    expect((await entriesOf(id))[0]?.actor).toBe(written)
  })

  it.each([
    [{ version: '-v1' }, 400, 'version'],
    [{ version: 'v 1' }, 400, 'version'],
    [{ version: '' }, 400, 'version'],
    [{}, 400, 'version'],
    [{ version: 'v1', strategy: { type: 'slow' } }, 400, 'strategy.type'],
    [{ version: 'v1', strategy: { type: 'canary', stages: [{ weight: 140 }] } }, 400, 'strategy.stages.0.weight'],
    [{ version: 'v1', command: [] }, 400, 'command'],
  ])('of %j is refused with %d, and names %s', async (body, status, field) => {
    expect(await refusal('POST', '/api/v1/services/order/releases', body)).toMatchObject({
      status,
      code: 'invalid_input',
      field,
    })
    expect(await get('/api/v1/releases')).toEqual([])
  })

  it('of what is on its way, in service or another program is a conflict', async () => {
    await desk.harbour.inService('v1')
    const { id } = await post('/api/v1/services/order/releases', { version: 'v2' })
    const refused = (body: unknown) => refusal('POST', '/api/v1/services/order/releases', body)
    expect(await refused({ version: 'v2' })).toMatchObject({
      status: 409,
      code: 'conflict',
      field: 'version',
      hint: `Follow it: shipwatch show ${id}`,
    })
    expect(await refused({ version: 'v1' })).toMatchObject({ status: 409, message: 'order v1 is in service already' })
    await post(`/api/v1/releases/${id}/rollback`)
    await desk.harbour.until(id, 'ended')
    expect(await refused({ version: 'v2', command: 'other' })).toMatchObject({
      status: 409,
      code: 'conflict',
      message: expect.stringContaining('with another command'),
    })
  })

  it('of a service that there is not names those there are', async () => {
    expect(await refusal('POST', '/api/v1/services/oder/releases', { version: 'v1' })).toMatchObject({
      status: 404,
      field: 'service',
      hint: 'The configuration has: order, payment.',
    })
  })

  it.each(['\u0001', '\ud800', 'a\u2028b', '\u001b[2J', '😀', '"}'])(
    'with a note of %j leaves a logbook that is intact',
    async note => {
      await post('/api/v1/services/order/releases', { version: 'v1', note })
      expect(await get<VerifyView>('/api/v1/logbook/verify')).toMatchObject({ intact: true })
    },
  )
})

describe('orders', () => {
  const watched = async (): Promise<string> => {
    await desk.harbour.inService('v1')
    const { id } = await post('/api/v1/services/order/releases', { version: 'v2' })
    await desk.harbour.until(id, 'watching')
    return id
  }

  it.each(['id', 'service'] as const)('by the %s hold a release, let it go on, and promote it', async by => {
    const id = await watched()
    const target = by === 'id' ? id : 'order'
    const held = await post(`/api/v1/releases/${target}/pause`, {}, { actor: 'cli/li' })
    expect(held).toMatchObject({ id, phase: 'held', held: { why: 'paused', by: 'cli/li' } })
    expect(await post(`/api/v1/releases/${target}/resume`)).toMatchObject({ id, phase: 'watching' })
    expect((await post(`/api/v1/releases/${target}/promote`, { note: 'sale begins' })).phase).toBe('promoting')
    await desk.harbour.until(id, 'baking', 'ended')
    expect((await get<ServiceView>('/api/v1/services/order')).stable).toBe('v2')
    const kinds = (await entriesOf(id)).map(({ kind }) => kind)
    expect(kinds).toEqual(expect.arrayContaining(['release.paused', 'release.resumed', 'release.promoted']))
  })

  it.each(['releases/ID/rollback', 'releases/order/rollback', 'services/order/rollback'])(
    'take a release back by %s',
    async path => {
      const id = await watched()
      const answered = await post(`/api/v1/${path.replace('ID', id)}`, { note: 'wrong prices' }, { actor: 'cli/li' })
      expect(answered).toMatchObject({ id, phase: 'taking-back', outcome: { kind: 'rolled-back', by: 'cli/li' } })
      expect(answered.outcome?.reason).toContain('wrong prices')
      await desk.harbour.until(id, 'ended')
      expect((await get<ReleaseView>('/api/v1/releases/order')).outcome?.inForceAt).toBeDefined()
      expect((await get<ServiceView>('/api/v1/services/order')).stable).toBe('v1')
    },
  )

  it('bring an earlier version back as a release of its own, and know none that never was', async () => {
    await desk.harbour.inService('v1')
    const { id } = await desk.harbour.deploy('v2', { strategy: { type: 'all-at-once' } })
    await desk.harbour.until(id, 'ended')
    const back = await post('/api/v1/services/order/rollback', { to: 'v1', note: 'prices' })
    expect(back).toMatchObject({ version: 'v1', previous: null, strategy: 'all-at-once', note: 'prices' })
    expect(await refusal('POST', '/api/v1/services/order/rollback', { to: 'v9' })).toMatchObject({
      status: 404,
      field: 'to',
    })
  })

  it('about what is over, or never was, are refused by what it is', async () => {
    const { id } = await desk.harbour.inService('v1')
    await desk.harbour.until(id, 'ended')
    for (const order of ['promote', 'pause', 'resume', 'rollback']) {
      expect(await refusal('POST', `/api/v1/releases/${id}/${order}`, {}), order).toMatchObject({
        status: 409,
        code: 'conflict',
      })
      expect(await refusal('POST', `/api/v1/releases/rel_none/${order}`, {})).toMatchObject({
        status: 404,
        field: 'release',
      })
      expect(await refusal('POST', `/api/v1/releases/payment/${order}`, {})).toMatchObject({ status: 409 })
      expect(await refusal('POST', `/api/v1/releases/nobody/${order}`, {})).toMatchObject({
        status: 404,
        field: 'service',
      })
    }
    expect(await refusal('POST', '/api/v1/services/payment/rollback', {})).toMatchObject({
      status: 409,
      hint: 'Name the version: shipwatch rollback payment --to VERSION',
    })
  })

  it('need no body', async () => {
    const id = await watched()
    expect((await desk.ask('POST', `/api/v1/releases/${id}/pause`)).status).toBe(200)
  })
})

describe('releases', () => {
  it('are listed newest first, of one service, page by page', async () => {
    const made = []
    for (const [service, version] of [
      ['order', 'v1'],
      ['payment', 'v1'],
      ['order', 'v2'],
      ['order', 'v3'],
    ] as const) {
      made.unshift((await post(`/api/v1/services/${service}/releases`, { version })).id)
    }
    const ids = async (query: string) => (await get<ReleaseView[]>(`/api/v1/releases${query}`)).map(({ id }) => id)
    expect(await ids('')).toEqual(made)
    expect(await ids('?service=order')).toEqual([made[0], made[1], made[3]])
    expect(await ids('?limit=2')).toEqual(made.slice(0, 2))
    expect(await ids(`?limit=2&before=${made[1]}`)).toEqual(made.slice(2))
    expect(await ids(`?before=${made.at(-1)}`)).toEqual([])
    expect(await ids('?service=nobody')).toEqual([])
    expect((await get<ReleaseView>('/api/v1/releases/order')).id).toBe(made[0])
  })

  it.each(['rel_none', 'nobody'])('%s is none', async name => {
    expect(await refusal('GET', `/api/v1/releases/${name}`)).toEqual({
      status: 404,
      code: 'not_found',
      message: `no release ${name}`,
      field: 'release',
      hint: 'shipwatch releases lists those there are.',
    })
  })

  it('are shown with what was seen of them', async () => {
    await desk.harbour.inService('v1')
    desk.harbour.traffic = { v1: { requests: 90, bad: 0 }, v2: { requests: 10, bad: 0 } }
    const { id } = await post('/api/v1/services/order/releases', { version: 'v2' })
    await desk.harbour.until(id, 'watching')
    await desk.harbour.clock.advance(5_000)
    const seen = await get<ReleaseView>(`/api/v1/releases/${id}`)
    expect(seen.phase).toBe('watching')
    expect(seen.candidate.requests).toBeGreaterThan(0)
    expect(seen.verdict?.signals.map(({ name }) => name)).toEqual(['errors'])
    expect(seen.detectable?.reason).toMatch(/\S/)
  })

  it('have points, also when they are over, by their id and as the newest of their service', async () => {
    await desk.harbour.inService('v1')
    desk.harbour.traffic = { v1: { requests: 90, bad: 0 }, v2: { requests: 10, bad: 5 } }
    const of = (p99Ms: number) => ({ p50Ms: 1, p95Ms: 1, p99Ms })
    desk.harbour.sights = { lately: { candidate: of(31), stable: of(29) } }
    const { id } = await post('/api/v1/services/order/releases', { version: 'v2' })
    await desk.harbour.until(id, 'ended')
    const points = await get<Points>(`/api/v1/releases/${id}/points`)
    const { candidate } = await get<ReleaseView>(`/api/v1/releases/${id}`)
    expect(points.reduce((count, point) => count + point.candidate.requests, 0)).toBe(candidate.requests)
    expect(points.reduce((count, point) => count + point.candidate.bad, 0)).toBe(candidate.bad)
    expect(points.map(({ at }) => at)).toEqual(points.map(({ at }) => at).toSorted())
    expect(points.at(-1)).toMatchObject({ candidateP99: 31, stableP99: 29, seconds: expect.any(Number) })
    expect(await get(`/api/v1/releases/order/points`)).toEqual(points)
  })

  it('have no points before they had traffic, nor where there is none', async () => {
    const { id } = await post('/api/v1/services/order/releases', { version: 'v1' })
    expect(await get(`/api/v1/releases/${id}/points`)).toEqual([])
    for (const name of ['rel_none', 'nobody']) {
      const refused = await refusal('GET', `/api/v1/releases/${name}/points`)
      expect(refused).toMatchObject({ status: 404, code: 'not_found', field: 'release' })
    }
  })
})

describe('a list', () => {
  const follow = async (path: string): Promise<unknown[]> => {
    const all: unknown[] = []
    for (let next: string | undefined = path; next !== undefined; ) {
      const told: Told = await desk.ask('GET', next)
      expect(told.status).toBe(200)
      all.push(...(told.body as unknown[]))
      next = /^<([^>]+)>; rel="next"$/.exec(String(told.headers['link']))?.[1]
    }
    return all
  }

  it('leads from page to page to its end, with what it was asked for', async () => {
    for (let i = 1; i <= 5; i++) await post('/api/v1/services/order/releases', { version: `v${i}` })
    await post('/api/v1/services/payment/releases', { version: 'v1' })
    for (const path of ['/api/v1/releases?limit=2', '/api/v1/releases?service=order&limit=2']) {
      expect(await follow(path)).toEqual(await get(path.replace('limit=2', 'limit=500')))
    }
    const every = await get<EntryView[]>('/api/v1/logbook?afterSeq=0&limit=1000')
    expect(every.length).toBeGreaterThan(5)
    expect(await follow('/api/v1/logbook?afterSeq=0&limit=2')).toEqual(every)
    const backwards = (await follow('/api/v1/logbook?limit=2')) as EntryView[]
    expect(backwards.toSorted((a, b) => a.seq - b.seq)).toEqual(every)
    expect(await follow('/api/v1/logbook?kind=release.asked&actor=token/local&limit=3')).toHaveLength(6)
  })

  it('that is whole leads nowhere', async () => {
    await post('/api/v1/services/order/releases', { version: 'v1' })
    expect((await desk.ask('GET', '/api/v1/releases')).headers['link']).toBeUndefined()
    expect((await desk.ask('GET', '/api/v1/logbook')).headers['link']).toBeUndefined()
  })
})

describe('what was read before', () => {
  it.each([
    '/api/v1/status',
    '/api/v1/releases',
    '/api/v1/releases/order',
    '/api/v1/releases/order/points',
    '/api/v1/logbook',
  ])('of %s is not sent again until it changes', async path => {
    const { id } = await desk.harbour.inService('v1')
    await desk.harbour.until(id, 'ended')
    const { status, headers } = await desk.ask('GET', path)
    expect([status, headers['cache-control']]).toEqual([200, 'private, no-cache'])
    const etag = String(headers['etag'])
    expect(etag).toMatch(/^"[\w-]{22}"$/)
    for (const shown of [etag, `"x", W/${etag}`, '*']) {
      const same = await desk.ask('GET', path, { headers: { 'if-none-match': shown } })
      expect([same.status, same.text, same.headers['etag']]).toEqual([304, '', etag])
    }
    if (path.endsWith('/points')) return
    await post('/api/v1/services/order/releases', { version: 'v2' })
    const changed = await desk.ask('GET', path, { headers: { 'if-none-match': etag } })
    expect(changed.status).toBe(200)
    expect(changed.headers['etag']).not.toBe(etag)
  })

  it('is nobody else\u2019s to keep, and what was done or refused nobody\u2019s', async () => {
    const done = await desk.ask('POST', '/api/v1/services/order/releases', { body: { version: 'v1' } })
    const refused = await desk.ask('GET', '/api/v1/releases/rel_none')
    for (const { headers } of [done, refused]) {
      expect([headers['cache-control'], headers['etag']]).toEqual(['no-store', undefined])
    }
  })
})

describe('the logbook', () => {
  const write = async (): Promise<EntryView[]> => {
    for (const service of ['order', 'payment']) {
      await post(`/api/v1/services/${service}/releases`, { version: 'v1' }, { actor: `cli/${service}` })
      await desk.harbour.clock.advance(2_000)
    }
    return get('/api/v1/logbook?limit=1000')
  }

  /** Lets time pass until it is answered. */
  const passes = async (asked: Promise<unknown>): Promise<void> => {
    const state = { over: false }
    void asked.then(
      () => (state.over = true),
      () => (state.over = true),
    )
    while (!state.over) await desk.harbour.clock.advance(100)
  }

  it('is read in its order: the last entries, those after one, those before one', async () => {
    const all = await write()
    const seqs = async (query: string) => (await get<EntryView[]>(`/api/v1/logbook?${query}`)).map(({ seq }) => seq)
    const every = all.map(({ seq }) => seq)
    expect(every).toEqual(every.map((_, i) => i + 1))
    expect(await seqs('limit=2')).toEqual(every.slice(-2))
    expect(await seqs('afterSeq=0&limit=2')).toEqual([1, 2])
    expect(await seqs('afterSeq=2&limit=2')).toEqual([3, 4])
    expect(await seqs('beforeSeq=4&limit=2')).toEqual([2, 3])
    expect(await seqs('afterSeq=1&beforeSeq=4')).toEqual([2, 3])
    expect(await seqs(`afterSeq=${every.length}`)).toEqual([])
  })

  it('is filtered by what an entry is about, its kind, who made it, and when', async () => {
    const all = await write()
    const found = (query: string) => get<EntryView[]>(`/api/v1/logbook?limit=1000&${query}`)
    expect(await found('service=payment')).toEqual(all.filter(({ service }) => service === 'payment'))
    expect(await found('actor=cli/order')).toEqual(all.filter(({ actor }) => actor === 'cli/order'))
    expect(await found('kind=release.asked')).toEqual(all.filter(({ kind }) => kind === 'release.asked'))
    expect(await found('kind=release')).toEqual(all.filter(({ kind }) => kind.startsWith('release.')))
    expect(await found('kind=rel')).toEqual([])
    expect(await found('kind=%25')).toEqual([])
    expect(await found('since=2100-01-01T00:00:00Z')).toEqual([])
    expect(await found('since=2000-01-01T00:00:00%2B08:00')).toEqual(all)
    expect(await refusal('GET', '/api/v1/logbook?since=yesterday')).toMatchObject({ status: 400, field: 'since' })
  })

  it('can be waited for: what is there comes at once, what is written next as soon as it is', async () => {
    const all = await write()
    const next = (query: string) => get<EntryView[]>(`/api/v1/logbook/next?${query}`)
    expect(await next('afterSeq=0&limit=1')).toEqual(all.slice(0, 1))
    expect(await next('afterSeq=1&limit=3')).toEqual(all.slice(1, 4))
    expect(await next('afterSeq=0&service=payment')).toEqual(all.filter(({ service }) => service === 'payment'))
    const waiting = next(`afterSeq=${all.length}`)
    await post('/api/v1/services/order/releases', { version: 'v2' })
    await passes(waiting)
    expect((await waiting)[0]).toMatchObject({ seq: all.length + 1, kind: 'release.asked' })
  })

  it('answers with nothing after 20 s in which nothing was written', async () => {
    const waiting = get<EntryView[]>('/api/v1/logbook/next?afterSeq=1000')
    const beganMs = desk.harbour.clock.elapsed()
    await passes(waiting)
    expect(await waiting).toEqual([])
    expect(desk.harbour.clock.elapsed() - beganMs).toBeGreaterThanOrEqual(20_000)
  })

  it('is not waited for on behalf of somebody who has gone', async () => {
    const { clock } = desk.harbour
    const before = clock.waiting
    const gone = new AbortController()
    const waiting = desk.ask('GET', '/api/v1/logbook/next?afterSeq=1000', { signal: gone.signal })
    while (clock.waiting === before) await new Promise(resolve => setImmediate(resolve))
    gone.abort()
    await expect(waiting).rejects.toThrow('aborted')
    while (clock.waiting > before) await new Promise(resolve => setImmediate(resolve))
  })

  it('is proven intact, by itself and by an anchor; a change is told with its place', async () => {
    const all = await write()
    const proven = await get<VerifyView>('/api/v1/logbook/verify')
    expect(proven).toEqual({ intact: true, entries: all.length, head: { seq: all.length, hash: all.at(-1)?.hash } })
    const anchor = `${proven.head.seq}:${proven.head.hash}`
    expect(await get(`/api/v1/logbook/verify?anchor=${anchor}`)).toEqual(proven)
    const other = await get<VerifyView>(`/api/v1/logbook/verify?anchor=1:${'0'.repeat(64)}`)
    expect(other).toMatchObject({ intact: false, fault: { seq: 1 } })
    expect(await refusal('GET', '/api/v1/logbook/verify?anchor=7')).toMatchObject({ status: 400, field: 'anchor' })
  })
})
