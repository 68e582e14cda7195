import { type Clock, didYouMean, fromRfc3339, parseDuration, toRfc3339 } from '../kernel/index.ts'
import { Misuse } from './fault.ts'

/** `5m` → milliseconds. */
export function readDuration(typed: string): number {
  const durationMs = parseDuration(typed)
  if (durationMs !== undefined && durationMs > 0) return durationMs
  throw new Misuse(`“${typed}” is no duration`, { hint: 'Write it as 30s, 5m or 1h30m.' })
}

/** `90d`, or `never`; as it was typed, since the hub reads it the same way. */
export function readLifetime(typed: string): string {
  if (typed === 'never' || (parseDuration(typed) ?? 0) > 0) return typed
  throw new Misuse(`“${typed}” is no duration`, { hint: 'Write it as 12h or 90d, or never.' })
}

export function readCount(most: number): (typed: string) => number {
  return typed => {
    const count = Number(typed)
    if (/^\d+$/.test(typed) && count >= 1 && count <= most) return count
    throw new Misuse(`“${typed}” is no number from 1 to ${most}`)
  }
}

/** A moment as `2026-11-21T03:22:00Z`, or how long ago it was as `2h`. */
export type Moment = { readonly agoMs: number } | { readonly at: string }

export function readMoment(typed: string): Moment {
  const agoMs = parseDuration(typed)
  if (agoMs !== undefined) return { agoMs }
  const atMs = fromRfc3339(typed)
  if (atMs !== undefined) return { at: toRfc3339(atMs) }
  throw new Misuse(`“${typed}” is neither a duration nor a time`, {
    hint: 'Write how long ago, as 2h, or when, as 2026-11-21T03:22:00Z.',
  })
}

export function momentAt(moment: Moment, clock: Clock): string {
  return 'at' in moment ? moment.at : toRfc3339(clock.now() - moment.agoMs)
}

export function readOneOf<Word extends string>(...words: readonly Word[]): (typed: string) => Word {
  return typed => {
    const found = words.find(word => word === typed)
    if (found) return found
    throw new Misuse(`“${typed}” is none of ${words.join(', ')}${didYouMean(typed, words)}`)
  }
}

/** `http://127.0.0.1:7700`; the scheme may be left out. */
export function readUrl(typed: string): string {
  const text = typed.includes('://') ? typed : `http://${typed}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname) return url.origin
  throw new Misuse(`“${typed}” is no address of a hub`, { hint: 'Write it as http://127.0.0.1:7700.' })
}

/** A path of a URL, such as `/readyz`. */
export function readPath(typed: string): string {
  if (/^\/\S*$/.test(typed)) return typed
  throw new Misuse(`“${typed}” is no path`, { hint: 'Begin it with /, as /readyz.' })
}

const STRATEGIES = ['canary', 'rolling', 'blue-green', 'all-at-once'] as const

/** The name of a strategy, which then has its defaults, or the whole of one as JSON. */
export function readStrategy(typed: string): Record<string, unknown> {
  if (!typed.trimStart().startsWith('{')) return { type: readOneOf(...STRATEGIES)(typed) }
  return readJson(typed) as Record<string, unknown>
}

/** A command line, or its words as a JSON list. */
export function readCommand(typed: string): string | string[] {
  if (!typed.trimStart().startsWith('[')) return typed
  const words = readJson(typed)
  if (Array.isArray(words) && words.length > 0 && words.every(word => typeof word === 'string')) return words
  throw new Misuse('expected a JSON list of words, as ["node", "main.js"]')
}

function readJson(typed: string): unknown {
  try {
    return JSON.parse(typed) as unknown
  } catch (error) {
    throw new Misuse(`“${typed}” is not JSON: ${(error as Error).message}`)
  }
}
