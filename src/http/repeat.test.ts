import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Problem, type ReleaseView } from '../client/index.ts'
import { FakeClock } from '../kernel/fake-clock.ts'
import { append, read } from '../logbook/index.ts'
import { describeOnBoth } from '../store/both.fixture.ts'
import { openStore, type Store } from '../store/index.ts'
import { type Act, type Repeatable, Repeats } from './repeat.ts'
import { Desk, type Told } from './server.fixture.ts'
import { REMEMBERED_MS } from './store.ts'

describeOnBoth('a request with a key', newPlace => {
  const clock = new FakeClock()
  let store: Store
  beforeEach(async () => {
    store = await openStore({ clock, ...(await newPlace()) })
  })
  afterEach(() => store.close())

  const never = new AbortController().signal
  const asked = (changed: Partial<Repeatable> = {}): Repeatable => ({
    actor: 'user/li',
    key: 'key-1',
    method: 'POST',
    path: '/api/v1/things',
    body: { note: 'x' },
    status: 201,
    signal: never,
    ...changed,
  })
  /** Writes a line, and what it is answered with is its number. */
  const write: Act = keep =>
    store.transaction(async tx => {
      const { seq } = await append(tx, { kind: 'done', subject: 'thing', actor: 'user/li' })
      await keep(tx, { seq })
      return { seq }
    })
  const written = async (): Promise<number> => (await read(store, { limit: 1_000 })).length

  it('is carried out once, and answered alike each time', async () => {
    const repeats = new Repeats(store)
    expect(await repeats.answer(asked(), write)).toEqual({ status: 201, text: '{"seq":1}', repeated: false })
    for (const again of [repeats, new Repeats(store)]) {
      expect(await again.answer(asked(), write)).toEqual({ status: 201, text: '{"seq":1}', repeated: true })
    }
    expect(await written()).toBe(1)
  })

  it('is known after a crash between the effect and the answer', async () => {
    const crash: Act = async keep => {
      await write(keep)
      throw new Error('the lights go out')
    }
    // Whoever is still there to answer answers; after a real crash it is the next hub, asked again.
    expect(await new Repeats(store).answer(asked(), crash)).toMatchObject({ text: '{"seq":1}', repeated: true })
    expect(await new Repeats(store).answer(asked(), write)).toMatchObject({ text: '{"seq":1}', repeated: true })
    expect(await written()).toBe(1)
  })

  it('is not known where the effect was undone', async () => {
    const undone: Act = keep =>
      store.transaction(async tx => {
        await append(tx, { kind: 'done', subject: 'thing', actor: 'user/li' })
        await keep(tx, {})
        throw new Error('undone')
      })
    const repeats = new Repeats(store)
    await expect(repeats.answer(asked(), undone)).rejects.toThrow('undone')
    expect(await repeats.answer(asked(), write)).toMatchObject({ text: '{"seq":1}', repeated: false })
  })

  it('is another one with another key, and of another person', async () => {
    const repeats = new Repeats(store)
    for (const changed of [{}, { key: 'key-2' }, { actor: 'user/wang' }]) {
      expect(await repeats.answer(asked(changed), write)).toMatchObject({ repeated: false })
    }
    expect(await written()).toBe(3)
  })

  it.each([{ body: { note: 'y' } }, { path: '/api/v1/others' }, { method: 'PUT' }])(
    'is refused where the key stands for something else than %j',
    async changed => {
      const repeats = new Repeats(store)
      await repeats.answer(asked(), write)
      await expect(repeats.answer(asked(changed), write)).rejects.toMatchObject({
        code: 'key_reused',
        field: 'Idempotency-Key',
        hint: expect.stringContaining('new key'),
      })
      expect(await written()).toBe(1)
    },
  )

  it('is carried out once when it comes many times at once, to one hub or to several', async () => {
    const hubs = [new Repeats(store), new Repeats(store), new Repeats(store)]
    const answers = await Promise.all([...hubs, ...hubs, ...hubs].map(hub => hub.answer(asked(), write)))
    expect(new Set(answers.map(answer => answer.text))).toEqual(new Set(['{"seq":1}']))
    expect(answers.filter(answer => !answer.repeated)).toHaveLength(1)
    expect(await written()).toBe(1)
  })

  it('is forgotten after a day, and only then', async () => {
    const repeats = new Repeats(store)
    await repeats.answer(asked(), write)
    await clock.advance(REMEMBERED_MS - 1)
    expect(await repeats.answer(asked(), write)).toMatchObject({ repeated: true })
    await clock.advance(1)
    expect(await repeats.answer(asked(), write)).toMatchObject({ text: '{"seq":2}', repeated: false })
    await clock.advance(REMEMBERED_MS)
    await repeats.answer(asked({ key: 'key-2' }), write)
    const rows = await store.db.selectFrom('idempotency_keys').select('key').execute()
    expect(rows).toEqual([{ key: 'user/li key-2' }])
  })

  it('may be tried again where it was refused: nothing was done', async () => {
    const repeats = new Repeats(store)
    const refuse: Act = () => Promise.reject(new Error('not now'))
    await expect(repeats.answer(asked(), refuse)).rejects.toThrow('not now')
    expect(await repeats.answer(asked(), write)).toMatchObject({ repeated: false })
  })

  it('is kept after its effect where the room cannot keep it with it', async () => {
    let times = 0
    const count: Act = async () => ({ times: ++times })
    const repeats = new Repeats(store)
    for (const repeated of [false, true, true]) {
      expect(await repeats.answer(asked(), count)).toEqual({ status: 201, text: '{"times":1}', repeated })
    }
  })

  it('of somebody who has gone while it waited is not carried out', async () => {
    const repeats = new Repeats(store)
    const going = Promise.withResolvers<void>()
    const first = repeats.answer(asked(), async keep => {
      await going.promise
      return write(keep)
    })
    const gone = new AbortController()
    const second = repeats.answer(asked({ signal: gone.signal }), write)
    gone.abort(new Error('gone'))
    going.resolve()
    await expect(second).rejects.toThrow('gone')
    expect(await first).toMatchObject({ repeated: false })
  })
})

describe('an order with a key', () => {
  let desk: Desk
  beforeEach(async () => {
    desk = await Desk.open()
    await desk.harbour.inService('v1')
  })
  afterEach(async () => {
    await desk.close()
    expect(desk.complaints).toEqual([])
  })

  const post = (path: string, key: string, body: unknown = {}, actor = 'user/li'): Promise<Told> =>
    desk.ask('POST', `/api/v1${path}`, { body, actor, headers: { 'idempotency-key': key } })
  const idsOf = async (): Promise<string[]> =>
    ((await desk.ask('GET', '/api/v1/releases')).body as ReleaseView[]).map(({ id }) => id)
  const problemOf = ({ status, body }: Told) => ({ status, ...Problem.parse(body).error })

  it('deploys once, and each repetition is told the same to the letter', async () => {
    const key = randomUUID()
    const first = await post('/services/order/releases', key, { version: 'v2' })
    expect(first.status).toBe(201)
    expect(first.headers['idempotency-replayed']).toBeUndefined()
    await desk.harbour.until((first.body as ReleaseView).id, 'watching') // it goes on meanwhile
    const again = await post('/services/order/releases', key, { version: 'v2' })
    expect([again.status, again.text]).toEqual([201, first.text])
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(await idsOf()).toHaveLength(2)
  })

  it('is known to a hub that was started anew', async () => {
    const first = await post('/services/order/releases', 'k', { version: 'v2' })
    await desk.restart()
    expect(await post('/services/order/releases', 'k', { version: 'v2' })).toMatchObject({ text: first.text })
    expect(await idsOf()).toHaveLength(2)
  })

  it.each([
    ['pause', 'held'],
    ['promote', 'promoting'],
    ['rollback', 'taking-back'],
  ])('to %s is obeyed once, and told the same although it would be refused by now', async (order, phase) => {
    const { id } = await desk.harbour.deploy('v2')
    await desk.harbour.until(id, 'watching')
    const first = await post(`/releases/${id}/${order}`, 'k', { note: 'why' })
    expect(first.body).toMatchObject({ phase })
    await desk.harbour.clock.advance(5_000)
    expect(await post(`/releases/${id}/${order}`, 'k', { note: 'why' })).toMatchObject({
      status: first.status,
      text: first.text,
    })
    const kinds = await desk.harbour.kinds(id)
    expect(new Set(kinds).size, 'nothing is in the logbook twice').toBe(kinds.length)
  })

  it('to a service is for the release that was under way when it first came', async () => {
    const { id } = await desk.harbour.deploy('v2')
    await desk.harbour.until(id, 'watching')
    const first = await post('/releases/order/rollback', 'k')
    await desk.harbour.until(id, 'ended')
    const { id: next } = await desk.harbour.deploy('v3')
    await desk.harbour.until(next, 'watching')
    expect((await post('/releases/order/rollback', 'k')).text).toBe(first.text)
    expect((await desk.harbour.releases.find(next)).state.phase).toBe('watching')
  })

  it('for something else is refused, and says what to do', async () => {
    await post('/services/order/releases', 'k', { version: 'v2' })
    const refused = problemOf(await post('/services/order/releases', 'k', { version: 'v3' }))
    expect(refused).toMatchObject({ status: 422, code: 'key_reused', field: 'Idempotency-Key' })
    expect(refused.hint).toContain('new key')
    expect(problemOf(await post('/services/payment/releases', 'k', { version: 'v2' }))).toMatchObject({ status: 422 })
    expect((await post('/services/payment/releases', 'k', { version: 'v2' }, 'user/wang')).status).toBe(201)
  })

  it('that comes many times at once deploys once', async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, () => post('/services/order/releases', 'k', { version: 'v2' })),
    )
    expect(new Set(all.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(all[0]?.status).toBe(201)
    expect(await idsOf()).toHaveLength(2)
  })

  it('that is refused is refused anew, by what is so then', async () => {
    expect(problemOf(await post('/releases/order/pause', 'k'))).toMatchObject({ status: 409, code: 'conflict' })
    const { id } = await desk.harbour.deploy('v2')
    await desk.harbour.until(id, 'watching')
    expect((await post('/releases/order/pause', 'k')).status).toBe(200)
  })

  it.each([
    ['nothing', ''],
    ['a space', 'a b'],
    ['what is not ASCII', 'caf\u00e9'],
    ['too much', 'x'.repeat(129)],
  ])('that is %s is refused', async (_, key) => {
    const refused = problemOf(await post('/services/order/releases', key, { version: 'v2' }))
    expect(refused).toMatchObject({ status: 400, code: 'invalid_input', field: 'Idempotency-Key' })
    expect(await idsOf()).toHaveLength(1)
  })
})
