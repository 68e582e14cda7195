import { afterEach, describe, expect, it } from 'vitest'
import { readOrderSettings, startOrder } from '../order/start.ts'
import { readPaymentSettings, startPayment } from '../payment/start.ts'
import {
  Cleanup,
  launch,
  memoryLog,
  readMetric,
  sendJson,
  settingsFrom,
  startNeighbour,
  until,
} from '../shop.fixture.ts'
import { readStorefrontSettings, startStorefront } from '../storefront/start.ts'
import { type LoadOptions, runLoad, type SecondReport } from './run.ts'

const cleanup = new Cleanup()
afterEach(() => cleanup.run())

const OPTIONS: LoadOptions = {
  base: 'http://127.0.0.1:1',
  requestsPerSecond: 400,
  forMs: 500,
  users: 200,
  markets: ['eu', 'apac'],
  buyers: 1,
  thinkMs: 5,
  timeoutMs: 10_000,
  maxSockets: 20,
  finishMs: 1000,
  seed: 5,
  onSecond: () => undefined,
}

async function startShop() {
  const DATA_DIR = cleanup.folder()
  const at = (running: { port: number; stop(): Promise<boolean> }) => {
    cleanup.later(() => running.stop())
    return `http://127.0.0.1:${running.port}`
  }
  const { log } = memoryLog()
  const payment = at(await startPayment(settingsFrom(readPaymentSettings, { DATA_DIR, DECLINE_RATIO: '0.1' }), log))
  const order = at(await startOrder(settingsFrom(readOrderSettings, { DATA_DIR, PAYMENT_URL: payment }), log))
  const storefront = at(await startStorefront(settingsFrom(readStorefrontSettings, { ORDER_URL: order }), log))
  return { payment, order, storefront }
}

/** Answers every request as a shop that works would. */
const SHOP_ANSWER = { products: [{ sku: 'mug' }], total: { amountMinor: 1, currency: 'EUR' }, order: { id: 'o' } }

describe('a load', () => {
  it('buys in a real shop, and counts what the shop counts', async () => {
    const { storefront, order, payment } = await startShop()
    const seconds: SecondReport[] = []
    const options = {
      ...OPTIONS,
      base: `${storefront}/api`,
      onSecond: (second: SecondReport) => void seconds.push(second),
    }
    const summary = await runLoad(options, new AbortController().signal).done
    const paid =
      (await readMetric(order, 'orders_paid_total{market="eu"}')) +
      (await readMetric(order, 'orders_paid_total{market="apac"}'))
    expect(summary.ordersPaid).toBe(paid)
    expect(summary.ordersPaid).toBeGreaterThan(0)
    expect(await readMetric(payment, 'charges_total{outcome="succeeded"}')).toBe(paid)
    expect(summary).toMatchObject({ failed: 0, ordersLost: 0, skipped: 0 })
    expect(summary.turnedDown).toBe(summary.byStatus['402'] ?? 0)
    for (const field of ['sent', 'answered', 'ok', 'turnedDown', 'ordersPaid'] as const) {
      expect(seconds.reduce((sum, second) => sum + second[field], 0)).toBe(summary[field])
    }
    expect(summary.answered).toBe(summary.sent)
  })

  it('groups by the header that a gateway adds, and talks to the order service itself if told', async () => {
    const paths = new Set<string>()
    let n = 0
    const base = await startNeighbour((request, response) => {
      paths.add(request.url?.split('/')[1] ?? '')
      response.setHeader('x-served-by', `order v${(n++ % 2) + 1}`)
      sendJson(response, 200, SHOP_ANSWER)
    }, cleanup)
    const { servedBy, answered } = await runLoad({ ...OPTIONS, base }, new AbortController().signal).done
    expect(Object.keys(servedBy)).toEqual(['order v1', 'order v2'])
    expect(Object.values(servedBy).reduce((sum, counts) => sum + counts.answered, 0)).toBe(answered)
    expect([...paths].toSorted()).toEqual(['cart', 'orders', 'products'])
  })

  it('does not mind a dead shop', async () => {
    const summary = await runLoad(OPTIONS, new AbortController().signal).done
    expect(summary.sent).toBeGreaterThan(0)
    expect(summary).toMatchObject({ ok: 0, failed: summary.sent, byStatus: { refused: summary.sent } })
  })

  it('goes on arriving while a shop is silent, and skips, rather than grows, when every user waits', async () => {
    const base = await startNeighbour(() => undefined, cleanup)
    const options = { ...OPTIONS, base, users: 10, timeoutMs: 60_000, forMs: undefined, finishMs: 1 }
    const stop = new AbortController()
    const load = runLoad(options, stop.signal)
    await until('sessions are skipped', () => load.stats().skipped > 5)
    expect(load.stats()).toMatchObject({ sent: 10, answered: 0 })
    stop.abort()
    expect(await load.done).toMatchObject({ sent: 10, answered: 0, failed: 0 })
  })

  it('measures from when a user meant to ask, so that waiting for a socket counts', async () => {
    const waiting: (() => void)[] = []
    const base = await startNeighbour((_, response) => void waiting.push(() => sendJson(response, 500, {})), cleanup)
    const stop = new AbortController()
    const load = runLoad({ ...OPTIONS, base, maxSockets: 1, forMs: undefined, finishMs: 1 }, stop.signal)
    await until(
      'the first is asked, and others wait for its socket',
      () => waiting.length === 1 && load.stats().sent >= 10,
    )
    // Had the others' clocks not run while they waited, only the first would have taken as long as this.
    const heldMs = 50
    const releaseMs = performance.now() + heldMs
    await until('they have waited', () => performance.now() >= releaseMs)
    for (let i = 0; i < 10; i++) (await until('one is asked', () => waiting.shift()))?.()
    await until('ten are answered', () => load.stats().answered >= 10)
    // A percentile is at most 1 % off.
    expect(load.stats().latencyMs?.p50).toBeGreaterThan(heldMs * 0.98)
    stop.abort()
    await load.done
  })

  it('calls an answer that is not the shop’s garbled', async () => {
    const base = await startNeighbour((_, response) => void response.end('<html>'), cleanup)
    const { failed, sent, byStatus } = await runLoad({ ...OPTIONS, base }, new AbortController().signal).done
    expect([failed, byStatus]).toEqual([sent, { garbled: sent }])
  })
})

describe('the command', () => {
  it('prints JSON lines, and ends with a summary when interrupted', async () => {
    const base = await startNeighbour((_, response) => sendJson(response, 200, SHOP_ANSWER), cleanup)
    const { child, lines, exit } = launch(['load.ts', '--order-url', base, '--json', '--rate', '50'], {}, cleanup)
    await until('a second has passed', () => lines.length > 0)
    child.kill('SIGINT')
    expect(await exit).toBe(0)
    expect(lines[0]).toMatchObject({ type: 'second', second: 1, failed: 0 })
    expect(lines.at(-1)).toMatchObject({ type: 'summary', failed: 0 })
    expect(lines.slice(0, -1).reduce((sum, line) => sum + Number(line['sent']), 0)).toBe(lines.at(-1)?.['sent'])
  })

  it('prints lines for people', async () => {
    const argv = ['load.ts', '--order-url', 'http://127.0.0.1:1', '--rate', '200', '--for', '200ms']
    const { exit, text } = launch(argv, {}, cleanup)
    expect(await exit).toBe(0)
    expect(text[0]).toMatch(/^ {3}1 s {2}sent +\d+ {2}ok 0 {2}turned down 0 {2}failed \d+ {2}paid 0 {2}lost 0 {2}p50 /)
    expect(text.join('\n')).toMatch(/by status: refused × \d+/)
  })

  it('refuses what it does not understand with exit code 2', async () => {
    const { exit, errors } = launch(['load.ts', '--rate', 'fast'], {}, cleanup)
    expect(await exit).toBe(2)
    expect(errors()).toMatch(/^load: --rate "fast" is wrong.*\nusage: /)
  })
})
