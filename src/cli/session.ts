import { userInfo } from 'node:os'
import { type Client, Refused } from '../client/index.ts'
import { type Clock, didYouMean, NotFound } from '../kernel/index.ts'
import type { Deps, Io } from './io.ts'
import { type Look, lookOf, printable } from './terminal/look.ts'

/** Options that every verb takes. */
export interface Globals {
  readonly hub: string | undefined
  readonly config: string | undefined
  readonly tokenFile: string | undefined
  readonly json: boolean
  readonly noColor: boolean
}

/** What a verb works with: where to print, how it looks, and the way to the hub. */
export class Session {
  readonly io: Io
  readonly deps: Deps
  readonly globals: Globals
  readonly look: Look

  constructor(io: Io, deps: Deps, globals: Globals) {
    this.io = io
    this.deps = deps
    this.globals = globals
    this.look = lookOf(io, !globals.noColor)
  }

  get clock(): Clock {
    return this.deps.clock
  }

  get json(): boolean {
    return this.globals.json
  }

  /** `--config`, for the verbs that run here. */
  get local(): { readonly config?: string } {
    const { config } = this.globals
    return config === undefined ? {} : { config }
  }

  connect(): Promise<Client> {
    const { hub, tokenFile } = this.globals
    return this.deps.connect({
      ...(hub === undefined ? {} : { hub }),
      ...(tokenFile === undefined ? {} : { tokenFile }),
      ...this.local,
      actor: actorOf(this.io.env),
    })
  }

  print(lines: readonly string[]): void {
    for (const line of lines) this.io.stdout.write(`${printable(line, this.look)}\n`)
  }

  /** One JSON document on one line. */
  printJson(value: unknown): void {
    this.io.stdout.write(`${JSON.stringify(value)}\n`)
  }

  /** The answer itself with `--json`, and its picture otherwise. */
  answer<Answer>(value: Answer, draw: (value: Answer, look: Look) => readonly string[]): void {
    if (this.json) this.printJson(value)
    else this.print(draw(value, this.look))
  }

  /** A line for the person at the terminal, beside the output; nothing with `--json`. */
  remark(...lines: readonly string[]): void {
    if (this.json) return
    for (const line of lines) this.io.stderr.write(`${printable(line, this.look)}\n`)
  }
}

/** The login of this process; a container may run under a number that has none. */
function login(): string {
  try {
    return userInfo().username
  } catch {
    return 'unknown'
  }
}

/**
 * Who asks, for the logbook, in the form that the hub takes: one slash, no blanks. It is heard where the token of the
 * data folder is shown; any other token has a name of its own.
 */
function actorOf(env: Io['env']): string {
  const name = env['SHIPWATCH_ACTOR'] || env['USER'] || env['LOGNAME'] || env['USERNAME'] || login()
  return `cli/${name.replace(/[\s/]+/g, '-').slice(0, 100)}`
}

/** Asks; where the hub does not know `name`, the error names the service that was probably meant. */
export async function askAbout<Answer>(client: Client, name: string, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'not_found' || error.field === 'to') throw error
    const services = await client.status().then(
      ({ services }) => services.map(service => service.name),
      (): string[] => [],
    )
    const { hint, field } = error
    throw new NotFound(`${error.message}${services.includes(name) ? '' : didYouMean(name, services)}`, {
      ...(hint === undefined ? {} : { hint }),
      ...(field === undefined ? {} : { field }),
    })
  }
}
