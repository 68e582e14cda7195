import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ask, Cleanup, launch, startProcess } from '../shop.fixture.ts'

const cleanup = new Cleanup()
afterEach(() => cleanup.run())

describe('a service as a process', () => {
  it('refuses wrong settings with one line that tells them all, and exit code 2', async () => {
    const { exit, errors, text } = launch(['order/main.ts'], { VERSION: 'v9', RESERVE_FOR_MS: '3000' }, cleanup)
    expect(await exit).toBe(2)
    expect(errors()).toBe(
      'order: VERSION="v9" is unknown: give one of v1, v2, v3, v4, v5, v6; ' +
        'RESERVE_FOR_MS="3000" is too short: asking payment alone may take 3200 ms\n',
    )
    expect(text).toEqual([])
  })

  it('says that its port is taken', async () => {
    const taken = createServer()
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
    cleanup.later(() => taken.close())
    const { port } = taken.address() as AddressInfo
    const { exit, errors } = launch(['payment/main.ts'], { PORT: String(port), DATA_DIR: cleanup.folder() }, cleanup)
    expect(await exit).toBe(2)
    expect(errors()).toBe(`payment: PORT="${port}" is taken on 127.0.0.1: give another, or stop what listens there\n`)
  })

  it('says that its folder is none', async () => {
    const file = join(cleanup.folder(), 'file')
    writeFileSync(file, '')
    const { exit, errors } = launch(['order/main.ts'], { PORT: '0', DATA_DIR: file }, cleanup)
    expect(await exit).toBe(2)
    expect(errors()).toMatch(/^order: DATA_DIR can't be used: .*\n$/)
  })

  it('finishes the request in flight after SIGTERM, then ends with 0', async () => {
    const env = { DATA_DIR: cleanup.folder(), PROCESSING_MS: '300', DECLINE_RATIO: '0' }
    const { url, child, exit, lines } = await startProcess('payment', env, cleanup)
    const body = { orderId: 'o1', amountMinor: 100, currency: 'EUR', card: 'card-visa' }
    const charge = ask('POST', `${url}/charges`, { key: 'o1', body })
    // It has charged, and takes its time to answer.
    await ask('GET', `${url}/charges/o1`).then(async function again({ status }): Promise<void> {
      if (status !== 200) await ask('GET', `${url}/charges/o1`).then(again)
    })
    child.kill('SIGTERM')
    expect((await charge).body).toMatchObject({ status: 'succeeded' })
    expect(await exit).toBe(0)
    expect(lines.map(({ msg }) => msg)).toEqual(['listening', 'charge succeeded', 'stopping', 'stopped'])
    expect(lines.at(-1)).toMatchObject({ service: 'payment', version: 'v1', level: 'info', clean: true })
  })

  it('ends with 1, and says why, when it crashes after it was ready', async () => {
    const env = { VERSION: 'v5', DATA_DIR: cleanup.folder() }
    const { url, exit, lines } = await startProcess('order', env, cleanup)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    expect(await exit).toBe(1)
    expect(lines.at(-1)).toMatchObject({
      level: 'error',
      msg: 'crashed',
      error: { message: 'the price cache grew past its limit' },
    })
  })
})
