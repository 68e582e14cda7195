import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from '../client/index.ts'
import { systemClock } from '../kernel/index.ts'
import { processTarget } from '../ship/index.ts'
import { type DataFolder, dataFolder } from './data-folder.ts'
import { down } from './down.ts'
import type { Surroundings } from './local-verbs.ts'

const MAIN = fileURLToPath(new URL('./main.fixture.ts', import.meta.url))
const PATIENCE_MS = 60_000

/** Looks again and again until there is something; nothing is measured by the time. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | undefined | false> | Found | undefined | false,
): Promise<Found> {
  const endMs = systemClock.elapsed() + PATIENCE_MS
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (systemClock.elapsed() > endMs) throw new Error(`waited in vain for ${what}`)
    await systemClock.sleep(20)
  }
}

/** One verb under way, in this process or in one of its own. */
export interface Run {
  out: string
  err: string
  readonly done: Promise<number>
  stop(): void
}

/** A folder in which verbs are run, as on a machine of its own. All that they start ends with `close`. */
export class Machine {
  readonly folder: string
  readonly data: DataFolder
  readonly #runs: Run[] = []
  readonly #children: ChildProcess[] = []

  private constructor(folder: string) {
    this.folder = folder
    this.data = dataFolder(folder, 'data')
  }

  static async make(configuration: Readonly<Record<string, unknown>> = {}): Promise<Machine> {
    const machine = new Machine(await mkdtemp(join(tmpdir(), 'shipwatch-app-')))
    await machine.configure(configuration)
    return machine
  }

  get file(): string {
    return join(this.folder, 'shipwatch.yaml')
  }

  /** Writes the configuration, on free ports unless told. */
  configure(changed: Readonly<Record<string, unknown>>): Promise<void> {
    const local = { data: 'data', hub: { listen: '127.0.0.1:0' }, gateway: { listen: '127.0.0.1:0' } }
    return writeFile(this.file, JSON.stringify({ ...local, ...changed })) // JSON is YAML, too
  }

  around(changed: Partial<Surroundings> = {}): Surroundings {
    const { PATH = '' } = process.env
    return {
      clock: systemClock,
      version: '0.0.0',
      cwd: this.folder,
      env: { PATH },
      stdout: { write: () => true },
      stderr: { write: () => true },
      signal: new AbortController().signal,
      program: [process.execPath, MAIN, String(process.pid)],
      ...changed,
    }
  }

  /** Begins a verb in this process. */
  run(verb: (around: Surroundings) => Promise<number>, changed: Partial<Surroundings> = {}): Run {
    const asked = new AbortController()
    const run = { out: '', err: '', stop: () => asked.abort(new Error('stopped')) }
    const around = this.around({
      stdout: { write: text => (run.out += text) },
      stderr: { write: text => (run.err += text) },
      signal: asked.signal,
      ...changed,
    })
    const begun: Run = Object.assign(run, { done: verb(around) })
    begun.done.catch(() => undefined) // who asks for it is told
    this.#runs.push(begun)
    return begun
  }

  /** Begins a command line in a process of its own. */
  spawn(...argv: readonly string[]): Run & { readonly process: ChildProcess } {
    const { PATH = '' } = process.env
    const child = spawn(process.execPath, [MAIN, String(process.pid), ...argv], {
      cwd: this.folder,
      env: { PATH, NODE_COMPILE_CACHE: join(tmpdir(), 'shipwatch-compile-cache') },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#children.push(child)
    const run = { out: '', err: '', process: child, stop: () => void child.kill('SIGTERM') }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (run.out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (run.err += text))
    return Object.assign(run, { done: new Promise<number>(done => child.once('close', code => done(code ?? -1))) })
  }

  async client(): Promise<Client> {
    const { url } = JSON.parse(await readFile(this.data.hubAddress, 'utf8')) as { url: string }
    return new Client({ url, token: await this.token(), actor: 'user/test', clock: systemClock })
  }

  async token(): Promise<string> {
    return (await readFile(this.data.hubToken, 'utf8')).trim()
  }

  async close(): Promise<void> {
    for (const run of this.#runs) run.stop()
    await Promise.allSettled(this.#runs.map(({ done }) => done))
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      const ended = new Promise(resolve => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
    }
    await this.configure({})
    await down({}, this.around())
    await rm(this.folder, { recursive: true })
  }

  /** The gateways that `up` keeps. Only while no `up` runs. */
  async gateways(): Promise<readonly string[]> {
    const stop = new AbortController()
    const target = processTarget({ stateDir: this.data.gatewayProcess, clock: systemClock })
    const running = target.run(stop.signal)
    const ids = (await target.instances()).map(({ id }) => id)
    stop.abort()
    await running
    return ids
  }
}

/** A port that somebody else listens on until `free` is called. */
export async function occupy(): Promise<{ readonly port: number; readonly free: () => void }> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('it has no port')
  return { port: address.port, free: () => server.close() }
}
