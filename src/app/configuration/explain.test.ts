import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Duration } from '../../kernel/index.ts'
import { formatFault } from './fault.ts'
import { loadText } from './sample.fixture.ts'
import { validate } from './validate.ts'
import { parseTree } from './yaml.ts'

/** Lines 1 to 3 of every table row; what follows begins on line 4. */
const ORDER = 'services:\n  order:\n    port: 80\n'

async function told(text: string): Promise<string[]> {
  const loaded = await loadText(text)
  return loaded.ok ? [] : loaded.faults.map(fault => formatFault(fault).replace('shipwatch.yaml:', ''))
}

describe('an unknown key', () => {
  it.each([
    [
      '    strategy:\n      kind: canary\n      stages:\n        - weigth: 5%\n',
      ['7:11: services.order.strategy.stages[0].weigth: unknown key “weigth”; did you mean “weight”?'],
    ],
    ['    Version: "1"\n', ['4:5: services.order.Version: unknown key “Version”; did you mean “version”?']],
    [
      '    strategy: { kind: rolling, max-surge: 2, stages: [] }\n',
      [
        '4:32: services.order.strategy.max-surge: unknown key “max-surge”; did you mean “maxSurge”?',
        '4:46: services.order.strategy.stages: unknown key “stages”; known here: “kind”, “maxSurge”, “maxUnavailable”',
      ],
    ],
    [
      '    checks: [{ type: tcp, port: 1, path: / }]\n',
      ['4:36: services.order.checks[0].path: unknown key “path”; known here: “type”, “port”'],
    ],
    ['hubb: 1\n', ['4:1: hubb: unknown key “hubb”; did you mean “hub”?']],
    ['hub: { "a b": 1 }\n', ['4:8: hub["a b"]: unknown key “a b”; known here: “host”, “port”']],
  ])('in %j is pointed at, with the nearest that is known there', async (text, faults) => {
    expect(await told(ORDER + text)).toEqual(faults)
  })

  it('that is a misspelt required one is told once', async () => {
    expect(await told('services:\n  order:\n    prot: 80\n')).toEqual([
      '3:5: services.order.prot: unknown key “prot”; did you mean “port”?',
    ])
  })
})

describe('a missing key', () => {
  it.each([
    [
      'services:\n  order: {}\n',
      ['2:3: services.order.port: “port” is missing; expected a whole number from 1 to 65535'],
    ],
    ['hub:\n  port: 1\n', ['1:1: services: “services” is missing; expected a map']],
    [
      `${ORDER}    strategy: { stages: [] }\n`,
      ['4:5: services.order.strategy.kind: “kind” is missing; expected "canary", "rolling" or "all-at-once"'],
    ],
    [
      `${ORDER}    strategy:\n      kind: canary\n      stages:\n        - for: 5m\n        - weight: 5\n        - {}\n`,
      [
        '7:11: services.order.strategy.stages[0].weight: “weight” is missing; expected a share from 0% to 100%',
        '9:11: services.order.strategy.stages[2].weight: “weight” is missing; expected a share from 0% to 100%',
      ],
    ],
    [
      `${ORDER}    checks: [{ type: tcp }]\n`,
      ['4:14: services.order.checks[0].port: “port” is missing; expected a whole number'],
    ],
    [
      `${ORDER}    checks: [{ port: 5 }]\n`,
      ['4:14: services.order.checks[0].type: “type” is missing; expected "http" or "tcp"'],
    ],
  ])('in %j is told at what it is missing from', async (text, faults) => {
    expect(await told(text)).toEqual(faults)
  })
})

describe('a wrong value', () => {
  it.each([
    ['    tier: cor\n', '4:11: services.order.tier: expected "core" or "edge", got "cor"; did you mean "core"?'],
    ['    tier:\n', '4:5: services.order.tier: expected "core" or "edge", got nothing'],
    ['    enabled: yes\n', '4:14: services.order.enabled: expected true or false, got "yes"; did you mean true?'],
    ['    enabled: "off"\n', '4:14: services.order.enabled: expected true or false, got "off"; did you mean false?'],
    ['    enabled: 1\n', '4:14: services.order.enabled: expected true or false, got 1'],
    ['    version: 1.10\n', '4:14: services.order.version: expected text, got 1.10; put it in quotes: "1.10"'],
    ['    version: true\n', '4:14: services.order.version: expected text, got true; put it in quotes: "true"'],
    ['    version: [1]\n', '4:14: services.order.version: expected text, got a list'],
    ['    owner: me\n', '4:12: services.order.owner: expected an e-mail address, got "me"'],
    ['    hook: shop\n', '4:11: services.order.hook: expected a URL such as https://shop.example/path, got "shop"'],
    ['    memory: lots\n', '4:13: services.order.memory: expected a size such as 512MiB, 10MB or 4096, got "lots"'],
    ['    memory: {}\n', '4:13: services.order.memory: expected a size such as 512MiB, 10MB or 4096, got a map'],
    ['    env: { A: 1 }\n', '4:15: services.order.env.A: expected text, got 1; put it in quotes: "1"'],
    ['    checks: 5\n', '4:13: services.order.checks: expected a list, got 5'],
    ['    strategy: canary\n', '4:15: services.order.strategy: expected a map, got "canary"'],
    [
      '    strategy: { kind: canary, stages: [] }\n',
      '4:39: services.order.strategy.stages: expected at least 1 item, got 0',
    ],
    [
      '    strategy:\n      kind: canary\n      stages: [{ weight: 101% }]\n',
      '6:26: services.order.strategy.stages[0].weight: expected a share from 0% to 100%, got "101%"',
    ],
    [
      '    strategy: { kind: rolling, maxUnavailable: 101 }\n',
      '4:48: services.order.strategy.maxUnavailable: expected a whole number from 0 to 100, got 101',
    ],
    [
      '    strategy: { kind: rolling, maxUnavailable: 1.5 }\n',
      '4:48: services.order.strategy.maxUnavailable: expected a whole number from 0 to 100, got 1.5',
    ],
    [
      '    strategy: { kind: cannary }\n',
      '4:23: services.order.strategy.kind: expected "canary", "rolling" or "all-at-once", got "cannary"; did you mean "canary"?',
    ],
    ['hub: { host: "" }\n', '4:14: hub.host: expected text that is not empty, got ""'],
    ['hub: { port: .nan }\n', '4:14: hub.port: expected a whole number, got .nan'],
    ['hub: { port: 0x1F.5 }\n', '4:14: hub.port: expected a whole number, got "0x1F.5"'],
    [
      '    tier: core\n    strategy: { kind: all-at-once }\n',
      '5:23: services.order.strategy.kind: a core service cannot be replaced all at once',
    ],
  ])('%j is told with what was expected', async (text, fault) => {
    expect(await told(ORDER + text)).toEqual([fault])
  })

  it('in a file with Windows line ends stands at the same place', async () => {
    expect(await told('services:\r\n  order:\r\n    port: three\r\n')).toEqual([
      '3:11: services.order.port: expected a whole number from 1 to 65535, got "three"',
    ])
  })

  it('behind an alias is told where it is written, for each place that it is used at', async () => {
    expect(await told('x-base: &base { port: 80, tierr: core }\nservices:\n  a: *base\n  b: { <<: *base }\n')).toEqual([
      '1:27: services.a.tierr: unknown key “tierr”; did you mean “tier”?',
      '1:27: services.b.tierr: unknown key “tierr”; did you mean “tier”?',
    ])
  })

  it('as a name is told at the name', async () => {
    expect(await told('services:\n  Order!: { port: 1 }\n')).toEqual([
      '2:3: services["Order!"]: “Order!” cannot be a key here; expected lower-case letters, digits and dashes',
    ])
  })

  it('is told with all others, from the top down', async () => {
    const text = `hub: { port: x }
services:
  pay: { prot: 1 }
  order:
    port: 99999
    ready: soon
    checks: [{ type: http, path: x }, { type: tcp, port: y }]
`
    expect(await told(text)).toEqual([
      '1:14: hub.port: expected a whole number, got "x"',
      '3:10: services.pay.prot: unknown key “prot”; did you mean “port”?',
      '5:11: services.order.port: expected a whole number from 1 to 65535, got 99999',
      '6:12: services.order.ready: expected "never" or a duration such as 30s, 5m or 1h30m, got "soon"',
      '7:34: services.order.checks[0].path: expected text that begins with "/", got "x"',
      '7:58: services.order.checks[1].port: expected a whole number, got "y"',
    ])
  })
})

describe('alternatives', () => {
  it.each([
    [
      '    ready: soon\n',
      '4:12: services.order.ready: expected "never" or a duration such as 30s, 5m or 1h30m, got "soon"',
    ],
    [
      '    ready: nevr\n',
      '4:12: services.order.ready: expected "never" or a duration such as 30s, 5m or 1h30m, got "nevr"; did you mean "never"?',
    ],
    [
      '    ready: 5\n',
      '4:12: services.order.ready: expected "never", a map or a duration such as 30s, 5m or 1h30m, got 5',
    ],
    [
      '    ready: { after: 5s, trys: 3 }\n',
      '4:25: services.order.ready.trys: unknown key “trys”; did you mean “tries”?',
    ],
    [
      '    ready: { after: 5s, tries: 0 }\n',
      '4:32: services.order.ready.tries: expected a whole number of at least 1, got 0',
    ],
    [
      '    strategy: { kind: rolling, maxSurge: lots }\n',
      '4:42: services.order.strategy.maxSurge: expected a whole number of at least 1 or a share from 0% to 100%, got "lots"',
    ],
    [
      '    checks: [{ type: http, path: x }]\n',
      '4:34: services.order.checks[0].path: expected text that begins with "/", got "x"',
    ],
    [
      '    checks: [{ type: htp, path: / }]\n',
      '4:22: services.order.checks[0].type: expected "http" or "tcp", got "htp"; did you mean "http"?',
    ],
    ['    checks: [tcp]\n', '4:14: services.order.checks[0]: expected a map, got "tcp"'],
  ])('%j are told by the one that was meant', async (text, fault) => {
    expect(await told(ORDER + text)).toEqual([fault])
  })
})

describe('the words of a room', () => {
  const schema = z.strictObject({
    name: z.string({ error: 'name the shop' }),
    url: z.string().refine(url => url.startsWith('https:'), { error: issue => `${String(issue.input)} is not safe` }),
    size: z.number().max(5, 'expected a small number'),
    even: z.custom<number>(value => Number(value) % 2 === 0),
    tags: z.record(z.enum(['eu', 'us']), z.boolean()),
    pair: z.tuple([z.number(), Duration]),
    step: z.number().multipleOf(5).gt(0),
  })

  function judged(text: string, env: Readonly<Record<string, string>> = {}): string[] {
    const parsed = parseTree(text, 'a', env)
    if (!parsed.ok || !parsed.tree) throw new Error('not YAML')
    const validated = validate(schema, parsed.tree, new Map())
    return validated.kind === 'invalid' ? validated.faults.map(formatFault) : []
  }

  it('are kept, and completed where they leave off', () => {
    const text = 'url: http\nsize: 9\neven: 3\ntags: { eu: 1, usa: true }\npair: [1, soon, 3]\nstep: -3'
    expect(judged(text).toSorted()).toEqual([
      'a:1:1: name: “name” is missing; name the shop',
      'a:1:6: url: http is not safe',
      'a:2:7: size: expected a small number, got 9',
      'a:3:7: even: this is not accepted here, got 3',
      'a:4:13: tags.eu: expected true or false, got 1',
      'a:4:16: tags.usa: unknown key “usa”; did you mean “us”?',
      'a:5:11: pair[1]: expected a duration such as 30s, 5m or 1h30m, got "soon"',
      'a:5:7: pair: expected at most 2 items, got 3',
      'a:6:7: step: expected a multiple of 5, got -3',
      'a:6:7: step: expected a number above 0, got -3',
    ])
  })

  it('do not give away what came from the environment', () => {
    const text = 'name: n\nurl: ${URL}\nsize: 1\neven: 2\ntags: { eu: true, us: true }\npair: [1, 5s]\nstep: 5'
    expect(judged(text, { URL: 'http://user:hunter2@x' })).toEqual(['a:2:6: url: ${URL} is not safe'])
  })
})
