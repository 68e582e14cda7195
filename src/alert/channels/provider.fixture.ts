import type { Clock } from '../../kernel/index.ts'
import { type Answer, type Asked, serve } from './server.fixture.ts'

/** What a provider shows to people. */
export interface Shown {
  readonly title: string
  readonly text: string
  readonly url?: string
  /** Whom it makes a telephone sound for. */
  readonly mentioned: readonly string[]
}

/** A provider on this machine, which speaks its protocol and refuses what the real one refuses. */
export interface Provider {
  readonly url: string
  /** What leads to it, as written in a configuration. */
  readonly config: Readonly<Record<string, unknown>>
  /** The same with a secret that it does not know. */
  readonly forged: Readonly<Record<string, unknown>>
  readonly secrets: readonly string[]
  readonly shown: readonly Shown[]
  readonly asked: readonly Asked[]
  /** What it answers when it has too much to do. */
  readonly busy: Answer
  /** Answers the next requests with these, whatever they are. */
  readonly answerNext: (...answers: readonly Answer[]) => void
  readonly close: () => Promise<void>
}

/** What a protocol makes of a request: an answer, and what to show where it takes it. */
export type Protocol = (asked: Asked) => { readonly answer: Answer; readonly shown?: Shown }

export async function play(
  protocol: Protocol,
  rest: (url: string) => Pick<Provider, 'config' | 'forged' | 'secrets' | 'busy'>,
): Promise<Provider> {
  const shown: Shown[] = []
  const asked: Asked[] = []
  const next: Answer[] = []
  const { url, close } = await serve(request => {
    asked.push(request)
    const forced = next.shift()
    if (forced) return forced
    const { answer, shown: taken } = protocol(request)
    if (taken) shown.push(taken)
    return answer
  })
  return { url, shown, asked, close, answerNext: (...answers) => next.push(...answers), ...rest(url) }
}

/** Counts as providers do: so many within a sliding window, and none for a while once there were more. */
export class Throttle {
  readonly #clock: Clock
  readonly #most: number
  readonly #withinMs: number
  readonly #blockedMs: number
  #taken: number[] = []
  #blockedUntilMs = 0

  constructor(clock: Clock, { most, withinMs, blockedMs = 0 }: { most: number; withinMs: number; blockedMs?: number }) {
    this.#clock = clock
    this.#most = most
    this.#withinMs = withinMs
    this.#blockedMs = blockedMs
  }

  takes(): boolean {
    const nowMs = this.#clock.now()
    if (nowMs < this.#blockedUntilMs) return false
    this.#taken = this.#taken.filter(atMs => atMs > nowMs - this.#withinMs)
    if (this.#taken.length < this.#most) {
      this.#taken.push(nowMs)
      return true
    }
    this.#blockedUntilMs = nowMs + this.#blockedMs
    return false
  }
}

/** What stands in JSON that a stranger sent, by its path. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value
  for (const step of path) here = typeof here === 'object' && here !== null ? Reflect.get(here, step) : undefined
  return here
}

export const textAt = (value: unknown, ...path: readonly (string | number)[]): string => {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : ''
}

export const listAt = (value: unknown, ...path: readonly (string | number)[]): string[] => {
  const found = at(value, ...path)
  return Array.isArray(found) ? found.map(String) : []
}

export function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined // each protocol refuses it in its own words
  }
}
