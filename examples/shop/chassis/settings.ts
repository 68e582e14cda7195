/** Settings of a service that are missing or wrong; the message names each variable, its value and what it takes. */
export class BadSettings extends Error {
  override readonly name = 'BadSettings'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('; '))
    this.problems = problems
  }
}

export interface Bounds {
  readonly fallback: number
  readonly min: number
  readonly max: number
}

/** Reads a service's environment variables and remembers every mistake, so that all are told at once by `done`. */
export class Settings {
  readonly #env: Readonly<Record<string, string | undefined>>
  readonly #problems: string[] = []

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env
  }

  /** Free text; an empty variable counts as an absent one. */
  text(name: string, fallback: string): string {
    return this.#env[name] || fallback
  }

  /** A whole number within bounds. */
  integer(name: string, { fallback, min, max }: Bounds): number {
    return this.#number(name, { fallback, min, max }, /^\d{1,15}$/, 'a whole number')
  }

  /** A number from 0 to 1. */
  ratio(name: string, fallback: number): number {
    return this.#number(name, { fallback, min: 0, max: 1 }, /^(\d{1,3}(\.\d{1,12})?|\.\d{1,12})$/, 'a number')
  }

  /** One word of a few; an unknown one is a mistake that names those there are. */
  oneOf<const Choice extends string>(name: string, choices: readonly Choice[], fallback: Choice): Choice {
    const given = this.text(name, fallback)
    const known = choices.find(choice => choice === given)
    if (known !== undefined) return known
    this.wrong(`${name}="${given}" is unknown: give one of ${choices.join(', ')}`)
    return fallback
  }

  /** The address of another service: plain http, with neither credentials, query nor fragment; no slash at the end. */
  url(name: string, fallback: string): string {
    const given = this.text(name, fallback)
    const url = URL.canParse(given) ? new URL(given) : undefined
    const plain = url?.protocol === 'http:' && !url.username && !url.password && !url.search && !url.hash
    if (!plain) this.wrong(`${name}="${given}" is not an address: give one like ${fallback}`)
    return given.replace(/\/+$/, '')
  }

  /** Remembers a mistake that only the service itself can see, such as two settings that contradict each other. */
  wrong(problem: string): void {
    this.#problems.push(problem)
  }

  /** Throws BadSettings if anything was wrong. */
  done(): void {
    if (this.#problems.length > 0) throw new BadSettings(this.#problems)
  }

  #number(name: string, { fallback, min, max }: Bounds, shape: RegExp, what: string): number {
    const given = this.text(name, String(fallback))
    const value = Number(given)
    if (shape.test(given) && value >= min && value <= max) return value
    this.wrong(`${name}="${given}" is wrong: give ${what} from ${min} to ${max}`)
    return fallback
  }
}

export interface CommonSettings {
  readonly host: string
  readonly port: number
  readonly version: string
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  readonly graceMs: number
}

/** Reads what every service of the shop takes. */
export function readCommonSettings(settings: Settings, defaultPort: number): CommonSettings {
  const version = settings.text('VERSION', 'v1')
  if (!/^[\w.+-]{1,64}$/.test(version)) settings.wrong(`VERSION="${version}" is wrong: give a name like v1`)
  return {
    host: settings.text('HOST', '127.0.0.1'),
    port: settings.integer('PORT', { fallback: defaultPort, min: 0, max: 65_535 }),
    version,
    logLevel: settings.oneOf('LOG_LEVEL', ['debug', 'info', 'warn', 'error'], 'info'),
    graceMs: settings.integer('GRACE_MS', { fallback: 10_000, min: 0, max: 600_000 }),
  }
}
