#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { check, connect, down, gateway, hub, type Surroundings, up } from './app/index.ts'
import { runCommandLine } from './cli/index.ts'
import { systemClock } from './kernel/index.ts'

const OLDEST_NODE = 24

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(
    `shipwatch: Node ${process.versions.node} is too old\nhint: Install Node ${OLDEST_NODE} or later, or use npm run.\n`,
  )
  process.exit(2)
}

const asked = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  // The second time means: at once.
  process.on(name, () => (asked.signal.aborted ? process.exit(130) : asked.abort(new Error(`ended by ${name}`))))
}
process.stdout.on('error', () => asked.abort(new Error('nobody reads the output')))

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
const { env, stdin, stdout, stderr } = process
const cwd = process.cwd()
const around: Surroundings = {
  clock: systemClock,
  version,
  cwd,
  env,
  stdout,
  stderr,
  signal: asked.signal,
  program: [process.execPath, fileURLToPath(import.meta.url)],
}

const code = await runCommandLine(
  process.argv.slice(2),
  { stdin, stdout, stderr, env, cwd, signal: asked.signal },
  {
    clock: systemClock,
    version,
    connect: options => connect({ ...options, cwd, env, clock: systemClock, signal: asked.signal }),
    local: {
      up: options => up(options, around),
      down: options => down(options, around),
      hub: options => hub(options, around),
      gateway: options => gateway(options, around),
      check: options => check(options, around),
    },
  },
)
// A request that was given up would hold the process open.
stdout.write('', () => process.exit(code))
