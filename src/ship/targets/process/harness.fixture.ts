import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { systemClock } from '../../../kernel/index.ts'
import type { TargetHarness } from '../target.contract.fixture.ts'
import type { Instance, Workload } from '../target.ts'
import { type ProcessTarget, type ProcessTargetOptions, processTarget } from './index.ts'
import { isAlive, readStat } from './proc.ts'

/**
 * A server that says its version. `GATE`: not ready until that file is there. `STUBBORN`: SIGTERM does
 * nothing. `CHILD`: starts another process in its group; `away`: in a session of its own.
 */
const SERVER = `
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
const { GATE, STUBBORN, CHILD, PORT, VERSION } = process.env
if (STUBBORN) process.on('SIGTERM', () => console.log('I stay'))
if (CHILD) {
  const program = CHILD === 'stubborn' ? "process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6)" : 'setInterval(() => {}, 1e6)'
  console.log('child ' + spawn(process.execPath, ['-e', program], { stdio: 'ignore', detached: CHILD === 'away' }).pid)
}
createServer((request, response) => {
  if (request.url === '/write') console.log('x'.repeat(999))
  if (request.url === '/exit') process.exit(7)
  response.statusCode = GATE && !existsSync(GATE) ? 503 : 200
  response.setHeader('connection', 'close')
  response.end(request.url === '/pid' ? String(process.pid) : VERSION)
}).listen(Number(PORT), '127.0.0.1')
`

/** A folder with programs, the state of one target, and what it needs to be used in a test. */
export interface ProcessHarness extends TargetHarness {
  readonly folder: string
  readonly stateDir: string
  open(options?: Partial<ProcessTargetOptions>): ProcessTarget
  /** A workload that runs one of the folder's programs with the node of this test. */
  run(service: string, version: string, run?: Record<string, unknown>, program?: string): Workload
  /** Writes a program into the folder. */
  write(name: string, source: string): void
  /** Processes that run in the folder. */
  processes(): readonly number[]
}

export async function processHarness(): Promise<ProcessHarness> {
  const folder = mkdtempSync(join(tmpdir(), 'shipwatch-process-'))
  const stateDir = join(folder, 'state')
  const programs = join(folder, 'programs')
  mkdirSync(programs)
  const write = (name: string, source: string): void => writeFileSync(join(programs, name), source)
  write('server.mjs', SERVER)
  write('crash.mjs', `console.error('boom'); process.exitCode = 3`)
  const options: ProcessTargetOptions = { stateDir, clock: systemClock, root: programs, probeEveryMs: 100 }
  const quick = {
    ready: { http: '/', every: '20ms' },
    restart: { backoff: '20ms', maxBackoff: '100ms' },
    stop: { grace: '5s' },
  }
  const run: ProcessHarness['run'] = (service, version, run = {}, program = 'server.mjs') => ({
    service,
    version,
    run: { command: [process.execPath, program], ...quick, ...run },
  })
  let gates = 0
  return {
    folder,
    stateDir,
    open: overrides => processTarget({ ...options, ...overrides }),
    run,
    write,
    processes: () => processesIn(folder),
    good: (service, version) => run(service, version),
    gated: (service, version) => {
      const gate = join(folder, `gate-${gates++}`)
      return {
        workload: run(service, version, { env: { GATE: gate } }),
        open: async () => writeFileSync(gate, ''),
      }
    },
    neverReady: (service, version) =>
      run(service, version, {
        env: { GATE: '/nowhere' },
        ready: { http: '/', every: '20ms', timeout: '400ms' },
      }),
    crashing: (service, version) => run(service, version, {}, 'crash.mjs'),
    absent: (service, version) => run(service, version, { command: ['no-such-program'] }),
    kill: async instance => {
      const pid = pidOf(instance)
      process.kill(pid, 'SIGKILL')
      await vi.waitFor(() => expect(isAlive(readStat(pid))).toBe(false), patience)
    },
    close: async () => {
      const hub = new AbortController()
      const target = processTarget(options)
      const running = target.run(hub.signal)
      await target.stopAll(new AbortController().signal)
      hub.abort()
      await running
      const left = processesIn(folder)
      for (const pid of left) process.kill(pid, 'SIGKILL')
      const records = readdirSync(join(stateDir, 'instances'))
      rmSync(folder, { recursive: true })
      if (left.length > 0) throw new Error(`processes were left running: ${left.join(', ')}`)
      if (records.length > 0) throw new Error(`records were left: ${records.join(', ')}`)
    },
  }
}

export const patience = { timeout: 15_000, interval: 20 }
export const never = new AbortController().signal

/** The path of an instance, asked. */
export async function ask(instance: Instance | undefined, path = '/'): Promise<string> {
  if (!instance) throw new Error('there is no instance to ask')
  const response = await fetch(instance.url + path, { signal: AbortSignal.timeout(10_000) })
  return response.text()
}

/** Defines tests where the machine has what they need; says so where it has not, which is an error in CI. */
export function whereThereIs(what: string, present: boolean, define: () => void): void {
  if (present) {
    define()
    return
  }
  process.stdout.write(`skipped: needs ${what}\n`)
  it(`needs ${what}`, () => {
    if (process.env['CI'] === 'true') throw new Error(`this machine has no ${what}`)
  })
}

export function pidOf(instance: Instance | undefined): number {
  const pid = Number(instance?.facts?.['pid'])
  if (!Number.isSafeInteger(pid)) throw new Error('the instance has no process')
  return pid
}

/** Live processes whose working folder is in `folder`: also those that nobody knows of. */
export function processesIn(folder: string): readonly number[] {
  return readdirSync('/proc').flatMap(name => {
    try {
      const state = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /s, '')[0]
      return /^\d+$/.test(name) && state !== 'Z' && readlinkSync(`/proc/${name}/cwd`).startsWith(folder)
        ? [Number(name)]
        : []
    } catch {
      return [] // not a process, or gone
    }
  })
}
