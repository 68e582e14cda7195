/*
 * A gateway in a process of its own: `node gateway.fixture.ts OPTIONS`, as JSON. Unlike a real one it ends
 * with the tests that started it.
 */
import { flushCompileCache } from 'node:module'
import { runGateway } from '../src/gateway/index.ts'
import { messageOf, systemClock } from '../src/kernel/index.ts'

export type GatewayTold =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'refused'; readonly message: string; readonly hint?: string; readonly field?: string }

const tell = (told: GatewayTold): void => void process.stdout.write(`${JSON.stringify(told)}\n`)

const asked = new AbortController()
process.on('SIGTERM', () => asked.abort(new Error('ended by SIGTERM')))
const dieNow = (): void => void process.kill(process.pid, 'SIGKILL')
process.stdin.resume().on('close', dieNow)

/** Nothing of a gateway that has ended may hold the program open. */
function leave(): void {
  process.stdin.off('close', dieNow).destroy()
}

try {
  await runGateway(JSON.parse(process.argv[2] ?? ''), systemClock, asked.signal, {
    ready({ url }) {
      tell({ kind: 'ready', url })
      flushCompileCache() // at its end it may not come to it
    },
    log: (level, message) => process.stderr.write(`${level}: ${message}\n`),
  })
  leave()
} catch (error) {
  const { hint, field } = error as { readonly hint?: string; readonly field?: string }
  tell({ kind: 'refused', message: messageOf(error), ...(hint ? { hint } : {}), ...(field ? { field } : {}) })
  process.exitCode = 2
  leave()
}
