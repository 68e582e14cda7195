import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ServiceRoute, ServiceSettings } from '../../gateway/index.ts'
import { gatewaySettings, Route } from './route.ts'

/** What the gateway makes of a route as it is written. */
const settingsOf = (written: unknown): ServiceSettings => ServiceSettings.parse(gatewaySettings(Route.parse(written)))

describe('a route', () => {
  it('that says nothing is the gateway as it is by default, but for health checks, which are no evidence', () => {
    expect(settingsOf({})).toEqual({
      ...ServiceSettings.parse({}),
      excluded: { paths: ['/healthz', '/readyz', '/metrics'], userAgents: [] },
    })
  })

  it.each([
    [{ hosts: ['shop.example', '*.shop.example'] }, { hosts: ['shop.example', '*.shop.example'] }],
    [{ paths: ['/a', '/b'] }, { paths: ['/a', '/b'] }],
    [{ stickiness: 'user' }, { stickiness: 'user' }],
    [{ identity: [{ cookie: 'sid' }, { header: 'x-user' }] }, { identity: [{ cookie: 'sid' }, { header: 'x-user' }] }],
    [{ cookie: { name: 'me', maxAge: '2d' } }, { cookie: { name: 'me', maxAgeSeconds: 172_800 } }],
    [{ market: { header: 'x-market' } }, { market: { header: 'x-market' } }],
    [{ market: { hosts: { 'shop.de': 'EU' } } }, { market: { hosts: { 'shop.de': 'EU' } } }],
    [
      { classes: [{ name: 'checkout', methods: ['POST'], path: '/orders/*/items' }, { name: 'rest' }] },
      { routeClasses: [{ name: 'checkout', methods: ['POST'], pattern: '/orders/*/items' }, { name: 'rest' }] },
    ],
    [{ exclude: { paths: ['/up'], userAgents: ['Bot'] } }, { excluded: { paths: ['/up'], userAgents: ['Bot'] } }],
    [{ bad: ['5xx', '429'] }, { bad: ['5xx', '429'] }],
    [{ warmUp: { for: '5s', requests: 7 } }, { warmUp: { forMs: 5_000, requests: 7 } }],
    [
      { timeouts: { connect: '1s', header: '2s', idle: '3s', streamIdle: '4m', total: '0s' } },
      { timeouts: { connectMs: 1_000, headerMs: 2_000, idleMs: 3_000, streamIdleMs: 240_000, totalMs: 0 } },
    ],
    [{ maxBody: '2MiB' }, { limits: { bodyBytes: 2_097_152, connectionsPerEndpoint: 1_024 } }],
    [{ maxConnections: 3 }, { limits: { bodyBytes: 0, connectionsPerEndpoint: 3 } }],
    [{ retry: false }, { retry: false }],
    [{ retryAfter: '30s' }, { retryAfterSeconds: 30 }],
  ])('%j is told to the gateway as %j, and changes nothing else', (written, told) => {
    expect(settingsOf(written)).toEqual({ ...settingsOf({}), ...told })
  })

  it('has a way to say everything that the gateway can be told of a service', () => {
    const told = Object.keys(gatewaySettings(Route.parse({ market: { header: 'x' } })))
    expect(told.toSorted()).toEqual(Object.keys(ServiceSettings.shape).toSorted())
  })

  it.each([
    [{ hosts: ['Shop.Example'] }, 'hosts.0'],
    [{ hosts: ['shop.example:8080'] }, 'hosts.0'],
    [{ paths: [] }, 'paths'],
    [{ paths: ['orders'] }, 'paths.0'],
    [{ stickiness: 'always' }, 'stickiness'],
    [{ identity: [{ cookie: 'a b' }] }, 'identity.0.cookie'],
    [{ identity: [{ cookie: 'a', header: 'b' }] }, 'identity.0'],
    [{ cookie: { maxAge: '59s' } }, 'cookie.maxAge'],
    [{ cookie: { maxAge: '61s500ms' } }, 'cookie.maxAge'],
    [{ market: { header: '' } }, 'market.header'],
    [{ classes: [{ name: 'other' }] }, 'classes.0.name'],
    [{ classes: [{ name: 'a' }, { name: 'a' }] }, 'classes.1.name'],
    [{ classes: [{ name: 'a', methods: ['get'] }] }, 'classes.0.methods.0'],
    [{ classes: [{ name: 'a', path: '/a*' }] }, 'classes.0.path'],
    [{ exclude: { paths: ['healthz'] } }, 'exclude.paths.0'],
    [{ bad: ['600'] }, 'bad.0'],
    [{ warmUp: { for: '30d' } }, 'warmUp.for'],
    [{ timeouts: { connect: '0s' } }, 'timeouts.connect'],
    [{ timeouts: { streamIdle: '30d' } }, 'timeouts.streamIdle'],
    [{ maxConnections: 0 }, 'maxConnections'],
    [{ retryAfter: '500ms' }, 'retryAfter'],
    [{ retryAfter: '2h' }, 'retryAfter'],
    [{ host: ['shop.example'] }, ''],
  ])('%j is refused where it is written, not with the first release', (written, path) => {
    const { error } = Route.safeParse(written)
    const paths = (error?.issues ?? []).flatMap(issue =>
      issue.code === 'invalid_union'
        ? issue.errors.flatMap(branch => branch.map(inner => [...issue.path, ...inner.path].join('.')))
        : issue.path.join('.'),
    )
    expect(paths).toContain(path)
  })

  it('that is taken is never refused by the gateway, whatever is in it', () => {
    const name = fc.oneof(fc.constantFrom('a', 'other', 'b.c', '-', '', 'x-user'), fc.string())
    const path = fc.oneof(fc.constantFrom('/', '/a/**', '/a/*/b', '/a*', '//', '/ü'), fc.webPath(), fc.string())
    const time = fc.oneof(fc.constantFrom('0s', '0', '1ms', '30s', '1m1s', '7d', '25d', '4w', '1s1ms'), fc.string())
    const count = fc.oneof(fc.integer({ min: -1, max: 70_000 }), fc.double())
    const some = <Value>(value: fc.Arbitrary<Value>) => fc.array(value, { maxLength: 3 })
    const fields = {
      hosts: some(fc.oneof(fc.domain(), fc.constantFrom('*.a', '[::1]', 'A', 'a:1'), fc.string())),
      paths: some(path),
      stickiness: fc.constantFrom('user', 'cookie', 'none', 'x'),
      identity: some(fc.oneof(fc.record({ cookie: name }), fc.record({ header: name }))),
      cookie: fc.record({ name, maxAge: time }, { requiredKeys: [] }),
      market: fc.oneof(fc.record({ header: name }), fc.record({ hosts: fc.dictionary(fc.domain(), name) })),
      classes: some(
        fc.record({ name, methods: some(fc.constantFrom('GET', 'get', '')), path }, { requiredKeys: ['name'] }),
      ),
      exclude: fc.record({ paths: some(path), userAgents: some(name) }, { requiredKeys: [] }),
      bad: some(fc.constantFrom('5xx', '429', '6xx', '4x')),
      warmUp: fc.record({ for: time, requests: count }, { requiredKeys: [] }),
      timeouts: fc.record(
        { connect: time, header: time, idle: time, streamIdle: time, total: time },
        { requiredKeys: [] },
      ),
      maxBody: fc.oneof(count, fc.constantFrom('1MiB', '1.5kB', '1.3B')),
      maxConnections: count,
      retry: fc.boolean(),
      retryAfter: time,
    }
    // One field at a time: among many, one is always wrong.
    const written = fc.oneof(
      ...Object.entries(fields).map(([key, value]) =>
        (value as fc.Arbitrary<unknown>).map(chosen => ({ [key]: chosen })),
      ),
    )
    let taken = 0
    fc.assert(
      fc.property(written, route => {
        const read = Route.safeParse(route)
        if (!read.success) return
        taken += 1
        const sent = { service: 'order', ...gatewaySettings(read.data), shares: [] }
        expect(ServiceRoute.safeParse(sent).error?.issues).toBeUndefined()
      }),
      { numRuns: 2_000 },
    )
    expect(taken).toBeGreaterThan(200)
  })
})
