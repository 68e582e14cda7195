import type { Tally } from '../hub/contract.ts'
import type { Key, Words } from './language.tsx'

interface Compared {
  readonly signal: string
  readonly canary: Tally
  readonly stable: Tally
}

/** A verdict's reason as data, as far as it is put into words here. */
export type Why =
  | ({
      readonly kind: 'worse' | 'over-objective' | 'shared-damage'
      readonly objective: number | null
      readonly chance: number
      readonly beside: readonly string[]
    } & Compared)
  | {
      readonly kind: 'no-worse'
      readonly signals: readonly (Compared & { readonly by?: unknown })[]
      readonly margin: number
      readonly chance: number
    }
  | { readonly kind: 'no-traffic'; readonly version: keyof typeof NO_TRAFFIC }
  | ({ readonly kind: 'held' } & Compared)
  | ({ readonly kind: 'gathering'; readonly towardPromotion: number; readonly towardRollBack: number } & Compared)

const NO_TRAFFIC = {
  canary: 'why.noTrafficCanary',
  stable: 'why.noTrafficStable',
  both: 'why.noTrafficBoth',
} as const satisfies Record<string, Key>

/**
 * Reads a verdict's reason; `undefined` where it is of a kind that nobody here can put into words. It may come out of
 * a logbook that a newer or an older hub wrote: then the sentence beside it is said.
 */
export function readWhy(given: unknown): Why | undefined {
  if (!isObject(given) || !fits(given)) return undefined
  return given as unknown as Why
}

function fits(why: Readonly<Record<string, unknown>>): boolean {
  switch (why['kind']) {
    case 'worse':
    case 'over-objective':
    case 'shared-damage': {
      const { objective, beside } = why
      const isLimited = why['kind'] === 'worse' ? true : isNumber(objective)
      return isCompared(why) && isLimited && isNumber(why['chance']) && isListOf(beside, one => typeof one === 'string')
    }
    case 'no-worse':
      return isListOf(why['signals'], isCompared) && isNumber(why['margin']) && isNumber(why['chance'])
    case 'no-traffic':
      return Object.hasOwn(NO_TRAFFIC, String(why['version']))
    case 'held':
      return isCompared(why)
    case 'gathering':
      return isCompared(why) && isNumber(why['towardPromotion']) && isNumber(why['towardRollBack'])
    default:
      return false
  }
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
export const isListOf = (value: unknown, is: (one: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(is)
export const isTally = (value: unknown): boolean =>
  isObject(value) && isNumber(value['requests']) && isNumber(value['bad'])
const isCompared = (value: unknown): boolean =>
  isObject(value) && typeof value['signal'] === 'string' && isTally(value['canary']) && isTally(value['stable'])

/** A verdict's reason, a whole sentence a line: what was seen first, and how sure that is last. */
export function whyLines(why: Why, words: Words): readonly string[] {
  const { say, format } = words
  switch (why.kind) {
    case 'worse':
      return [`${compared(why, words)}${stop(words)}`, ...besides(why, words), chanceOf(why, words)]
    case 'over-objective': {
      const objective = format.share(why.objective)
      const seen = say('why.overObjective', { ...named(why, words), canary: tallied(why.canary, words), objective })
      return [seen, ...besides(why, words), chanceOf(why, words)]
    }
    case 'shared-damage': {
      const shared = say('why.sharedDamage', { objective: format.share(why.objective) })
      return [`${compared(why, words)}${stop(words)}`, shared, ...besides(why, words), chanceOf(why, words)]
    }
    case 'no-worse': {
      const each = why.signals.map(signal =>
        signal.by === 'ceiling'
          ? say('why.belowCeiling', { compared: compared(signal, words) })
          : `${compared(signal, words)}${stop(words)}`,
      )
      return [...each, say('why.chanceOfWorse', { margin: why.margin, chance: below(why.chance) })]
    }
    case 'no-traffic':
      return [say(NO_TRAFFIC[why.version])]
    case 'held':
      return [`${compared(why, words)}${stop(words)}`, say('why.halfWay')]
    case 'gathering': {
      const way = { on: format.part(why.towardPromotion), back: format.part(why.towardRollBack) }
      return [`${compared(why, words)}${stop(words)}`, say('charts.evidenceSaid', way)]
    }
  }
}

/** What a signal counts: bad requests are errors, and slow ones are slower than the old version's past. */
export function signalName(name: string, { say }: Pick<Words, 'say'>): string {
  if (name === 'errors') return say('signal.errors')
  const quantile = /^slow-(p\d+)$/.exec(name)?.[1]
  return quantile ? say('signal.slow', { quantile }) : name
}

function compared(seen: Compared, words: Words): string {
  const { say, format } = words
  const { requests, bad } = seen.stable
  const stable =
    requests === 0
      ? say('requests.none')
      : say('why.share', {
          bad: format.count(bad),
          requests: format.count(requests),
          share: shareOf(seen.stable, words),
        })
  return say('why.compared', { ...named(seen, words), canary: tallied(seen.canary, words), stable })
}

/** `12 of 240 requests (5.0 %)` */
export function tallied(tally: Tally, words: Words): string {
  const { say, format } = words
  const { requests, bad } = tally
  if (requests === 0) return say('requests.none')
  return say('requests.badOf', { bad: format.count(bad), count: requests, share: shareOf(tally, words) })
}

function besides({ beside }: { readonly beside: readonly string[] }, words: Words): readonly string[] {
  if (beside.length === 0) return []
  const signals = beside.map(name => signalName(name, words)).join(words.language === 'zh' ? '、' : ', ')
  return [words.say('why.alsoWorse', { signals })]
}

const named = ({ signal }: Compared, words: Words) => ({ signal: signalName(signal, words) })
const shareOf = ({ requests, bad }: Tally, { format }: Words): string => format.share(bad / requests)
const chanceOf = ({ chance }: { readonly chance: number }, { say }: Words): string =>
  say('why.chance', { chance: below(chance) })
const stop = ({ language }: Words): string => (language === 'zh' ? '。' : '.')

/** The next round number above a chance: an upper bound must stay one. */
export function below(chance: number): string {
  const percent = Math.max(chance, 1e-6) * 100
  const size = 10 ** Math.floor(Math.log10(percent))
  return `${Number((Math.ceil(percent / size - 1e-9) * size).toPrecision(1))} %`
}
