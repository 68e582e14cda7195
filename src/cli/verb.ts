import { Misuse } from './fault.ts'
import type { Session } from './session.ts'

/** What a shell may offer in a place: names that the hub knows, files, or these words. */
export type Completes =
  | 'service'
  | 'release'
  | 'target'
  | 'version'
  | 'user'
  | 'token'
  | 'channel'
  | 'receiver'
  | 'delivery'
  | 'file'
  | 'folder'
  | readonly string[]

/** An argument by its place, or an option by its name. */
export interface Input<Value> {
  readonly about: string
  /** `V` of `--version V`, or the name of an argument; absent for a switch. */
  readonly placeholder?: string
  readonly required: boolean
  readonly completes?: Completes
  /** Turns what was typed into a value; throws `Misuse`. */
  readonly read: (typed: string | undefined) => Value
}

type Inputs = Readonly<Record<string, Input<unknown>>>
export type Values<Of extends Inputs> = {
  readonly [Key in keyof Of]: Of[Key] extends Input<infer Value> ? Value : never
}

/** One verb of the command line: what it is called, what it takes, how it is explained, and what it does. */
export interface Verb {
  /** Two words for a verb within a verb: `logbook verify`. */
  readonly name: string
  readonly group: Group | 'hidden'
  /** One sentence. */
  readonly about: string
  /** What else there is to know, as paragraphs. */
  readonly more: readonly string[]
  /** By their places, in this order. */
  readonly args: Inputs
  readonly options: Inputs
  /** Complete command lines. */
  readonly examples: readonly string[]
  readonly run: (session: Session, given: never) => Promise<number>
}

export const GROUPS = ['Begin', 'Run', 'Release', 'Look', 'Access', 'Else'] as const
export type Group = (typeof GROUPS)[number]

interface Definition<Args extends Inputs, Options extends Inputs> {
  readonly name: string
  readonly group: Group | 'hidden'
  readonly about: string
  readonly more?: readonly string[]
  readonly args?: Args
  readonly options?: Options
  readonly examples: readonly string[]
  readonly run: (session: Session, given: Values<Args> & Values<Options>) => Promise<number>
}

const NOTHING = {} as const
type Nothing = typeof NOTHING

/** Types a verb by its arguments and options. */
export function verb<Args extends Inputs = Nothing, Options extends Inputs = Nothing>(
  definition: Definition<Args, Options>,
): Verb {
  const { args, options, more = [], run, ...rest } = definition
  return { ...rest, more, args: args ?? NOTHING, options: options ?? NOTHING, run }
}

/** A switch: there or not. */
export function flag(about: string): Input<boolean> {
  return { about, required: false, read: typed => typed !== undefined }
}

type Read<Value> = (typed: string) => Value
const asTyped: Read<string> = typed => typed

/** Something that may be given. */
export function given(placeholder: string, about: string, completes?: Completes): Input<string | undefined>
export function given<Value>(
  placeholder: string,
  about: string,
  completes: Completes | undefined,
  read: Read<Value>,
): Input<Value | undefined>
export function given(
  placeholder: string,
  about: string,
  completes?: Completes,
  read: Read<unknown> = asTyped,
): Input<unknown> {
  const known = completes === undefined ? {} : { completes }
  return {
    about,
    placeholder,
    required: false,
    ...known,
    read: typed => (typed === undefined ? undefined : read(typed)),
  }
}

/** Something that must be given. */
export function needed(placeholder: string, about: string, completes?: Completes): Input<string>
export function needed<Value>(
  placeholder: string,
  about: string,
  completes: Completes | undefined,
  read: Read<Value>,
): Input<Value>
export function needed(
  placeholder: string,
  about: string,
  completes?: Completes,
  read: Read<unknown> = asTyped,
): Input<unknown> {
  return {
    about,
    placeholder,
    required: true,
    ...(completes === undefined ? {} : { completes }),
    read(typed) {
      if (typed) return read(typed)
      throw new Misuse(typed === undefined ? `${placeholder} is missing` : `${placeholder} is empty`)
    },
  }
}

/** `logLevel` → `--log-level`. */
export function longName(key: string): string {
  return `--${key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
}

/** `shipwatch deploy SERVICE --version V [options]`. */
export function usageOf({ name, args, options }: Verb): string {
  const places = Object.values(args).map(({ placeholder, required }) => (required ? placeholder : `[${placeholder}]`))
  const musts = Object.entries(options)
    .filter(([, { required }]) => required)
    .map(([key, { placeholder }]) => `${longName(key)} ${placeholder}`)
  const rest = Object.keys(options).length > musts.length ? ['[options]'] : []
  return ['shipwatch', name, ...places, ...musts, ...rest].join(' ')
}
