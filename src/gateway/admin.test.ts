import { readFile, stat, symlink } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../kernel/fake-clock.ts'
import {
  askAdmin,
  eventually,
  RawClient,
  share,
  startGateway,
  startInstance,
  type TestGateway,
} from './gateway.fixture.ts'
import { GatewayConfig, Refusal, ServiceRoute, type ServiceRouteInput } from './protocol.ts'

let gateway: TestGateway
const closing: (() => unknown)[] = []

beforeEach(async () => {
  gateway = await startGateway()
})

afterEach(async () => {
  await gateway.stop()
  for (const close of closing.splice(0).toReversed()) await close()
})

const route: ServiceRouteInput = {
  service: 'shop',
  hosts: ['shop.example'],
  shares: [share('v1', 100, 'http://127.0.0.1:9')],
}

async function refusalOf(method: string, path: string, body?: unknown): Promise<Refusal['error'] & { status: number }> {
  const answer = await gateway.ask(method, path, body)
  return { ...Refusal.parse(JSON.parse(answer.body)).error, status: answer.status }
}

describe('the admin interface', () => {
  it.each([
    ['no token', undefined],
    ['a wrong token', 'Bearer wrong'],
    ['the token without its scheme', 'token'],
    ['an empty token', 'Bearer '],
  ])('refuses %s', async (_, authorization) => {
    const headers = authorization === undefined ? {} : { authorization }
    for (const path of ['/v1/config', '/v1/snapshot', '/metrics', '/v1/services/shop']) {
      expect((await askAdmin(gateway.admin, 'GET', path, undefined, headers)).status).toBe(401)
    }
    expect((await askAdmin(gateway.admin, 'PUT', '/v1/services/shop', route, headers)).status).toBe(401)
    expect(JSON.parse((await gateway.ask('GET', '/v1/config')).body)).toMatchObject({ services: [] })
  })

  it('tells without a token only that it lives', async () => {
    const { status, body } = await askAdmin(gateway.admin, 'GET', '/healthz', undefined, {})
    expect([status, JSON.parse(body)]).toEqual([
      200,
      expect.objectContaining({ ok: true, revision: 0, draining: false }),
    ])
  })

  it('has made its token readable by its owner alone', async () => {
    expect((await stat(gateway.tokenFile)).mode & 0o777).toBe(0o600)
  })

  it('takes a service, tells it, and takes it again without a change', async () => {
    expect(JSON.parse((await gateway.ask('PUT', '/v1/services/shop', route)).body)).toEqual({
      changed: true,
      revision: 1,
    })
    expect(JSON.parse((await gateway.ask('PUT', '/v1/services/shop', route)).body)).toEqual({
      changed: false,
      revision: 1,
    })
    const told = JSON.parse((await gateway.ask('GET', '/v1/services/shop')).body)
    expect(told).toEqual(ServiceRoute.parse(route))
    expect(JSON.parse((await gateway.ask('PUT', '/v1/services/shop', told)).body).changed).toBe(false)
    const config = GatewayConfig.parse(JSON.parse((await gateway.ask('GET', '/v1/config')).body))
    expect(config).toEqual({ format: 1, revision: 1, services: [ServiceRoute.parse(route)] })
    expect(JSON.parse(await readFile(gateway.stateFile, 'utf8'))).toEqual(config)
  })

  it('removes a service, and does not mind that it is gone', async () => {
    await gateway.put(route)
    expect(JSON.parse((await gateway.ask('DELETE', '/v1/services/shop')).body)).toEqual({ changed: true, revision: 2 })
    expect(JSON.parse((await gateway.ask('DELETE', '/v1/services/shop')).body)).toEqual({ changed: false, revision: 2 })
    expect((await gateway.ask('GET', '/v1/services/shop')).status).toBe(404)
    expect(
      (await new RawClient(gateway.port).send('GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n').response()).status,
    ).toBe(404)
  })

  it('names every fault of a configuration, and keeps the one before in force', async () => {
    await gateway.put(route)
    const wrong = { ...route, paths: ['x'], retryAfterSeconds: 0, shares: [share('v1', 30, 'ftp://x')] }
    const refused = await refusalOf('PUT', '/v1/services/shop', wrong)
    expect(refused.status).toBe(400)
    expect(refused.faults?.map(({ path }) => path)).toEqual([
      'paths.0',
      'retryAfterSeconds',
      'shares.0.endpoints.0.url',
      'shares',
    ])
    expect(JSON.parse((await gateway.ask('GET', '/v1/config')).body).revision).toBe(1)
  })

  it.each<[string, string, string, unknown, number, string]>([
    ['another service’s name', 'PUT', '/v1/services/other', route, 400, 'the configuration of other was refused'],
    ['no JSON', 'PUT', '/v1/services/shop', '{"a":', 400, 'the body is no JSON'],
    ['a body beyond measure', 'PUT', '/v1/services/shop', 'x'.repeat(5_000_000), 400, 'the body is over'],
    ['a wrongly escaped name', 'GET', '/v1/services/%zz', undefined, 400, 'the address is wrongly escaped'],
    ['an unknown place', 'GET', '/v2', undefined, 404, 'nothing is at /v2'],
    ['an unknown verb', 'POST', '/v1/config', undefined, 405, 'POST is not served'],
    ['an unknown verb for a service', 'PATCH', '/v1/services/shop', undefined, 405, 'PATCH is not served'],
  ])('refuses %s', async (_, method, path, body, status, message) => {
    const refused = await refusalOf(method, path, body)
    expect(refused.status).toBe(status)
    expect(refused.message).toContain(message)
  })

  it('refuses a place that another service has, and says which', async () => {
    await gateway.put(route)
    const refused = await refusalOf('PUT', '/v1/services/other', { ...route, service: 'other' })
    expect(refused).toMatchObject({ status: 409, message: 'shop.example / already belongs to the service shop' })
    expect(refused.hint).toContain('Give other another host or path')
  })

  it('carries out changes that come at once one after the other', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        gateway.ask('PUT', `/v1/services/s${i}`, { ...route, service: `s${i}`, hosts: [`h${i}`] }),
      ),
    )
    expect(answers.map(({ body }) => JSON.parse(body).revision).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    )
    expect(JSON.parse(await readFile(gateway.stateFile, 'utf8')).services).toHaveLength(20)
  })

  it('refuses a change that a full disk cannot hold, and keeps the one before in force', async () => {
    await gateway.put(route)
    // Whatever is written there meets “no space left on device”.
    await symlink('/dev/full', `${gateway.stateFile}.tmp`)
    const refused = await refusalOf('PUT', '/v1/services/shop', { ...route, retryAfterSeconds: 9 })
    expect(refused).toMatchObject({ status: 503, code: 'unavailable' })
    expect(refused.message).toMatch(/^cannot write .*ENOSPC/)
    expect(refused.hint).toContain('The disk is full: make room.')
    expect(JSON.parse((await gateway.ask('GET', '/v1/services/shop')).body).retryAfterSeconds).toBe(1)
    expect(JSON.parse(await readFile(gateway.stateFile, 'utf8')).revision).toBe(1)
    expect((await gateway.ask('PUT', '/v1/services/shop', { ...route, retryAfterSeconds: 9 })).status).toBe(200)
  })

  it('listens at a Unix socket that only its owner may open', async () => {
    const admin = `unix:${gateway.folder}/admin.sock`
    const other = await startGateway({ admin }, undefined, gateway.folder)
    closing.push(() => other.stop())
    expect((await other.ask('GET', '/v1/config')).status).toBe(200)
    expect((await stat(admin.slice(5))).mode & 0o777).toBe(0o600)
    await other.stop()
  })
})

describe('the metrics', () => {
  it('tell in Prometheus’ format what was counted', async () => {
    const clock = new FakeClock()
    const slow = await startInstance((_, response) => void clock.advance(30).then(() => response.writeHead(500).end()))
    closing.push(() => slow.stop())
    const counting = await startGateway({}, clock)
    closing.push(() => counting.stop())
    await counting.put({
      service: 'shop',
      shares: [share('v1', 100, slow.url)],
      routeClasses: [{ name: 'cart', pathPrefix: '/cart' }],
      excluded: { paths: ['/healthz'] },
    })
    const client = new RawClient(counting.port)
    for (const path of ['/cart', '/cart/1', '/', '/healthz'])
      await client.send(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).response()
    client.destroy()
    await eventually(async () => (await counting.snapshot()).connections === 0)
    const { body } = await counting.ask('GET', '/metrics')
    const value = (line: string) =>
      Number(
        body
          .split('\n')
          .find(text => text.startsWith(`${line} `))
          ?.slice(line.length + 1),
      )
    expect(value('shipwatch_gateway_requests_total{service="shop",version="v1",route="cart",code="5xx"}')).toBe(2)
    expect(value('shipwatch_gateway_requests_total{service="shop",version="v1",route="other",code="5xx"}')).toBe(1)
    expect(value('shipwatch_gateway_bad_requests_total{service="shop",version="v1",route="cart"}')).toBe(2)
    expect(value('shipwatch_gateway_excluded_requests_total{service="shop"}')).toBe(1)
    const bucket = (le: string) =>
      value(
        `shipwatch_gateway_request_duration_seconds_bucket{service="shop",version="v1",route="cart",warming="no",le="${le}"}`,
      )
    expect(bucket('0.0005')).toBe(0)
    expect(bucket('60')).toBe(2)
    expect(bucket('+Inf')).toBe(2)
    expect(
      value('shipwatch_gateway_request_duration_seconds_count{service="shop",version="v1",route="cart",warming="no"}'),
    ).toBe(2)
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(1_000_000)
    // Every line is a comment or a sample, and every family is told once.
    for (const line of body.trimEnd().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) \S+ .+|[a-z_]+(\{[^{}]*\})? [\d.e+-]+)$/)
    const families = body.match(/^# TYPE \S+/gm) ?? []
    expect(new Set(families).size).toBe(families.length)
  })
})

describe('the snapshot', () => {
  it('is small: five versions with ten route classes each stay under 200 KB', async () => {
    const routeClasses = Array.from({ length: 9 }, (_, i) => ({ name: `class-${i}`, pathPrefix: `/${i}` }))
    const shares = Array.from({ length: 5 }, (_, i) => share(`v${i}`, 20, 'http://127.0.0.1:9'))
    await gateway.put({ ...route, routeClasses, shares })
    expect((await gateway.ask('GET', '/v1/snapshot')).body.length).toBeLessThan(200_000)
  })

  it('has another name after a restart, so that nobody subtracts across it', async () => {
    const before = await gateway.snapshot()
    await gateway.stop()
    gateway = await startGateway()
    expect((await gateway.snapshot()).gateway).not.toBe(before.gateway)
  })
})
