import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { readPaymentSettings, startPayment } from '../payment/start.ts'
import {
  ask,
  buy,
  Cleanup,
  memoryLog,
  readMetric,
  sendJson,
  settingsFrom,
  startNeighbour,
  until,
} from '../shop.fixture.ts'
import { readOrderSettings, startOrder } from './start.ts'

const cleanup = new Cleanup()
afterEach(() => cleanup.run())

async function startRealPayment(): Promise<string> {
  const env = { DATA_DIR: cleanup.folder(), PROCESSING_MS: '0', DECLINE_RATIO: '0' }
  const running = await startPayment(settingsFrom(readPaymentSettings, env), memoryLog().log)
  cleanup.later(() => running.stop())
  return `http://127.0.0.1:${running.port}`
}

async function start(env: Record<string, string> = {}) {
  const { log, lines } = memoryLog()
  const settings = settingsFrom(readOrderSettings, {
    DATA_DIR: cleanup.folder(),
    STOCK_PER_PRODUCT: '10',
    // Orders expire only where a test wants it.
    SWEEP_EVERY_MS: '3600000',
    ...env,
  })
  const running = await startOrder(settings, log)
  cleanup.later(() => running.stop())
  return { url: `http://127.0.0.1:${running.port}`, lines }
}

async function availableOf(url: string, sku = 'mug'): Promise<number> {
  return (await ask('GET', `${url}/products/${sku}`)).body.product.available
}

/** A payment service that misbehaves first, then forwards to nothing: it charges whatever it is asked for. */
function payment(answers: ((request: IncomingMessage, response: ServerResponse) => void)[]) {
  const keys: (string | undefined)[] = []
  return startNeighbour((request, response) => {
    keys.push([request.headers['idempotency-key']].flat()[0])
    const answer = answers.shift()
    if (answer) answer(request, response)
    else sendJson(response, 201, { status: 'succeeded' })
  }, cleanup).then(url => ({ url, keys }))
}

const status =
  (status: number, body: unknown = {}) =>
  (_: IncomingMessage, response: ServerResponse) =>
    sendJson(response, status, body)
const hangUp = (request: IncomingMessage) => void request.socket.destroy()
const silence = () => undefined

describe('a cart', () => {
  it('holds what is put in it, in the market’s money, for its user alone', async () => {
    const { url } = await start()
    await ask('PUT', `${url}/cart/lines/mug`, { market: 'apac', body: { quantity: 2 } })
    const cart = await ask('PUT', `${url}/cart/lines/lamp`, { market: 'apac', body: { quantity: 1 } })
    expect(cart.body.total).toEqual({ amountMinor: 2 * 2200 + 8900, currency: 'JPY' })
    expect((await ask('GET', `${url}/cart`, { user: 'bob' })).body).toEqual({
      lines: [],
      total: { amountMinor: 0, currency: 'EUR' },
    })
    const emptied = await ask('PUT', `${url}/cart/lines/mug`, { body: { quantity: 0 } })
    expect(emptied.body.lines.map(({ sku }) => sku)).toEqual(['lamp'])
  })

  it.each([
    ['mug', { quantity: 21 }, 400, 'quantity is 21: give a whole number from 0 to 20'],
    ['mug', { quantity: 1.5 }, 400, 'quantity is 1.5'],
    ['mug', {}, 400, 'quantity is undefined'],
    ['yacht', { quantity: 1 }, 404, 'there is no product yacht'],
  ])('refuses %s × %j', async (sku, body, status, message) => {
    const { url } = await start()
    const answer = await ask('PUT', `${url}/cart/lines/${sku}`, { body })
    expect(answer.status).toBe(status)
    expect(answer.body.error.message).toContain(message)
  })
})

describe('a checkout', () => {
  it.each(['v1', 'v2', 'v4', 'v6'])(
    'of %s makes an order, pays it, and takes its units off the shelf',
    async VERSION => {
      const { url, lines } = await start({ PAYMENT_URL: await startRealPayment(), VERSION })
      const bought = await buy(url, { user: 'ada', key: 'k', quantity: 3 })
      expect(bought.status).toBe(201)
      expect(bought.body.order).toMatchObject({
        state: 'paid',
        market: 'eu',
        total: { amountMinor: 3 * 1490, currency: 'EUR' },
        lines: [{ sku: 'mug', quantity: 3, unitMinor: 1490 }],
      })
      expect(await availableOf(url)).toBe(7)
      expect((await ask('GET', `${url}/cart`)).body.lines).toEqual([])
      expect((await ask('GET', `${url}/orders`)).body.orders).toEqual([bought.body.order])
      expect(await readMetric(url, 'orders_paid_total{market="eu"}')).toBe(1)
      expect(await readMetric(url, 'stock_available{sku="mug"}')).toBe(7)
      const paid = lines.find(({ msg }) => msg === 'order paid')
      expect(paid).toMatchObject({
        order_id: bought.body.order.id,
        user_id: 'ada',
        amount_minor: 4470,
        currency: 'EUR',
      })
      expect(paid?.['trace_id']).toMatch(/^[0-9a-f]{32}$/)
    },
  )

  it('repeated with its key is the same order, also when both come at once', async () => {
    const { url } = await start({ PAYMENT_URL: await startRealPayment() })
    const total = (await ask('PUT', `${url}/cart/lines/mug`, { body: { quantity: 2 } })).body.total
    const again = () => ask('POST', `${url}/orders`, { key: 'k', body: { card: 'card-visa', ...total } })
    const answers = [...(await Promise.all([again(), again(), again()])), await again()]
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(3)
    expect(await availableOf(url)).toBe(8)
    expect(await readMetric(url, 'orders_created_total{market="eu"}')).toBe(1)
  })

  it('with a known key and other contents is refused; the same key of somebody else is another', async () => {
    const { url } = await start({ PAYMENT_URL: await startRealPayment() })
    await buy(url, { user: 'ada', key: 'k' })
    const other = await ask('POST', `${url}/orders`, {
      key: 'k',
      body: { card: 'card-visa', amountMinor: 1, currency: 'EUR' },
    })
    expect([other.status, other.body.error.code]).toEqual([409, 'key-reused'])
    expect((await buy(url, { user: 'bob', key: 'k' })).status).toBe(201)
  })

  it('is refused when the total is not what the user saw', async () => {
    const { url } = await start()
    await ask('PUT', `${url}/cart/lines/mug`, { body: { quantity: 1 } })
    for (const money of [
      { amountMinor: 1, currency: 'EUR' },
      { amountMinor: 1490, currency: 'USD' },
    ]) {
      const answer = await ask('POST', `${url}/orders`, { key: 'k', body: { card: 'card-visa', ...money } })
      expect([answer.status, answer.body.error]).toMatchObject([
        409,
        { code: 'total-changed', total: { amountMinor: 1490 } },
      ])
    }
  })

  it('of an empty cart is refused', async () => {
    const { url } = await start()
    const answer = await ask('POST', `${url}/orders`, {
      key: 'k',
      body: { card: 'c', amountMinor: 0, currency: 'EUR' },
    })
    expect([answer.status, answer.body.error.code]).toEqual([409, 'empty-cart'])
  })

  it('of more than there is takes nothing at all', async () => {
    const { url } = await start({ PAYMENT_URL: await startRealPayment() })
    await ask('PUT', `${url}/cart/lines/lamp`, { body: { quantity: 1 } })
    const answer = await buy(url, { user: 'ada', key: 'k', sku: 'mug', quantity: 11 })
    expect([answer.status, answer.body.error]).toMatchObject([409, { code: 'out-of-stock', sku: 'mug', available: 10 }])
    expect([await availableOf(url, 'lamp'), await availableOf(url, 'mug')]).toEqual([10, 10])
    await ask('POST', `${url}/products/mug/restock`, { body: { quantity: 1 } })
    const total = (await ask('GET', `${url}/cart`)).body.total
    expect((await ask('POST', `${url}/orders`, { key: 'k', body: { card: 'card-visa', ...total } })).status).toBe(201)
    expect(await availableOf(url, 'mug')).toBe(0)
  })

  it('with a declined card is 402, gives the units back, and leaves the cart as it was', async () => {
    const { url } = await start({ PAYMENT_URL: await startRealPayment() })
    const declined = await buy(url, { user: 'ada', key: 'k', card: 'card-declined', quantity: 4 })
    expect([declined.status, declined.body.error.code, declined.body.error.order.state]).toEqual([
      402,
      'card-declined',
      'declined',
    ])
    expect(await availableOf(url)).toBe(10)
    const cart = (await ask('GET', `${url}/cart`)).body
    expect(cart.lines).toMatchObject([{ sku: 'mug', quantity: 4 }])
    const body = { card: 'card-declined', ...cart.total }
    expect((await ask('POST', `${url}/orders`, { key: 'k', body })).body).toEqual(declined.body)
    const other = await ask('POST', `${url}/orders`, { key: 'k2', body: { ...body, card: 'card-visa' } })
    expect(other.status).toBe(201)
    expect(await readMetric(url, 'payment_failures_total{reason="declined"}')).toBe(1)
  })

  it('shows an order to nobody else', async () => {
    const { url } = await start({ PAYMENT_URL: await startRealPayment() })
    const { id } = (await buy(url, { user: 'ada', key: 'k' })).body.order
    expect((await ask('GET', `${url}/orders/${id}`, { user: 'bob' })).status).toBe(404)
    expect((await ask('GET', `${url}/orders/${id}`, { user: 'ada' })).status).toBe(200)
  })

  it('of v3 fails for about one key in twenty, always the same ones, and leaves nothing behind', async () => {
    const { url, lines } = await start({
      PAYMENT_URL: await startRealPayment(),
      VERSION: 'v3',
      STOCK_PER_PRODUCT: '1000',
    })
    const statuses: number[] = []
    for (let i = 0; i < 60; i++) statuses.push((await buy(url, { user: 'ada', key: `key-${i}` })).status)
    const broken = statuses.flatMap((status, i) => (status === 500 ? [i] : []))
    expect(statuses.filter(status => status !== 500 && status !== 201)).toEqual([])
    expect(broken.length).toBeGreaterThan(0)
    expect(broken.length).toBeLessThan(12)
    expect((await buy(url, { user: 'bob', key: `key-${broken[0]}` })).status).toBe(500)
    expect(await availableOf(url)).toBe(1000 - 60 + broken.length)
    expect(lines.filter(({ msg }) => msg === 'request failed')).toHaveLength(broken.length + 1)
  })
})

describe('when payment', () => {
  const patient = { PAYMENT_TIMEOUT_MS: '5000', PAYMENT_ATTEMPTS: '3' }

  it.each([
    ['breaks down', status(500)],
    ['is overloaded', status(429)],
    ['hangs up', hangUp],
    ['is silent', silence],
    ['talks nonsense', status(200, { status: 'maybe' })],
  ])('%s once, the order is paid all the same, by one key', async (_, answer) => {
    const { url: PAYMENT_URL, keys } = await payment([answer])
    const { url } = await start({ PAYMENT_URL, ...patient, PAYMENT_TIMEOUT_MS: answer === silence ? '500' : '5000' })
    const bought = await buy(url, { user: 'ada', key: 'k' })
    // A success that can't be read is no reason to charge again: that order waits for a sweep.
    const unreadable = _ === 'talks nonsense'
    expect(bought.status).toBe(unreadable ? 503 : 201)
    const id = unreadable ? bought.body.error.order.id : bought.body.order.id
    expect(keys).toEqual(unreadable ? [id] : [id, id])
  })

  it('can’t be reached, the order waits; the same key tries again and pays it', async () => {
    const { url: PAYMENT_URL, keys } = await payment([hangUp, hangUp, hangUp])
    const { url } = await start({ PAYMENT_URL, ...patient })
    const first = await buy(url, { user: 'ada', key: 'k', quantity: 2 })
    expect([first.status, first.body.error.code, first.headers.get('retry-after')]).toEqual([
      503,
      'payment-unreachable',
      '2',
    ])
    expect(first.body.error.order.state).toBe('created')
    expect(await availableOf(url)).toBe(8)
    const body = { card: 'card-visa', ...first.body.error.order.total }
    const again = await ask('POST', `${url}/orders`, { key: 'k', body })
    expect([again.status, again.body.order.state, again.body.order.id]).toEqual([
      201,
      'paid',
      first.body.error.order.id,
    ])
    expect(new Set(keys).size).toBe(1)
    expect(await readMetric(url, 'payment_failures_total{reason="unreachable"}')).toBe(1)
  })

  it('refuses the request as such, it is not asked again', async () => {
    const { url: PAYMENT_URL, keys } = await payment([status(400)])
    const { url } = await start({ PAYMENT_URL, ...patient })
    expect((await buy(url, { user: 'ada', key: 'k' })).status).toBe(503)
    expect(keys).toHaveLength(1)
  })

  it('stays silent, the units go back on the shelf in time, and money that was taken after all is given back', async () => {
    let awake = false
    const asked: string[] = []
    const PAYMENT_URL = await startNeighbour((request, response) => {
      if (!awake) return
      asked.push(request.url?.split('/').at(-1) ?? '')
      sendJson(response, 200, { status: asked.at(-1) === 'refund' ? 'refunded' : 'succeeded' })
    }, cleanup)
    const env = { PAYMENT_TIMEOUT_MS: '20', PAYMENT_ATTEMPTS: '1', RESERVE_FOR_MS: '21', SWEEP_EVERY_MS: '20' }
    const { url } = await start({ PAYMENT_URL, ...env })
    const { id } = (await buy(url, { user: 'ada', key: 'k', quantity: 3 })).body.error.order
    const state = async () => (await ask('GET', `${url}/orders/${id}`)).body.order.state
    await until('the order has expired', async () => (await state()) === 'expired')
    expect(await availableOf(url)).toBe(10)
    expect((await ask('GET', `${url}/cart`)).body.lines).toMatchObject([{ sku: 'mug', quantity: 3 }])
    const body = { card: 'card-visa', amountMinor: 3 * 1490, currency: 'EUR' }
    const late = await ask('POST', `${url}/orders`, { key: 'k', body })
    expect([late.status, late.body.error.code]).toEqual([409, 'order-expired'])
    awake = true
    await until('the money is given back', async () => (await state()) === 'refunded')
    // Either may have been asked twice: an answer that takes a loaded machine too long is as good as none.
    expect([...new Set(asked)]).toEqual(['cancel', 'refund'])
    expect(await availableOf(url)).toBe(10)
    expect(await readMetric(url, 'orders_expired_total')).toBe(1)
  })

  it('had taken the money when the order service died, the next sweep finds the order paid', async () => {
    const PAYMENT_URL = await startNeighbour((request, response) => {
      if (request.url?.endsWith('/cancel')) sendJson(response, 200, { status: 'succeeded' })
    }, cleanup)
    const env = { PAYMENT_TIMEOUT_MS: '200', PAYMENT_ATTEMPTS: '1', RESERVE_FOR_MS: '201', SWEEP_EVERY_MS: '20' }
    const { url } = await start({ PAYMENT_URL, ...env })
    await buy(url, { user: 'ada', key: 'k' })
    await until('it is paid', async () => (await ask('GET', `${url}/orders`)).body.orders[0]?.state === 'paid')
    expect(await availableOf(url)).toBe(9)
  })

  it('is down, the service is ready all the same: its shelves can be read', async () => {
    const { url } = await start({ PAYMENT_URL: 'http://127.0.0.1:1' })
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    expect((await ask('GET', `${url}/products`)).body.products).toHaveLength(12)
  })
})
