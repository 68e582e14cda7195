/*
 * The command line as a process of its own, on whatever terminal it is started: a small composition root for
 * the tests. The hub's address comes from the environment.
 */
import { Client } from '../client/index.ts'
import { systemClock } from '../kernel/index.ts'
import { TOKEN } from './hub.fixture.ts'
import { runCommandLine } from './index.ts'

const controller = new AbortController()
process.once('SIGINT', () => controller.abort(new DOMException('SIGINT', 'AbortError')))
const absent = (): Promise<number> => Promise.reject(new Error('not here'))

process.exitCode = await runCommandLine(
  process.argv.slice(2),
  {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: process.env,
    cwd: process.cwd(),
    signal: controller.signal,
  },
  {
    clock: systemClock,
    version: '0.1.0',
    connect: async ({ hub = '', actor }) => new Client({ url: hub, token: TOKEN, actor, clock: systemClock }),
    local: { up: absent, down: absent, hub: absent, gateway: absent, check: absent },
  },
)
