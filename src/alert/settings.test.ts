import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../kernel/index.ts'
import { append } from '../logbook/index.ts'
import { openStore } from '../store/index.ts'
import { temporaryFolder } from '../store/temporary.fixture.ts'
import { CHANNELS, Notices, NotifySettings, openHttp } from './index.ts'
import { release } from './notices.fixture.ts'

const KEY = Buffer.alloc(32, 7)

it('takes a release from the logbook to a signed webhook, through a refusal', async () => {
  const posts: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = []
  const server = createServer((request, reply) => {
    text(request).then(
      body => {
        posts.push({ headers: request.headers, body })
        reply.writeHead(posts.length === 1 ? 503 : 204).end()
      },
      () => reply.destroy(),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const notify = NotifySettings.parse({
    language: 'zh',
    channels: {
      ops: {
        type: 'webhook',
        url: `http://127.0.0.1:${port}/hook`,
        secret: `whsec_${KEY.toString('base64')}`,
        allowPrivate: true,
      },
    },
  })
  const store = await openStore({ clock: systemClock, path: join(temporaryFolder(), 'shipwatch.db') })
  const { http, close } = openHttp({ clock: systemClock })
  const stop = new AbortController()
  const notices = new Notices({
    store,
    clock: systemClock,
    random: () => 0,
    http,
    channels: CHANNELS,
    settings: () => notify,
    address: () => 'https://watch.example.com',
    tierOf: () => 'core',
    complain: message => expect.fail(message),
  })
  const running = notices.run({ store, signal: stop.signal })
  onTestFinished(async () => {
    stop.abort()
    await running
    await close()
    await store.close()
    server.close()
  })
  const begun = async () => (await store.db.selectFrom('notice_cursor').selectAll().execute()).length > 0
  while (!(await begun())) await setImmediate()
  const { started, stage, rolledBack } = release('rel_1')
  await store.transaction(async tx => {
    for (const entry of [started, stage, rolledBack]) await append(tx, entry)
  })
  const sent = () => notices.deliveries({ state: 'sent', limit: 10 })
  while ((await sent()).length < 2) await setImmediate()

  expect(posts).toHaveLength(3)
  for (const { headers, body } of posts) {
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', KEY).update(signed).digest('base64')}`)
  }
  const [first, again, last] = posts.map(({ body }) => JSON.parse(body))
  expect(again.id).toBe(first.id)
  expect(last).toMatchObject({
    type: 'release.rolled-back',
    message: { language: 'zh', link: { url: 'https://watch.example.com/releases/rel_1' } },
  })
  const [newest] = await sent()
  const story = await notices.delivery(newest?.id ?? '')
  expect(JSON.stringify(story)).not.toContain('whsec_')
  expect(story.attempts).toMatchObject([{ outcome: 'said', reply: { status: 204 } }])
})
