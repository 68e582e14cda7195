/*
 * The program as tests start it: `node main.fixture.ts TESTS VERB …`, where TESTS is the process whose end is the
 * end of this one, too. What it starts is started in the same way.
 */
import { flushCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { runCommandLine } from '../cli/index.ts'
import { systemClock } from '../kernel/index.ts'
import { check, connect, down, gateway, hub, type Surroundings, up } from './index.ts'

const [tests = '', ...argv] = process.argv.slice(2)
const asked = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => asked.abort(new Error(`ended by ${name}`)))
const { env, stdin, stdout, stderr } = process
const around: Surroundings = {
  clock: systemClock,
  version: '0.0.0',
  cwd: process.cwd(),
  env,
  stdout,
  stderr,
  signal: asked.signal,
  program: [process.execPath, fileURLToPath(import.meta.url), tests],
}

async function endWithTheTests(): Promise<void> {
  for (;;) {
    await systemClock.sleep(500)
    try {
      process.kill(Number(tests), 0)
    } catch {
      process.exit(1) // they have ended
    }
  }
}

void endWithTheTests()
systemClock.after(2_000, flushCompileCache) // one that is killed does not come to it
const code = await runCommandLine(
  argv,
  { stdin, stdout, stderr, env, cwd: around.cwd, signal: asked.signal },
  {
    clock: systemClock,
    version: around.version,
    connect: options => connect({ ...options, cwd: around.cwd, env, clock: systemClock, signal: asked.signal }),
    local: {
      up: options => up(options, around),
      down: options => down(options, around),
      hub: options => hub(options, around),
      gateway: options => gateway(options, around),
      check: options => check(options, around),
    },
  },
)
stdout.write('', () => process.exit(code))
