/**
 * A hub in small: tells people of the store named by its arguments through a webhook of this machine. It ends itself
 * with SIGKILL at the given occurrence of a boundary (`after send 2`); where none is given, when its input ends.
 */
import { writeSync } from 'node:fs'
import { request } from 'node:http'
import { z } from 'zod'
import { seededRandom, systemClock } from '../kernel/index.ts'
import { openStore } from '../store/index.ts'
import type { Channel } from './channels/channel.ts'
import { onDuty } from './duty.fixture.ts'
import { Notices } from './notices.ts'
import { notifySchema } from './receivers.ts'

const [kind, place = '', url = '', boundary = '', occurrence = '1'] = process.argv.slice(2)

const Config = z.strictObject({ type: z.literal('local'), url: z.string() })

/** Posts the id and the event, and believes a 200. */
const local: Channel<typeof Config> = {
  type: 'local',
  Config,
  pace: config => ({ destination: config.url, limits: [] }),
  send: async (config, { id, notice }) => {
    const body = JSON.stringify({ id, event: notice.kind === 'release' ? notice.event : notice.kind })
    const status = await new Promise<number>((resolve, reject) => {
      const posted = request(config.url, { method: 'POST' }, reply => {
        reply.resume()
        reply.on('end', () => resolve(reply.statusCode ?? 0))
      })
      posted.on('error', reject)
      posted.end(body)
    })
    return {
      request: { url: config.url, body },
      reply: { status, body: '' },
      delivery: status === 200 ? { ok: true } : { ok: false, retry: 'now', reason: `HTTP ${status}` },
    }
  },
}

let left = Number(occurrence)
const notify = notifySchema(Config).parse({ channels: { ops: { type: 'local', url } } })
const store = await openStore({ clock: systemClock, ...(kind === 'url' ? { url: place } : { path: place }) })
const notices = new Notices({
  store,
  clock: systemClock,
  random: seededRandom(process.pid),
  http: () => Promise.reject(new Error('not used')),
  channels: { local },
  settings: () => notify,
  tierOf: () => undefined,
  complain: (message, detail) => process.stderr.write(`${message} ${JSON.stringify(detail)}\n`),
  boundary: where => {
    if (where === boundary && --left === 0) process.kill(process.pid, 'SIGKILL')
  },
})
const stop = new AbortController()
process.stdin.on('end', () => stop.abort()).resume()
writeSync(1, 'up\n')
await onDuty(store, systemClock, stop.signal, duty => notices.run(duty))
await store.close()
