import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { until } from './child.fixture.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** `npm run demo`, in a folder of its own, so that it leaves alone a demo that somebody watches. */
export class Demo {
  readonly #folder = mkdtempSync(join(tmpdir(), 'shipwatch-demo-'))
  readonly #process: ChildProcess
  readonly #lines: string[] = []
  #successor: ChildProcess | undefined

  constructor() {
    this.#process = spawn(process.execPath, ['examples/demo/demo.ts'], {
      cwd: ROOT,
      env: { ...process.env, SHOP_DATA: this.#folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      if (stream) createInterface(stream).on('line', line => this.#lines.push(line))
    }
  }

  /** What it has said so far. */
  get story(): string {
    return this.#lines.join('\n')
  }

  /** The first line that fits, as soon as it is said. */
  async says(pattern: RegExp, patienceMs = 120_000): Promise<RegExpExecArray> {
    return until(
      `the demo says ${pattern}`,
      () => {
        if (this.#process.exitCode !== null)
          throw new Error(`the demo ended with ${this.#process.exitCode}: ${this.story}`)
        for (const line of this.#lines) {
          const found = pattern.exec(line)
          if (found) return found
        }
        return undefined
      },
      { patienceMs },
    )
  }

  /** Where it shows the console and the shop, and who may sign in. */
  async access(): Promise<{ hub: string; gateway: string; name: string; password: string }> {
    const [, hub = '', gateway = ''] = await this.says(/hub (http:\S+) · shop (http:\S+)/)
    const [, name = '', password = ''] = await this.says(/sign in as (\S+) with the one-time password (\S+)/)
    return { hub, gateway, name, password }
  }

  /** Ends the hub without a word of warning. */
  killHub(): void {
    process.kill(this.#hubPid(), 'SIGKILL')
  }

  /** What an operator does then: the same command once more. */
  async startHub(): Promise<void> {
    const { hub, gateway } = await this.access()
    this.#successor = spawn(process.execPath, ['src/main.ts', 'up', '--config', 'examples/shop/shipwatch.yaml'], {
      cwd: ROOT,
      env: {
        ...process.env,
        SHOP_DATA: this.#folder,
        SHOP_HUB: new URL(hub).host,
        SHOP_GATEWAY: new URL(gateway).host,
      },
      stdio: 'ignore',
    })
  }

  /** Ctrl-C. Resolves with its exit code when nothing is left of it. */
  async end(): Promise<number | null> {
    await stop(this.#successor, 'SIGTERM')
    await stop(this.#process, 'SIGINT')
    rmSync(this.#folder, { recursive: true, force: true })
    return this.#process.exitCode
  }

  /** Every process that was started with its folder, and still runs. */
  leftovers(): readonly string[] {
    return readdirSync('/proc').flatMap(pid => {
      if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return []
      try {
        const mine = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(this.#folder)
        return mine ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')] : []
      } catch {
        return [] // it ended while we looked
      }
    })
  }

  #hubPid(): number {
    const isHub = (pid: string): boolean => {
      try {
        const parent = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')[1]
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
        return parent === String(this.#process.pid) && words.includes('up')
      } catch {
        return false // it ended while we looked
      }
    }
    const pid = readdirSync('/proc').find(name => /^\d+$/.test(name) && isHub(name))
    if (pid === undefined) throw new Error('the demo has no hub')
    return Number(pid)
  }
}

async function stop(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'close')
  child.kill(signal)
  await ended
}
