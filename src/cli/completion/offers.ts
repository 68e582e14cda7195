import { GLOBALS } from '../program.ts'
import { type Completes, longName, type Verb } from '../verb.ts'

/** What a shell may offer behind one verb. */
export interface Offer {
  readonly verb: string
  readonly about: string
  /** By place; the last one is not repeated. */
  readonly places: readonly (Completes | undefined)[]
  readonly options: readonly OptionOffer[]
}

export interface OptionOffer {
  readonly name: string
  readonly about: string
  readonly takesValue: boolean
  readonly completes: Completes | undefined
}

/** What the hub knows, and `shipwatch __complete` prints. */
export const KINDS = [
  'service',
  'release',
  'target',
  'version',
  'user',
  'token',
  'channel',
  'receiver',
  'delivery',
] as const
export type Kind = (typeof KINDS)[number]

/** The table of verbs as a shell needs it. Hidden verbs stay hidden. */
export function offersOf(verbs: readonly Verb[]): Offer[] {
  return verbs
    .filter(({ group }) => group !== 'hidden')
    .map(({ name, about, args, options }) => ({
      verb: name,
      about,
      places: Object.values(args).map(({ completes }) => completes),
      options: Object.entries({ ...options, ...GLOBALS, help: { about: 'explain', placeholder: undefined } }).map(
        ([key, input]) => ({
          name: longName(key),
          about: input.about,
          takesValue: input.placeholder !== undefined,
          completes: 'completes' in input ? input.completes : undefined,
        }),
      ),
    }))
}

/** The options that are followed by a value, of all verbs. */
export function valueOptions(offers: readonly Offer[]): string[] {
  const names = offers.flatMap(({ options }) => options.filter(({ takesValue }) => takesValue).map(({ name }) => name))
  return [...new Set(names)].toSorted()
}

/** Verbs with verbs within: `logbook verify`. */
export function nested(
  offers: readonly Offer[],
): readonly { readonly outer: string; readonly inner: readonly string[] }[] {
  const pairs = offers.map(({ verb }) => verb.split(' ')).filter(words => words.length > 1)
  const outer = [...new Set(pairs.map(([first = '']) => first))]
  return outer.map(name => ({
    outer: name,
    inner: pairs.filter(([first]) => first === name).map(([, second = '']) => second),
  }))
}

/** Options before a verb, and those by which the hub is found, which a shell passes on. */
export const GLOBAL_NAMES = ['--help', '--version', ...Object.keys(GLOBALS).map(longName)]
export const PASSED_ON = ['--hub', '--config', '--token-file']

/** A text in single quotes, as both shells read it. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
