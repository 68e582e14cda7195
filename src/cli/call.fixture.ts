import { PassThrough } from 'node:stream'
import { Client } from '../client/index.ts'
import { FakeClock } from '../kernel/fake-clock.ts'
import { InvalidInput, systemClock } from '../kernel/index.ts'
import { type FixtureHub, TOKEN } from './hub.fixture.ts'
import { type Deps, type Io, runCommandLine } from './index.ts'
import { NOW_MS } from './sample.fixture.ts'

/** A clock that stands still, and knows whether somebody rests on it: then nothing else is going on. */
export class RestingClock extends FakeClock {
  resting = 0

  override async sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    this.resting += 1
    try {
      await super.sleep(delayMs, signal)
    } finally {
      this.resting -= 1
    }
  }
}

export interface Surroundings {
  readonly hub?: FixtureHub
  readonly tty?: boolean
  readonly columns?: number
  readonly rows?: number
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  readonly local?: Partial<Deps['local']>
  readonly connect?: Deps['connect']
}

/** One call of the command line in this process, under way. */
export class Call {
  readonly clock = new RestingClock(NOW_MS)
  readonly stdin: PassThrough & { isTTY?: boolean } = new PassThrough()
  readonly done: Promise<number>
  out = ''
  err = ''
  over = false
  readonly #controller = new AbortController()

  constructor(argv: readonly string[], around: Surroundings) {
    const { hub, tty = false, columns = 80, rows = 50, env = {}, cwd = '/nowhere', local = {} } = around
    this.stdin.isTTY = tty
    const io: Io = {
      stdout: { write: (text: string) => (this.out += text), isTTY: tty, columns, rows },
      stderr: { write: (text: string) => (this.err += text), isTTY: tty, columns, rows },
      stdin: this.stdin,
      env: { LANG: 'C.UTF-8', TZ: 'Asia/Shanghai', USER: 'li', ...env },
      cwd,
      signal: this.#controller.signal,
    }
    const absent = (): Promise<number> => Promise.reject(new InvalidInput('this test runs no local verb'))
    this.done = runCommandLine(argv, io, {
      clock: this.clock,
      version: '0.1.0',
      // The client waits for real answers of a real server, so its clock is the real one.
      connect:
        around.connect ??
        (async options => {
          const url = options.hub ?? hub?.url ?? 'http://127.0.0.1:1'
          return new Client({ url, token: TOKEN, actor: options.actor, clock: systemClock })
        }),
      local: { up: absent, down: absent, hub: absent, gateway: absent, check: absent, ...local },
    }).finally(() => {
      this.over = true
    })
  }

  interrupt(): void {
    this.#controller.abort(new DOMException('SIGINT', 'AbortError'))
  }

  /** Resolves when the call waits for time to pass, or is over. */
  async rests(): Promise<void> {
    await until(() => this.over || this.clock.resting > 0)
  }

  /** Lets time pass, waiting each half second for what that leads to. */
  async passes(ms: number): Promise<void> {
    await this.rests()
    for (let left = ms; left > 0 && !this.over; left -= 500) {
      await this.clock.advance(Math.min(left, 500))
      await this.rests()
    }
  }
}

/** Calls the command line and waits for its end. */
export async function call(
  argv: readonly string[],
  around: Surroundings = {},
): Promise<{ code: number; out: string; err: string }> {
  const made = new Call(argv, around)
  const code = await made.done
  return { code, out: made.out, err: made.err }
}

/** Polls a condition of the real world; a test that waits for ever fails by its own deadline. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setImmediate(resolve))
}
