import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ask, Cleanup, memoryLog, readMetric, settingsFrom } from '../shop.fixture.ts'
import { decide } from './charge.ts'
import { readPaymentSettings, startPayment } from './start.ts'

const cleanup = new Cleanup()
afterEach(() => cleanup.run())

const BODY = { orderId: 'ord_1', amountMinor: 1490, currency: 'EUR', card: 'card-visa' }

async function start(env: Record<string, string> = {}, folder = cleanup.folder()): Promise<string> {
  const settings = settingsFrom(readPaymentSettings, {
    DATA_DIR: folder,
    PROCESSING_MS: '0',
    DECLINE_RATIO: '0',
    ...env,
  })
  const running = await startPayment(settings, memoryLog().log)
  cleanup.later(() => running.stop())
  return `http://127.0.0.1:${running.port}`
}

describe('payment', () => {
  let url = ''
  beforeEach(async () => {
    url = await start()
  })

  it('charges a key once, and repeats its answer', async () => {
    const first = await ask('POST', `${url}/charges`, { key: 'k', body: BODY })
    const again = await ask('POST', `${url}/charges`, { key: 'k', body: BODY })
    expect(first.status).toBe(201)
    expect(first.body).toMatchObject({ key: 'k', status: 'succeeded', amountMinor: 1490, currency: 'EUR' })
    expect([again.status, again.body]).toEqual([201, first.body])
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(await readMetric(url, 'charged_minor_units_total{currency="EUR"}')).toBe(1490)
  })

  it('charges once however many ask at once, also through two instances', async () => {
    const folder = cleanup.folder()
    const instances = [await start({}, folder), await start({}, folder)]
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => ask('POST', `${instances[i % 2]}/charges`, { key: 'k', body: BODY })),
    )
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1)
  })

  it.each([{ amountMinor: 1491 }, { currency: 'USD' }, { card: 'card-other' }, { orderId: 'ord_2' }])(
    'refuses a known key with another body: %j',
    async change => {
      await ask('POST', `${url}/charges`, { key: 'k', body: BODY })
      const other = await ask('POST', `${url}/charges`, { key: 'k', body: { ...BODY, ...change } })
      expect([other.status, other.body.error.code]).toEqual([409, 'key-reused'])
    },
  )

  it('declines with 402, and repeats that, too', async () => {
    const body = { ...BODY, card: 'card-declined' }
    const first = await ask('POST', `${url}/charges`, { key: 'k', body })
    const again = await ask('POST', `${url}/charges`, { key: 'k', body })
    expect([first.status, first.body.status]).toEqual([402, 'declined'])
    expect([again.status, again.body]).toEqual([402, first.body])
    expect(await readMetric(url, 'charged_minor_units_total{currency="EUR"}')).toBeNaN()
  })

  it('remembers across a restart', async () => {
    const folder = cleanup.folder()
    const settings = settingsFrom(readPaymentSettings, { DATA_DIR: folder, PROCESSING_MS: '0', DECLINE_RATIO: '0' })
    const before = await startPayment(settings, memoryLog().log)
    const first = await ask('POST', `http://127.0.0.1:${before.port}/charges`, { key: 'k', body: BODY })
    expect(await before.stop()).toBe(true)
    const again = await ask('POST', `${await start({}, folder)}/charges`, { key: 'k', body: BODY })
    expect(again.body).toEqual(first.body)
  })

  it('never makes a charge that was cancelled first', async () => {
    const cancelled = await ask('POST', `${url}/charges/k/cancel`)
    const late = await ask('POST', `${url}/charges`, { key: 'k', body: BODY })
    expect([cancelled.status, cancelled.body.status]).toEqual([200, 'cancelled'])
    expect([late.status, late.body.error.code]).toEqual([409, 'charge-cancelled'])
    expect((await ask('POST', `${url}/charges/k/cancel`)).body).toEqual(cancelled.body)
  })

  it('tells, when asked to cancel too late, that the money is taken', async () => {
    await ask('POST', `${url}/charges`, { key: 'k', body: BODY })
    expect((await ask('POST', `${url}/charges/k/cancel`)).body.status).toBe('succeeded')
  })

  it('gives money back once', async () => {
    await ask('POST', `${url}/charges`, { key: 'k', body: BODY })
    const first = await ask('POST', `${url}/charges/k/refund`)
    const again = await ask('POST', `${url}/charges/k/refund`)
    expect([first.status, first.body.status, again.body]).toEqual([200, 'refunded', first.body])
    expect(await readMetric(url, 'charges_total{outcome="refunded"}')).toBe(1)
  })

  it('has nothing to give back where nothing was taken', async () => {
    await ask('POST', `${url}/charges`, { key: 'k', body: { ...BODY, card: 'card-declined' } })
    expect((await ask('POST', `${url}/charges/k/refund`)).status).toBe(409)
    expect((await ask('POST', `${url}/charges/unknown/refund`)).status).toBe(404)
  })

  it('tells what it knows of a key', async () => {
    const made = await ask('POST', `${url}/charges`, { key: 'k', body: BODY })
    expect((await ask('GET', `${url}/charges/k`)).body).toEqual(made.body)
    expect((await ask('GET', `${url}/charges/other`)).status).toBe(404)
  })

  it.each([
    [undefined, BODY, 'no-idempotency-key'],
    ['k', { ...BODY, amountMinor: 0 }, 'amountMinor is 0'],
    ['k', { ...BODY, amountMinor: 14.9 }, 'amountMinor is 14.9'],
    ['k', { ...BODY, currency: 'euro' }, 'currency is "euro"'],
    ['k', { ...BODY, tip: 5 }, 'tip is unknown'],
    ['k', [], 'send a JSON object'],
  ])('refuses key %j with %j', async (key, body, message) => {
    const answer = await ask('POST', `${url}/charges`, key === undefined ? { body } : { key, body })
    expect(answer.status).toBe(400)
    expect(JSON.stringify(answer.body).replaceAll('\\"', '"')).toContain(message)
  })
})

describe('a decision', () => {
  it('declines the configured share of keys, always the same ones', () => {
    const declined = Array.from({ length: 10_000 }, (_, i) => decide(`k${i}`, 'card-visa', 0.02)).filter(
      one => one === 'declined',
    )
    expect(Math.abs(declined.length - 200)).toBeLessThan(5 * Math.sqrt(10_000 * 0.02 * 0.98))
    fc.assert(
      fc.property(fc.string(), fc.double({ min: 0, max: 1, noNaN: true }), (key, ratio) => {
        expect(decide(key, 'card-visa', ratio)).toBe(decide(key, 'card-visa', ratio))
        expect(decide(key, 'card-visa', 0)).toBe('succeeded')
        expect(decide(key, 'card-visa', 1)).toBe('declined')
        expect(decide(key, 'card-declined', ratio)).toBe('declined')
      }),
    )
  })
})
