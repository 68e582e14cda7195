import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { systemClock } from '../src/kernel/index.ts'

/** Compiled once for all the processes that tests start, which halves what a start costs. */
export const COMPILE_CACHE = join(tmpdir(), 'shipwatch-compile-cache')

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * A program of ours in a process of its own. It tells by lines of JSON on its standard output, is told by such
 * lines on its input, and ends itself when its input does: however the tests end, it does not outlive them.
 */
export class Child<Told extends { readonly kind: string }> {
  readonly ended: Promise<Exit>
  readonly told: Told[] = []
  exit: Exit | undefined
  readonly #process: ChildProcessWithoutNullStreams
  readonly #errors: string[] = []

  constructor(program: URL, args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#process = spawn(process.execPath, [program.pathname, ...args], {
      env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
    })
    this.#process.stdin.on('error', () => undefined) // it has ended, which `ended` tells
    createInterface(this.#process.stdout).on('line', line => this.told.push(JSON.parse(line) as Told))
    createInterface(this.#process.stderr).on('line', line => this.#errors.push(line))
    this.ended = new Promise(resolve => {
      this.#process.once('close', (code, signal) => {
        this.exit = { code, signal }
        resolve(this.exit)
      })
    })
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** What it wrote on its standard error: its log. */
  get log(): readonly string[] {
    return this.#errors
  }

  tell(order: unknown): void {
    this.#process.stdin.write(`${JSON.stringify(order)}\n`)
  }

  /** The first thing of a kind that it told. Rejects when it ends before it does. */
  async first<Kind extends Told['kind']>(kind: Kind): Promise<Extract<Told, { readonly kind: Kind }>> {
    const found = await until(
      `${kind} from process ${this.pid}`,
      () => this.told.find((told): told is Extract<Told, { readonly kind: Kind }> => told.kind === kind) ?? this.exit,
    )
    if ('kind' in found) return found
    throw new Error(`process ${this.pid} ended (${found.code ?? found.signal}):\n${this.#errors.join('\n')}`)
  }

  async kill(signal: NodeJS.Signals): Promise<Exit> {
    this.#process.kill(signal)
    return this.ended
  }
}

/** The third field of its line (proc_pid_stat(5)); the second, its name, may hold anything. */
export function isStopped(pid: number): boolean {
  return /^.*\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}

const PATIENCE_MS = 90_000

/** Looks again and again until there is something. The time is for a machine that is very busy: nothing is measured by it. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | undefined | false> | Found | undefined | false,
  { everyMs = 50, patienceMs = PATIENCE_MS }: { readonly everyMs?: number; readonly patienceMs?: number } = {},
): Promise<Found> {
  const deadlineMs = systemClock.elapsed() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (systemClock.elapsed() > deadlineMs) throw new Error(`waited ${patienceMs} ms in vain for ${what}`)
    await systemClock.sleep(everyMs)
  }
}
