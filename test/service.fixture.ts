/*
 * The smallest service that can be released. Its version says how it behaves: `bad30-…` fails 30 % of its
 * requests, `deaf-…` never gets ready, `doomed-…` ends soon after it is ready, `slow-…` answers after
 * 300 ms; all others are good. It ends with the tests that run it, however they end.
 */
import { createServer } from 'node:http'
import { flushCompileCache } from 'node:module'
import { systemClock } from '../src/kernel/index.ts'

const { PORT, VERSION = '', TESTS = '' } = process.env
const [, kind = '', percent = '0'] = /^([a-z]+)(\d*)/.exec(VERSION) ?? []
const failing = kind === 'bad' ? Number(percent) : 0
let asked = 0

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    if (request.url === '/readyz') {
      response.writeHead(kind === 'deaf' ? 503 : 200).end()
      return
    }
    asked += 1
    // Evenly spread, so that every run has the same share.
    const fails = Math.floor((asked * failing) / 100) !== Math.floor(((asked - 1) * failing) / 100)
    const answer = (): void => void response.writeHead(fails ? 500 : 200).end(VERSION)
    if (kind === 'slow') systemClock.after(300, answer)
    else answer()
  })
})
server.keepAliveTimeout = 600_000 // or it closes connections just as the gateway uses them
server.listen(Number(PORT), '127.0.0.1', flushCompileCache)

process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})

if (kind === 'doomed') systemClock.after(1_000, () => process.exit(3))

async function endWithTheTests(): Promise<void> {
  for (;;) {
    await systemClock.sleep(2_000)
    process.kill(Number(TESTS), 0) // throws when they are gone
  }
}
await endWithTheTests()
