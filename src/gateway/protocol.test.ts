import { describe, expect, it } from 'vitest'
import { RouteClass, ServiceRoute, type ServiceRouteInput } from './protocol.ts'

const route: ServiceRouteInput = {
  service: 'checkout',
  hosts: ['shop.example'],
  shares: [
    { version: 'v1', weight: 90, endpoints: [{ id: 'v1-1', url: 'http://127.0.0.1:4001', readySinceMs: 0 }] },
    {
      version: 'v2',
      weight: 10,
      endpoints: [{ id: 'v2-1', url: 'http://127.0.0.1:4002', readySinceMs: 0 }],
      segments: [{ cookie: 'beta', value: 'yes' }],
    },
  ],
}

function faults(value: unknown): string[] {
  const read = ServiceRoute.safeParse(value)
  return read.success ? [] : read.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`)
}

describe('a service route', () => {
  it('is filled with defaults and read back as it was written', () => {
    const read = ServiceRoute.parse(route)
    expect(read.paths).toEqual(['/'])
    expect(read.timeouts.connectMs).toBe(2_000)
    expect(read.bad).toEqual(['5xx'])
    expect(ServiceRoute.parse(JSON.parse(JSON.stringify(read)))).toEqual(read)
  })

  it.each<[string, object, RegExp]>([
    ['weights of 90', { shares: [route.shares[0]] }, /^shares: expected weights that add up to 100, got 90$/],
    ['a version twice', { shares: [route.shares[0], route.shares[0]] }, /version v1 is already at shares\.0\.version/],
    ['an unknown stable version', { stable: 'v9' }, /^stable: no share has the version v9$/],
    ['a host with a port', { hosts: ['shop.example:80'] }, /^hosts\.0: expected a host/],
    ['a path without a slash', { paths: ['api'] }, /^paths\.0: expected a path/],
    ['an unknown key', { weigth: 1 }, /weigth/],
    ['a name with a slash', { service: '../etc' }, /^service: expected/],
    ['a status that is none', { bad: ['6xx'] }, /^bad\.0: expected a status/],
  ])('with %s is refused by path', (_, change, message) => {
    expect(faults({ ...route, ...change }).join('\n')).toMatch(message)
  })

  it.each([
    ['https://127.0.0.1:1', 'expected http://host:port'],
    ['nonsense', 'expected http://host:port'],
    ['http://127.0.0.1:1/path', 'without a path'],
    ['http://me:secret@127.0.0.1:1', 'without a user'],
  ])('with an endpoint at %s is refused', (url, message) => {
    const shares = [{ version: 'v1', weight: 100, endpoints: [{ id: 'a', url, readySinceMs: 0 }] }]
    expect(faults({ ...route, shares }).join()).toContain(`shares.0.endpoints.0.url: expected http://host:port`)
    expect(faults({ ...route, shares }).join()).toContain(message)
  })

  it('tells all its faults at once', () => {
    expect(faults({ ...route, hosts: ['A'], paths: ['x'], retry: 'yes' })).toHaveLength(3)
  })

  it('by market needs to know where the market is read', () => {
    const shares = [{ version: 'v1', weight: 100, endpoints: [], segments: [{ market: 'de' }] }]
    expect(faults({ ...route, shares }).join()).toContain('needs `market`')
    expect(faults({ ...route, shares, market: { header: 'x-market' } })).toEqual([])
  })
})

describe('a route class', () => {
  it('may use ** only at the end', () => {
    expect(RouteClass.safeParse({ name: 'a', pattern: '/a/**' }).success).toBe(true)
    expect(RouteClass.safeParse({ name: 'a', pattern: '/**/a' }).success).toBe(false)
  })

  it('may not be called other', () => {
    expect(RouteClass.safeParse({ name: 'other' }).success).toBe(false)
  })
})
