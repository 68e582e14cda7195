import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { localPrincipal } from '../../access/index.ts'
import { Problem } from '../../client/index.ts'
import { FakeClock } from '../../kernel/fake-clock.ts'
import { append } from '../../logbook/index.ts'
import { ReleaseStore } from '../../ship/index.ts'
import { reported } from '../../ship/release/release.fixture.ts'
import { openStore } from '../../store/index.ts'
import { hasPostgres, sharedPostgres } from '../../store/postgres.fixture.ts'
import { Reading } from '../documentation/document.fixture.ts'
import { Desk, type Member, TOKEN } from '../server.fixture.ts'
import { ROUTES } from '../server.ts'
import { Live } from './live.ts'
import { Stream } from './stream.fixture.ts'

let desk: Desk
const streams: Stream[] = []
beforeEach(async () => {
  desk = await Desk.open()
})
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.leave()
  await desk.close()
  expect(desk.complaints, 'nothing happened that nobody expected').toEqual([])
})

async function open(query = '', headers: Record<string, string> = {}): Promise<Stream> {
  const stream = await Stream.open(`${desk.url}/api/v1/live${query}`, { authorization: `Bearer ${TOKEN}`, ...headers })
  streams.push(stream)
  return stream
}

/** Lets a little time pass, again and again, until it is so. */
async function until(isSo: () => boolean, stepMs = 5): Promise<void> {
  while (!isSo()) await desk.harbour.clock.advance(stepMs)
}

/** A stream that has been told what there is, and hears from now on. */
async function listening(query = '', headers: Record<string, string> = {}): Promise<Stream> {
  const stream = await open(query, headers)
  await until(() => stream.heard.some(({ event }) => event === 'pulse'))
  return stream
}

const write = (count: number, data: Record<string, unknown> = {}): Promise<number> =>
  desk.harbour.store.transaction(async tx => {
    let seq = 0
    for (let i = 0; i < count; i++) {
      seq = (await append(tx, { kind: 'note.written', subject: 'service/order', actor: 'user/li', data })).seq
    }
    return seq
  })

const pulses = (stream: Stream): number => stream.heard.filter(({ event }) => event === 'pulse').length

describe('a stream', () => {
  it('begins as one that nobody on the way may keep, gather or change, and says when to come back', async () => {
    const stream = await listening()
    expect(stream.response.statusCode).toBe(200)
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    })
    expect(stream.response.headers['content-encoding']).toBeUndefined()
    expect(stream.retryMs).toBeGreaterThanOrEqual(1_000)
    expect(stream.retryMs).toBeLessThanOrEqual(3_000)
  })

  it('tells each entry as it is written, once, in order, with its number', async () => {
    const before = await write(3)
    const stream = await listening()
    const last = await write(5)
    await until(() => stream.seqs.at(-1) === last)
    expect(stream.seqs).toEqual([1, 2, 3, 4, 5].map(i => before + i))
    for (const event of stream.heard) if (event.event === 'entry') expect(event.id).toBe(String(event.data.seq))
  })

  it('tells it as the description of the API says', async () => {
    const reading = new Reading(ROUTES)
    const stream = await listening()
    desk.harbour.traffic = { v1: { requests: 9, bad: 0 }, v2: { requests: 9, bad: 0 } }
    await desk.harbour.inService('v1')
    const { id } = await desk.harbour.deploy('v2')
    await desk.harbour.until(id, 'watching')
    await until(() => stream.toldOf(id).length > 2, 500)
    expect(new Set(stream.heard.map(({ event }) => event))).toEqual(new Set(['entry', 'release', 'pulse']))
    for (const { id: _id, ...event } of stream.heard) expect(reading.faultsOfEvent(event)).toEqual([])
  })

  it('is told a pulse at once, and within 5 s of whatever it was told last', async () => {
    const stream = await listening()
    expect(pulses(stream)).toBe(1)
    const { clock } = desk.harbour
    for (let i = 2; i <= 5; i++) {
      const sinceMs = clock.elapsed()
      await until(() => pulses(stream) === i, 100)
      expect(clock.elapsed() - sinceMs).toBeLessThanOrEqual(5_000)
    }
    expect(stream.heard.every(({ id }) => id === stream.heard[0]?.id)).toBe(true)
  })

  it('ends within about a minute for somebody whose session has ended, and for nobody else', async () => {
    const { clock } = desk.harbour
    const [li, wang] = [await desk.join('li', 'viewer'), await desk.join('wang', 'viewer')]
    const open = (member: Member) => Stream.open(`${desk.url}/api/v1/live`, member.headers)
    const [theirs, hers] = [await open(li), await open(wang)]
    streams.push(theirs, hers)
    await desk.access.users.disable(localPrincipal('root'), 'li')
    let isOver = false
    void theirs.ended.then(() => {
      isOver = true
    })
    await until(() => isOver, 1_000)
    const heard = pulses(hers)
    await clock.advance(10_000)
    await until(() => pulses(hers) > heard)
  })

  it('ends in order when the hub ends', async () => {
    const all = await Promise.all([listening(), listening(), listening()])
    await desk.restart()
    expect(await Promise.all(all.map(stream => stream.ended))).toEqual([true, true, true])
  })

  it('is refused in words to somebody who may not, or asks for what cannot be', async () => {
    const refused = async (path: string, headers = {}) => {
      const { status, body } = await desk.ask('GET', path, { headers })
      return { status, ...Problem.parse(body).error }
    }
    expect(await refused('/api/v1/live', { authorization: '' })).toMatchObject({ status: 401, code: 'denied' })
    expect(await refused('/api/v1/live?after=-1')).toMatchObject({ status: 400, field: 'after' })
    for (const shown of ['x', '-1', '1e3', '9'.repeat(16)]) {
      const told = await refused('/api/v1/live', { 'last-event-id': shown })
      expect(told).toMatchObject({ status: 400, field: 'Last-Event-ID' })
    }
    expect((await desk.ask('HEAD', '/api/v1/live')).status).toBe(405)
  })

  it('of many is one look for all: nobody who comes adds a call that waits for its time', async () => {
    const { clock } = desk.harbour
    await listening()
    const waiting = clock.waiting
    await Promise.all(Array.from({ length: 20 }, () => listening()))
    expect(clock.waiting).toBe(waiting)
  })

  it('costs nothing once nobody listens any more, and can be listened to again', async () => {
    const { clock } = desk.harbour
    const idle = clock.waiting
    const stream = await listening()
    stream.leave()
    await stream.ended
    await until(() => clock.waiting === idle, 1_000)
    const last = await write(1)
    const next = await listening()
    expect(next.lastId).toBe(String(last))
    const newest = await write(1)
    await until(() => next.seqs.at(-1) === newest)
  })
})

describe('whoever comes back', () => {
  type Ask = (seq: number) => readonly [query: string, headers: Record<string, string>]
  it.each<[string, Ask]>([
    ['Last-Event-ID', (seq: number) => ['', { 'last-event-id': String(seq) }]],
    ['after', (seq: number) => [`?after=${seq}`, {}]],
    ['Last-Event-ID, which wins over after', (seq: number) => ['?after=0', { 'last-event-id': String(seq) }]],
  ])('with %s is told what it missed, and goes on from there', async (_, ask) => {
    const before = await write(4)
    const stream = await listening()
    stream.leave()
    const missed = await write(1_203) // more than a page
    const again = await listening(...ask(before))
    const last = await write(2)
    await until(() => again.seqs.at(-1) === last)
    expect(again.seqs).toEqual(Array.from({ length: last - before }, (_, i) => before + 1 + i))
    expect(missed).toBe(last - 2)
  })

  it('misses nothing and hears nothing twice, however often it is cut off while much is written', async () => {
    const seqs: number[] = []
    let lastId = '0'
    const stop = { now: false }
    const writing = (async () => {
      for (let i = 0; i < 60; i++) await write(7)
      stop.now = true
    })()
    while (!stop.now || seqs.length < 420) {
      const stream = await open('', { 'last-event-id': lastId })
      await until(() => stream.heard.some(({ event }) => event === 'pulse') && (stream.seqs.length > 0 || stop.now), 20)
      stream.leave()
      await stream.ended
      seqs.push(...stream.seqs)
      lastId = stream.lastId
    }
    await writing
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, i) => i + 1))
  })

  it('after too much has happened is told to fetch anew, and goes on from now', async () => {
    await write(5_001)
    const stream = await listening('?after=0')
    expect(stream.heard[0]).toMatchObject({ event: 'anew', data: { why: 'too-old' }, id: '5001' })
    const last = await write(1)
    await until(() => stream.seqs.length > 0)
    expect(stream.seqs).toEqual([last])
    const other = await listening('?after=2')
    await until(() => other.seqs.at(-1) === last)
    expect(other.seqs).toHaveLength(5_000)
  })

  it('with what is still to come, as after a restored backup, is told so, and goes on from now', async () => {
    const before = await write(2)
    const stream = await listening('', { 'last-event-id': '900' })
    expect(stream.heard[0]).toMatchObject({ event: 'anew', data: { why: 'unknown' }, id: String(before) })
    const last = await write(1)
    await until(() => stream.seqs.length > 0)
    expect(stream.seqs).toEqual([last])
  })

  it('is told how every release is that is not over, and how those ended that it may have missed', async () => {
    await desk.harbour.inService('v1')
    const stream = await listening()
    const { id: ended } = await desk.harbour.deploy('v2')
    await desk.harbour.until(ended, 'watching')
    const seen = stream.lastId
    stream.leave()
    await desk.harbour.ship.order(ended, { kind: 'roll-back', by: 'user/li' })
    await desk.harbour.until(ended, 'ended')
    const { id: present } = await desk.harbour.deploy('v3')
    await desk.harbour.until(present, 'watching')
    const again = await listening('', { 'last-event-id': seen })
    await until(() => again.toldOf(present).length > 0 && again.toldOf(ended).length > 0)
    expect(again.toldOf(ended).at(-1)).toMatch(/^ended /)
    expect(again.toldOf(present).at(-1)).toMatch(/^watching /)
    const fresh = await listening()
    await until(() => fresh.toldOf(present).length > 0)
    expect(fresh.toldOf(ended)).toEqual([])
  })
})

describe('a release', () => {
  it('is told at once when it comes into another phase, with what is in the store by then', async () => {
    await desk.harbour.inService('v1')
    const stream = await listening()
    const { id } = await desk.harbour.deploy('v2')
    await until(() => stream.toldOf(id).length > 0)
    await desk.harbour.until(id, 'watching')
    await until(() => stream.toldOf(id).some(told => told.startsWith('watching')), 1)
    await desk.harbour.ship.order(id, { kind: 'pause', by: 'user/li' })
    const sinceMs = desk.harbour.clock.elapsed()
    await until(() => stream.toldOf(id).at(-1)?.startsWith('held') === true, 1)
    expect(desk.harbour.clock.elapsed() - sinceMs).toBeLessThanOrEqual(100)
    const { revision } = await desk.harbour.releases.find(id)
    expect(stream.toldOf(id).at(-1)).toBe(`held ${revision}`)
    const revisions = stream.toldOf(id).map(told => Number(told.split(' ')[1]))
    expect(revisions).toEqual(revisions.toSorted((a, b) => a - b))
  })

  it('comes with what was counted last, and with nothing before it was counted', async () => {
    await desk.harbour.inService('v1')
    desk.harbour.traffic = { v1: { requests: 90, bad: 0 }, v2: { requests: 10, bad: 0 } }
    const stream = await listening()
    const { id } = await desk.harbour.deploy('v2')
    await desk.harbour.until(id, 'watching')
    await desk.harbour.clock.advance(3_000)
    const points = stream.heard.flatMap(event => (event.event === 'release' ? [event.data.point] : []))
    expect(points[0]).toBeNull()
    expect(points.at(-1)).toMatchObject({ candidate: { requests: 10, bad: 0 }, stable: { requests: 90, bad: 0 } })
  })

  it('whose counts alone change is told at most twice a second, and its newest counts in the end', async () => {
    await desk.harbour.inService('v1')
    const { id } = await desk.harbour.deploy('v2')
    await desk.harbour.until(id, 'watching')
    await desk.harbour.ship.order(id, { kind: 'pause', by: 'user/li' })
    const stream = await listening()
    await until(() => stream.toldOf(id).length > 0)
    const before = stream.toldOf(id).length
    const { clock, releases } = desk.harbour
    const beganMs = clock.elapsed()
    for (let i = 0; i < 100; i++) {
      const release = await releases.find(id)
      await releases.save(
        release,
        { ...release.state, seen: { ...release.state.seen, missing: reported(`nothing ${i}`) } },
        [],
      )
      await clock.advance(20)
    }
    const { revision } = await releases.find(id)
    await until(() => stream.toldOf(id).at(-1) === `held ${revision}`)
    const seconds = (clock.elapsed() - beganMs) / 1_000
    expect(stream.toldOf(id).length - before).toBeLessThanOrEqual(2 * seconds + 2)
    expect(stream.toldOf(id).length - before).toBeGreaterThanOrEqual(3)
  })

  it('that is over before anybody has looked is told all the same', async () => {
    await desk.harbour.inService('v1')
    await desk.harbour.deploy('v2')
    const stream = await listening()
    const { id } = await desk.harbour.deploy('v3', { service: 'order' })
    await desk.harbour.ship.order(id, { kind: 'roll-back', by: 'user/li' })
    expect((await desk.harbour.releases.find(id)).state.phase).toBe('ended')
    await until(() => stream.toldOf(id).at(-1)?.startsWith('ended') === true)
  })
})

describe('a client that does not read', () => {
  /** Asks for the stream, and never reads an answer. */
  const deaf = async () => {
    const { hostname, port } = new URL(desk.url)
    const socket = connect(Number(port), hostname).pause()
    socket.on('error', () => {})
    socket.write(`GET /api/v1/live HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\n\r\n`)
    await once(socket, 'connect')
    return socket
  }

  it('is let go once too much lies unread, and the others hear on', async () => {
    const socket = await deaf()
    const stream = await listening()
    const waiting = { closed: false }
    // The hub hangs up; what the system still holds for it is read to the end of the connection.
    socket.once('close', () => (waiting.closed = true))
    let last = 0
    for (let i = 0; i < 40; i++) {
      last = await write(10, { text: 'x'.repeat(50_000) }) // half a megabyte
      await until(() => stream.seqs.at(-1) === last)
    }
    expect(stream.seqs).toHaveLength(400)
    socket.resume()
    await until(() => waiting.closed)
    socket.destroy()
  })

  it('is waited for while it is told what it missed', async () => {
    await write(400, { text: 'x'.repeat(50_000) })
    const stream = await open('?after=0')
    stream.response.pause()
    await desk.harbour.clock.advance(1_000)
    stream.response.resume()
    await until(() => stream.seqs.length === 400)
    const last = await write(1)
    await until(() => stream.seqs.at(-1) === last)
  })

  it('is let go where it reads nothing of what it missed for half a minute', async () => {
    await write(400, { text: 'x'.repeat(50_000) })
    const stream = await open('?after=0')
    stream.response.pause()
    await desk.harbour.clock.advance(1_000)
    await desk.harbour.clock.advance(30_000)
    stream.response.resume()
    expect(await stream.ended).toBe(false)
    expect(stream.seqs.length).toBeLessThan(400)
  })

  it('because it vanished is noticed, and costs nothing any more', async () => {
    const sockets = await Promise.all([deaf(), deaf(), deaf()])
    const stream = await listening()
    const heard = { last: 0, connections: await desk.connections() }
    expect(heard.connections).toBe(4)
    for (const socket of sockets) socket.resetAndDestroy()
    heard.last = await write(50)
    await until(() => stream.seqs.at(-1) === heard.last)
    while (heard.connections > 1) heard.connections = await desk.connections()
  })
})

describe('a database that fails', () => {
  it('keeps the pulse away, so that clients know; when it is back they have missed nothing', async () => {
    const stream = await listening()
    const { store, clock } = desk.harbour
    const select = store.db.selectFrom.bind(store.db)
    const failing = { now: true }
    Object.assign(store.db, {
      selectFrom: (...args: Parameters<typeof select>) => {
        if (failing.now) throw new Error('the disk is gone')
        return select(...args)
      },
    })
    const before = pulses(stream)
    await clock.advance(20_000)
    expect(pulses(stream)).toBe(before)
    failing.now = false
    const last = await write(3)
    await until(() => stream.seqs.at(-1) === last && pulses(stream) > before)
    expect(stream.seqs).toHaveLength(3)
    expect(desk.complaints.splice(0)).toEqual(['could not look at what happens {"error":"the disk is gone"}'])
  })
})

describe.runIf(hasPostgres())('another hub on the same database', () => {
  it('is heard within half a second', async () => {
    const url = await (await sharedPostgres()).database()
    const clock = new FakeClock()
    const [here, there] = [await openStore({ clock, url }), await openStore({ clock, url })]
    const releases = new ReleaseStore(here)
    const live = new Live({ clock, store: here, releases, complain: message => void desk.complaints.push(message) })
    await live.ready()
    const server = createServer((_, response) => live.listen(response.writeHead(200), undefined, async () => true))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const stream = await Stream.open(`http://127.0.0.1:${port}`, {})
    const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
    while (pulses(stream) === 0) await turn()
    for (let seq = 1; seq <= 3; seq++) {
      // A look that is under way may just have missed it.
      while (clock.waiting === 0) await turn()
      await there.transaction(tx => append(tx, { kind: 'note.written', subject: 'hub', actor: 'hub' }))
      await clock.advance(500)
      while (stream.seqs.at(-1) !== seq) await turn()
    }
    expect(stream.seqs).toEqual([1, 2, 3])
    live.close()
    expect(await stream.ended).toBe(true)
    await promisify(server.close.bind(server))()
    await Promise.all([here.close(), there.close()])
  })
})
