import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { GatewayOptions } from '../../gateway/index.ts'
import { dataFolder } from '../data-folder.ts'
import { gatewayOptions } from '../gateway-process.ts'
import { jsonSchemaOf, loadConfiguration } from './index.ts'
import { Configuration } from './schema.ts'

const EXAMPLE = readFileSync(new URL('../../../examples/shop/shipwatch.yaml', import.meta.url), 'utf8')
const RUN = { run: { command: 'node main.js' } }

/** What an editor makes of the JSON Schema. */
const Editor = z.fromJSONSchema(jsonSchemaOf(Configuration))

/** Every key of a JSON Schema that speaks of a value by a name, with what is said of it. */
function describedIn(json: unknown, path: string, found = new Map<string, unknown>()): Map<string, unknown> {
  if (typeof json !== 'object' || json === null) return found
  for (const [key, value] of Object.entries(json)) {
    if (key === 'properties') {
      for (const [name, inner] of Object.entries(value as Record<string, unknown>)) {
        found.set(`${path}.${name}`, inner)
        describedIn(inner, `${path}.${name}`, found)
      }
    } else describedIn(value, path, found)
  }
  return found
}

const load = (text: string, env: Record<string, string> = {}) =>
  loadConfiguration(Configuration, { path: 'shipwatch.yaml', env, readFile: async () => text })

describe('the schema for editors', () => {
  it('takes the example shop as it is written, references to the environment included', () => {
    expect(Editor.safeParse(parse(EXAMPLE)).error).toBeUndefined()
  })

  it.each([
    ['an unknown key at the top', { servics: {} }],
    ['an unknown key of a service', { services: { order: { ...RUN, instancs: 2 } } }],
    ['an unknown key of a route', { services: { order: { ...RUN, route: { path: ['/'] } } } }],
    ['a service without a command', { services: { order: { run: {} } } }],
    ['a strategy that there is not', { services: { order: { ...RUN, strategy: { type: 'slow' } } } }],
    [
      'a stage over 100 %',
      { services: { order: { ...RUN, strategy: { type: 'canary', stages: [{ weight: 140 }] } } } },
    ],
    ['a duration that is none', { services: { order: { ...RUN, warmFor: 'soon' } } }],
    ['a name that is none', { services: { 'Order Service': RUN } }],
    ['a word where a number belongs', { services: { order: { ...RUN, instances: 'two' } } }],
    ['a list where a map belongs', { services: [] }],
  ])('refuses %s, as the program does', async (_, written) => {
    expect(Editor.safeParse(written).success).toBe(false)
    expect((await load(JSON.stringify(written))).ok).toBe(false)
  })

  it('names only formats that validators know, and says nothing that is not JSON', () => {
    const json = jsonSchemaOf(Configuration)
    expect(JSON.parse(JSON.stringify(json))).toEqual(json)
    const formats = [...JSON.stringify(json).matchAll(/"format":"([^"]*)"/g)].map(([, format]) => format)
    expect([...new Set(formats)]).toEqual(['uri'])
  })

  it('has every key that the program knows', () => {
    const keys = [...describedIn(jsonSchemaOf(Configuration), '').keys()]
    expect(keys).toEqual(expect.arrayContaining(['.data', '.hub.listen', '.gateway.limits.headerWithin']))
    for (const key of [
      '.services.route.exclude.paths',
      '.services.run.limits.memory',
      '.services.verdict.errors.ceiling',
    ])
      expect(keys).toContain(key)
  })
})

describe('the configuration', () => {
  it('of the example shop is valid, by default and as the demo runs it', async () => {
    expect(await load(EXAMPLE)).toMatchObject({ ok: true })
    const env = { SHOP_DATA: '/d', SHOP_HUB: '127.0.0.1:1', SHOP_GATEWAY: '127.0.0.1:2' }
    expect(await load(EXAMPLE, env)).toMatchObject({
      ok: true,
      value: { data: '/d', hub: { listen: '127.0.0.1:1' }, gateway: { listen: '127.0.0.1:2' } },
    })
  })

  it('that is empty has everything but services', () => {
    expect(Configuration.parse({})).toMatchObject({
      data: '.shipwatch',
      hub: { listen: '127.0.0.1:7700' },
      services: {},
    })
  })

  it.each(['127.0.0.1:0', '[::1]:7700', 'localhost:1', '0.0.0.0:65535', 'http://127.0.0.1:7700'])(
    'lets the hub listen on %s',
    listen => {
      expect(Configuration.safeParse({ hub: { listen } }).success).toBe(true)
    },
  )

  it.each([
    [{ hub: { listen: '7700' } }, 'hub.listen'],
    [{ hub: { listen: ':7700' } }, 'hub.listen'],
    [{ hub: { listen: '127.0.0.1:65536' } }, 'hub.listen'],
    [{ hub: { listen: 'https://127.0.0.1:1' } }, 'hub.listen'],
    [{ hub: { proxies: ['everyone'] } }, 'hub.proxies.0'],
    [{ hub: { proxies: ['::1/129'] } }, 'hub.proxies.0'],
    [{ gateway: { listen: '8080' } }, 'gateway.listen'],
    [{ gateway: { admin: '10.0.0.1:8081' } }, 'gateway.admin'],
    [{ gateway: { admin: 'unix:' } }, 'gateway.admin'],
    [{ gateway: { trustForwarded: ['10.0.0.0/33'] } }, 'gateway.trustForwarded.0'],
    [{ gateway: { drain: '2h' } }, 'gateway.drain'],
    [{ gateway: { limits: { header: '1B' } } }, 'gateway.limits.header'],
    [{ gateway: { limits: { keepAlive: '0s' } } }, 'gateway.limits.keepAlive'],
    [{ gateway: { limits: { headerWithin: '30d' } } }, 'gateway.limits.headerWithin'],
    [{ data: '' }, 'data'],
    [{ services: { Order: RUN } }, 'services.Order'],
  ])('%j is refused by name before anything is started', (written, path) => {
    const { error } = Configuration.safeParse(written)
    expect(error?.issues.map(issue => issue.path.join('.'))).toEqual([path])
  })

  it('is told to the gateway in its own words', () => {
    const written = {
      gateway: {
        listen: ':80',
        admin: '127.0.0.1:81',
        trustForwarded: ['10.0.0.0/8'],
        drain: '1m',
        limits: { connections: 5, header: '8KiB', headerWithin: '3s', keepAlive: '4s' },
      },
    }
    const folder = dataFolder('/srv', 'data')
    expect(GatewayOptions.parse(gatewayOptions(Configuration.parse(written), folder))).toEqual({
      listen: ':80',
      admin: '127.0.0.1:81',
      tokenFile: '/srv/data/gateway/token',
      stateFile: '/srv/data/gateway/config.json',
      trustForwarded: ['10.0.0.0/8'],
      drainMs: 60_000,
      limits: { connections: 5, headerBytes: 8_192, clientHeaderMs: 3_000, keepAliveMs: 4_000 },
    })
    expect(gatewayOptions(Configuration.parse({}), folder).admin).toBe('unix:/srv/data/gateway/admin.sock')
    expect(GatewayOptions.parse(gatewayOptions(Configuration.parse({}), folder))).toMatchObject(
      GatewayOptions.omit({ admin: true, tokenFile: true, stateFile: true }).parse({}),
    )
  })
})
