import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../kernel/fake-clock.ts'
import { messageOf, systemClock } from '../kernel/index.ts'
import { Client } from './client.ts'
import type { EntryView, ReleaseView, ServiceView, StatusView, VerifyView } from './contract.ts'
import { type ClientOptions, HubUnreachable, Refused } from './exchange.ts'
import type { ChannelView, DeliveryStoryView, DeliveryView } from './notices.ts'
import { Peer } from './peer.fixture.ts'

const AT = '2026-11-21T03:22:00.000Z'
const RELEASE: ReleaseView = {
  id: 'rel_1',
  revision: 1,
  service: 'order',
  version: 'v2',
  previous: 'v1',
  strategy: 'canary',
  phase: 'watching',
  stage: 0,
  stages: [{ name: '10 %', weight: 10, ends: 'time', forMs: 60_000 }],
  weight: 10,
  createdAt: AT,
  enteredAt: AT,
  exposedAt: null,
  candidate: { requests: 0, bad: 0 },
  stable: { requests: 0, bad: 0 },
  verdict: null,
}
const SERVICE: ServiceView = {
  name: 'order',
  tier: 'core',
  markets: [],
  stable: null,
  versions: [],
  instances: [],
  release: null,
}
const STATUS: StatusView = {
  hub: { version: '1', startedAt: AT, leading: true, store: 'here' },
  gateway: { address: '127.0.0.1:8080', reachable: true },
  services: [SERVICE],
}
const VERIFIED: VerifyView = { intact: true, entries: 0, head: { seq: 0, hash: '00' } }
const entry = (seq: number): EntryView => ({
  seq,
  id: `ent_${seq}`,
  at: AT,
  kind: 'release.asked',
  subject: 'release/rel_1',
  actor: 'user/li',
  data: {},
  hash: 'ab',
})

const CHANNEL: ChannelView = {
  name: 'ops',
  type: 'dingtalk',
  waiting: 0,
  failures: 0,
  failingSince: null,
  lastSaidAt: AT,
  lastFailedAt: null,
  restsUntil: null,
}
const DELIVERY: DeliveryView = {
  id: 'dlv_1',
  notice: 'ntc_1',
  kind: 'test',
  receiver: 'ops',
  channel: 'ops',
  urgency: 'news',
  state: 'sent',
  createdAt: AT,
  nextTryAt: null,
  endedAt: AT,
  tries: 1,
}
const STORY: DeliveryStoryView = {
  ...DELIVERY,
  attempts: [
    {
      id: 'att_1',
      channel: 'ops',
      beganAt: AT,
      endedAt: AT,
      outcome: 'said',
      nextTryAt: null,
      request: { url: 'https://robot.example/***', body: '{}' },
      reply: { status: 200, body: '{"errcode":0}' },
    },
  ],
}

let peer: Peer
beforeEach(async () => {
  peer = await Peer.start()
})
afterEach(() => peer.close())

const clientOf = (changed: Partial<ClientOptions> = {}): Client =>
  new Client({ url: peer.url, token: 'secret', actor: 'user/李', clock: systemClock, ...changed })
const never = new AbortController().signal

type Call = (client: Client, signal?: AbortSignal) => Promise<unknown>

const CALLS: readonly (readonly [name: string, Call, method: string, path: string, body: unknown, reply: unknown])[] = [
  ['status', (client, signal) => client.status(signal), 'GET', '/api/v1/status', undefined, STATUS],
  ['service', (client, signal) => client.service('a/b', signal), 'GET', '/api/v1/services/a%2Fb', undefined, SERVICE],
  [
    'deploy',
    (client, signal) => client.deploy('order', { version: 'v2', note: 'why' }, signal),
    'POST',
    '/api/v1/services/order/releases',
    { version: 'v2', note: 'why' },
    RELEASE,
  ],
  [
    'rollBack',
    (client, signal) => client.rollBack('order', { to: 'v1' }, signal),
    'POST',
    '/api/v1/services/order/rollback',
    { to: 'v1' },
    RELEASE,
  ],
  [
    'releases',
    (client, signal) => client.releases({ service: 'a b', limit: 2 }, signal),
    'GET',
    '/api/v1/releases?service=a+b&limit=2',
    undefined,
    [RELEASE],
  ],
  ['releases of all', (client, signal) => client.releases({}, signal), 'GET', '/api/v1/releases', undefined, []],
  ['release', (client, signal) => client.release('rel_1', signal), 'GET', '/api/v1/releases/rel_1', undefined, RELEASE],
  ...(['promote', 'pause', 'resume', 'rollback'] as const).map(
    order =>
      [
        order,
        (client: Client, signal?: AbortSignal) => client.order('rel_1', order, 'why', signal),
        'POST',
        `/api/v1/releases/rel_1/${order}`,
        { note: 'why' },
        RELEASE,
      ] as const,
  ),
  [
    'an order without a note',
    (client, signal) => client.order('order', 'pause', undefined, signal),
    'POST',
    '/api/v1/releases/order/pause',
    {},
    RELEASE,
  ],
  [
    'entries',
    (client, signal) => client.entries({ kind: 'release', afterSeq: 3 }, signal),
    'GET',
    '/api/v1/logbook?kind=release&afterSeq=3',
    undefined,
    [entry(4)],
  ],
  [
    'verify',
    (client, signal) => client.verify('3:ab', signal),
    'GET',
    '/api/v1/logbook/verify?anchor=3%3Aab',
    undefined,
    VERIFIED,
  ],
  [
    'verify alone',
    (client, signal) => client.verify(undefined, signal),
    'GET',
    '/api/v1/logbook/verify',
    undefined,
    VERIFIED,
  ],
  ['channels', (client, signal) => client.channels(signal), 'GET', '/api/v1/channels', undefined, [CHANNEL]],
  [
    'testChannel',
    (client, signal) => client.testChannel('值班', signal),
    'POST',
    '/api/v1/channels/%E5%80%BC%E7%8F%AD/test',
    undefined,
    STORY,
  ],
  [
    'deliveries',
    (client, signal) => client.deliveries({ release: 'rel_1', state: 'given-up', before: 'dlv_9', limit: 2 }, signal),
    'GET',
    '/api/v1/deliveries?release=rel_1&state=given-up&before=dlv_9&limit=2',
    undefined,
    [DELIVERY],
  ],
  [
    'delivery',
    (client, signal) => client.delivery('dlv_1', signal),
    'GET',
    '/api/v1/deliveries/dlv_1',
    undefined,
    STORY,
  ],
]

describe.each(CALLS)('%s', (_, call, method, path, body, reply) => {
  it('asks as the contract says, and gives what the hub replied', async () => {
    peer.json(method === 'POST' ? 201 : 200, reply)
    expect(await call(clientOf())).toEqual(reply)
    const [heard] = peer.heard
    expect(heard).toMatchObject({ method, path })
    expect(heard?.body === '' ? undefined : JSON.parse(heard?.body ?? '')).toEqual(body)
    expect(heard?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'x-shipwatch-actor': encodeURIComponent('user/李'),
    })
    expect(heard?.headers['content-type']).toBe(body === undefined ? undefined : 'application/json')
  })

  it('ends when its caller aborts, with the reason, and lets the hub know', async () => {
    const controller = new AbortController()
    peer.answer = () => controller.abort(new Error('enough'))
    await expect(call(clientOf(), controller.signal)).rejects.toThrow('enough')
    await peer.left.promise
  })

  it('does not understand a reply of another shape', async () => {
    peer.json(200, { hello: 'world' })
    await expect(call(clientOf())).rejects.toThrow('is no hub, or one of another version')
  })
})

describe('what the hub refuses', () => {
  it.each([
    [400, 'invalid_input', { field: 'version' }],
    [401, 'denied', { hint: 'Send the token.' }],
    [404, 'not_found', { field: 'service', hint: 'Look.' }],
    [409, 'conflict', {}],
    [413, 'invalid_input', {}],
    [500, 'internal', {}],
    [503, 'unavailable', { hint: 'Wait.' }],
  ])('with %d is told by its code, its words, its field and its hint', async (status, code, detail) => {
    peer.json(status, { error: { code, message: 'it cannot be', ...detail } })
    const error = await clientOf()
      .status()
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Refused)
    expect(error).toMatchObject({ status, code, message: 'it cannot be', ...detail })
  })
})

describe('what is no hub', () => {
  it.each([
    [502, '<html>Bad Gateway</html>', /is no hub: 502$/],
    [404, '{"error":"Not Found"}', /is no hub: 404$/],
    [200, '<html></html>', /is no hub, or one of another version$/],
    [200, '{"hub":', /is no hub, or one of another version$/],
    [204, '', /is no hub, or one of another version$/],
  ])('answers %d %j, and is said to be none', async (status, body, message) => {
    peer.text(status, body)
    const error = await clientOf()
      .status()
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(HubUnreachable)
    expect(error).toMatchObject({ message: expect.stringMatching(message), hint: 'Check --hub.' })
  })

  it('does not get the token by sending the caller elsewhere', async () => {
    const other = await Peer.start()
    try {
      peer.answer = response => void response.writeHead(307, { location: `${other.url}/` }).end()
      await expect(clientOf().deploy('order', { version: 'v2' })).rejects.toThrow('is no hub: 307')
      expect(other.heard).toEqual([])
    } finally {
      await other.close()
    }
  })
})

describe('silence', () => {
  it('where nobody listens says so, and how to start a hub', async () => {
    const client = clientOf()
    await peer.close()
    for (const call of [client.status(), client.deploy('order', { version: 'v2' })]) {
      const error = await call.catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(HubUnreachable)
      expect(messageOf(error)).toMatch(/^no hub answers at http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED/)
      expect(error).toMatchObject({ hint: 'Start one: shipwatch up' })
    }
  })

  it.each([
    ['before the answer', (response: Parameters<Peer['answer']>[0]) => void response.destroy()],
    [
      'in the middle of it',
      (response: Parameters<Peer['answer']>[0]) => {
        response.writeHead(200, { 'content-length': '1000' })
        response.write('{"hub":', () => response.destroy())
      },
    ],
  ])('%s is told as what it is: an order may have been carried out', async (_, answer) => {
    peer.answer = answer
    await expect(clientOf().status()).rejects.toMatchObject({
      code: 'hub_unreachable',
      message: `no hub answers at ${peer.url}`,
    })
    await expect(clientOf().rollBack('order')).rejects.toMatchObject({
      code: 'hub_unreachable',
      message: `the hub at ${peer.url} did not say what became of it`,
      hint: 'It may have been done: look with shipwatch status.',
    })
    const [read, first, second] = peer.heard
    expect(peer.heard, 'the order was sent once more').toHaveLength(3)
    await expect(clientOf().testChannel('ops')).rejects.toMatchObject({
      hint: 'It may have been done: look with shipwatch deliveries.',
    })
    expect(read?.headers['idempotency-key']).toBeUndefined()
    expect(first?.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/)
    expect(second).toEqual(first)
  })

  it.each([
    [201, RELEASE, RELEASE],
    [409, { error: { code: 'conflict', message: 'v2 is on its way already' } }, 'v2 is on its way already'],
  ])('in the middle of an order is followed by what became of it: %d', async (status, body, told) => {
    peer.answer = response => {
      if (peer.heard.length === 1) response.destroy()
      else response.writeHead(status).end(JSON.stringify(body))
    }
    const asked = clientOf().deploy('order', { version: 'v2' })
    await (typeof told === 'string' ? expect(asked).rejects.toThrow(told) : expect(asked).resolves.toEqual(told))
    expect(peer.heard[1]).toEqual(peer.heard[0])
  })

  it('of a hub that is gone by then is told as that of the first time: it may have been done', async () => {
    const closed = Promise.withResolvers<void>()
    peer.answer = response => {
      response.destroy()
      void peer.close().then(closed.resolve)
    }
    await expect(clientOf().rollBack('order')).rejects.toMatchObject({
      message: `the hub at ${peer.url} did not say what became of it`,
    })
    await closed.promise
  })

  it('is not broken once more for somebody who has given up', async () => {
    const controller = new AbortController()
    const clock = new FakeClock()
    peer.answer = response => void response.destroy()
    const asked = clientOf({ clock }).order('order', 'promote', undefined, controller.signal)
    while (clock.waiting !== 1 || peer.heard.length === 0) await new Promise(resolve => setImmediate(resolve))
    controller.abort(new Error('enough'))
    await expect(asked).rejects.toThrow('enough')
    expect(peer.heard).toHaveLength(1)
    expect(clock.waiting).toBe(0)
  })

  it('gives each order a key of its own', async () => {
    peer.json(201, RELEASE)
    const client = clientOf()
    for (let i = 0; i < 20; i++) await client.deploy('order', { version: 'v2' })
    expect(new Set(peer.heard.map(({ headers }) => headers['idempotency-key'])).size).toBe(20)
  })

  it('that lasts is given up, after 15 s for a call, 30 s for a test and 5 min for a verification', async () => {
    const clock = new FakeClock()
    const asked = Promise.withResolvers<void>()
    peer.answer = () => peer.heard.length === 3 && asked.resolve()
    const ends: string[] = []
    const told = (name: string) => (error: unknown) => void ends.push(`${name}: ${messageOf(error)}`)
    const client = clientOf({ clock })
    const calls = [
      client.status().catch(told('status')),
      client.verify().catch(told('verify')),
      client.testChannel('ops').catch(told('test')),
    ]
    await asked.promise
    await clock.advance(14_999)
    expect(ends).toEqual([])
    await clock.advance(1)
    await calls[0]
    expect(ends).toEqual([`status: no hub answers at ${peer.url}: no answer within 15000 ms`])
    await clock.advance(15_000)
    await calls[2]
    expect(ends[1]).toBe(`test: the hub at ${peer.url} did not say what became of it: no answer within 30000 ms`)
    await clock.advance(270_000)
    await calls[1]
    expect(ends[2]).toContain('verify: no hub answers')
    expect(clock.waiting).toBe(0)
  })

  it.each(['http://', 'nonsense', 'ftp://127.0.0.1:1'])('is all there is at %j', async url => {
    await expect(clientOf({ url }).status()).rejects.toThrow(`no hub answers at ${url}`)
  })
})

describe('a signal', () => {
  it('that is aborted already keeps a call from being made', async () => {
    await expect(clientOf().deploy('order', { version: 'v2' }, AbortSignal.abort(new Error('late')))).rejects.toThrow(
      'late',
    )
    expect(peer.heard).toEqual([])
  })

  it('of the client ends every call', async () => {
    const controller = new AbortController()
    peer.answer = () => controller.abort(new Error('Ctrl-C'))
    const client = clientOf({ signal: controller.signal })
    await expect(client.order('order', 'promote')).rejects.toThrow('Ctrl-C')
    await expect(client.status(never)).rejects.toThrow('Ctrl-C')
    expect(peer.heard).toHaveLength(1)
  })

  it('leaves nothing waiting when the call is answered', async () => {
    const clock = new FakeClock()
    peer.json(200, STATUS)
    await clientOf({ clock }).status(never)
    expect(clock.waiting).toBe(0)
  })
})

describe('following', () => {
  const follow = async (query: Parameters<Client['follow']>[0], signal: AbortSignal, told: number[]): Promise<void> => {
    for await (const { seq } of clientOf().follow(query, signal)) told.push(seq)
  }

  it('begins at the end of the logbook, goes on behind what it told, and ends quietly', async () => {
    const controller = new AbortController()
    const pages: unknown[] = [[entry(7)], [entry(8), entry(9)], [], [entry(12)]]
    peer.answer = response => {
      const page = pages.shift()
      if (page) response.writeHead(200).end(JSON.stringify(page))
      else controller.abort()
    }
    const told: number[] = []
    await follow({ service: 'order' }, controller.signal, told)
    expect(told).toEqual([8, 9, 12])
    expect(peer.heard.map(({ path }) => path)).toEqual([
      '/api/v1/logbook?limit=1',
      '/api/v1/logbook/next?service=order&afterSeq=7',
      '/api/v1/logbook/next?service=order&afterSeq=9',
      '/api/v1/logbook/next?service=order&afterSeq=9',
      '/api/v1/logbook/next?service=order&afterSeq=12',
    ])
  })

  it('an empty logbook begins before its first entry', async () => {
    const controller = new AbortController()
    peer.answer = (response, { path }) => {
      if (path.includes('/next')) controller.abort()
      else response.writeHead(200).end('[]')
    }
    await follow({}, controller.signal, [])
    expect(peer.heard[1]?.path).toBe('/api/v1/logbook/next?afterSeq=0')
  })

  it('rejects at a cut, and misses nothing when it is taken up after what it told last', async () => {
    const told: number[] = []
    peer.answer = response => {
      if (peer.heard.length === 1) response.writeHead(200).end(JSON.stringify([entry(3), entry(4)]))
      else response.destroy()
    }
    await expect(follow({ afterSeq: 2 }, never, told)).rejects.toBeInstanceOf(HubUnreachable)
    const controller = new AbortController()
    peer.answer = response => {
      if (told.at(-1) === 5) controller.abort()
      else response.writeHead(200).end(JSON.stringify([entry(5)]))
    }
    await follow({ afterSeq: told.at(-1) }, controller.signal, told)
    expect(told).toEqual([3, 4, 5])
  })

  it('rejects where the hub refuses', async () => {
    peer.json(401, { error: { code: 'denied', message: 'no valid token was shown' } })
    await expect(follow({}, never, [])).rejects.toMatchObject({ code: 'denied' })
  })
})
