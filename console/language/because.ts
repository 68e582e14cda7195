import type { Tally } from '../hub/contract.ts'
import { isListOf, isNumber, isObject, isTally, readWhy, type Why } from './reason-why.ts'

export type Doubt = 'mismatch' | 'disarmed'

/** Where the whole log of a program lies, and how to start it by hand. */
export interface ByHand {
  readonly log: string
  readonly command: string
}

interface Program {
  readonly service: string
  readonly version: string
  readonly fault: Fault
}

/** A reason as data, beside that of a verdict; as far as it is put into words here. */
export type Because =
  | { readonly kind: 'undecided'; readonly choice: 'hold' | 'promote' | 'roll-back'; readonly verdict: Why }
  | { readonly kind: 'unproven'; readonly verdict: Why }
  | {
      readonly kind: 'answered-for'
      readonly by: string
      readonly doubt: Doubt
      readonly version: string
      readonly verdict: Why
    }
  | { readonly kind: 'first-version' }
  | {
      readonly kind: 'doubted'
      readonly doubt: Doubt
      readonly version: string
      readonly keptFrom: 'going-on' | 'promotion' | 'roll-back'
      readonly stage: string | null
      readonly verdict: Why | null
      readonly late: boolean
    }
  | {
      readonly kind: 'arrivals'
      readonly found: 'as-expected' | 'too-few' | 'too-many'
      readonly version: string
      readonly arrived: number
      readonly of: number
      readonly arrivedShare: number | null
      readonly expectedShare: number | null
      readonly chance: number | null
    }
  | {
      readonly kind: 'instances'
      readonly found: 'alike' | 'differ'
      readonly version: string
      readonly signal: string
      readonly worse: Tally
      readonly better: Tally
      readonly chance: number | null
    }
  | {
      readonly kind: 'ordered'
      readonly order: 'pause' | 'resume' | 'rearm' | 'promote' | 'roll-back'
      readonly by: string
      readonly note: string | null
    }
  | { readonly kind: 'noted'; readonly note: string }
  | { readonly kind: 'brought-back' | 'superseded'; readonly version: string }
  | {
      readonly kind: 'in-force'
      readonly version: string
      readonly to: string | null
      readonly again: boolean
      readonly tookMs: number
    }
  | ({
      readonly kind: 'crash-loop'
      readonly times: number
      readonly withinMs: number
      readonly lines: readonly string[]
      readonly byHand: ByHand
    } & Program)
  | ({
      readonly kind: 'not-ready'
      readonly waitedMs: number
      readonly asked: string
      readonly lines: readonly string[]
      readonly byHand: ByHand
    } & Program)
  | ({ readonly kind: 'cannot-start' | 'cannot-stop' } & Program)
  | { readonly kind: 'no-instance'; readonly service: string; readonly version: string; readonly weight: number }
  | {
      readonly kind: 'gateway'
      readonly fault: 'silent' | 'foreign' | 'token-refused' | 'token-unread' | 'refused'
      readonly at: string
      readonly detail: string | null
    }
  | { readonly kind: 'reported'; readonly text: string }

/** What happened to a program, or kept it from beginning. */
export type Fault =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'memory'; readonly signal: string | null; readonly limitBytes: number }
  | { readonly kind: 'unseen'; readonly when: 'running' | 'no-hub' | 'restart' }
  | { readonly kind: 'not-started'; readonly fault: Fault }
  | { readonly kind: 'not-asked' | 'not-listening' | 'closed' | 'timeout' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'no-answer'; readonly code: string }
  | { readonly kind: 'elsewhere'; readonly port: number; readonly ports: readonly number[] }
  | { readonly kind: 'port-taken'; readonly port: number; readonly pid: number | null; readonly program: string | null }
  | { readonly kind: 'no-folder'; readonly path: string; readonly found: boolean }
  | { readonly kind: 'no-program'; readonly path: string; readonly found: 'nothing' | 'folder' | 'not-executable' }
  | { readonly kind: 'not-in-path'; readonly program: string; readonly cwd: string }
  | { readonly kind: 'disk-full'; readonly path: string }
  | { readonly kind: 'unwritable'; readonly path: string; readonly detail: string }
  | { readonly kind: 'survived'; readonly pids: readonly number[] }
  | { readonly kind: 'reported'; readonly text: string }

type Is = (value: unknown) => boolean
type Shapes<Kinds extends string> = Readonly<Record<Kinds, Readonly<Record<string, Is>>>>

const text: Is = value => typeof value === 'string'
const flag: Is = value => typeof value === 'boolean'
const texts: Is = value => isListOf(value, text)
const why: Is = value => readWhy(value) !== undefined
const fault: Is = value => fits(FAULTS, value)
const orNull =
  (is: Is): Is =>
  value =>
    value === null || is(value)
const oneOf =
  (...known: readonly string[]): Is =>
  value =>
    typeof value === 'string' && known.includes(value)

const doubt = oneOf('mismatch', 'disarmed')
const program = { service: text, version: text, fault }
const byHand: Is = value => isObject(value) && text(value['log']) && text(value['command'])

const SHAPES: Shapes<Because['kind']> = {
  undecided: { choice: oneOf('hold', 'promote', 'roll-back'), verdict: why },
  unproven: { verdict: why },
  'answered-for': { by: text, doubt, version: text, verdict: why },
  'first-version': {},
  doubted: {
    doubt,
    version: text,
    keptFrom: oneOf('going-on', 'promotion', 'roll-back'),
    stage: orNull(text),
    verdict: orNull(why),
    late: flag,
  },
  arrivals: {
    found: oneOf('as-expected', 'too-few', 'too-many'),
    version: text,
    arrived: isNumber,
    of: isNumber,
    arrivedShare: orNull(isNumber),
    expectedShare: orNull(isNumber),
    chance: orNull(isNumber),
  },
  instances: {
    found: oneOf('alike', 'differ'),
    version: text,
    signal: text,
    worse: isTally,
    better: isTally,
    chance: orNull(isNumber),
  },
  ordered: { order: oneOf('pause', 'resume', 'rearm', 'promote', 'roll-back'), by: text, note: orNull(text) },
  noted: { note: text },
  'brought-back': { version: text },
  superseded: { version: text },
  'in-force': { version: text, to: orNull(text), again: flag, tookMs: isNumber },
  'crash-loop': { ...program, times: isNumber, withinMs: isNumber, lines: texts, byHand },
  'not-ready': { ...program, waitedMs: isNumber, asked: text, lines: texts, byHand },
  'cannot-start': program,
  'cannot-stop': program,
  'no-instance': { service: text, version: text, weight: isNumber },
  gateway: {
    fault: oneOf('silent', 'foreign', 'token-refused', 'token-unread', 'refused'),
    at: text,
    detail: orNull(text),
  },
  reported: { text },
}

const FAULTS: Shapes<Fault['kind']> = {
  exit: { code: isNumber },
  signal: { signal: text },
  memory: { signal: orNull(text), limitBytes: isNumber },
  unseen: { when: oneOf('running', 'no-hub', 'restart') },
  'not-started': { fault },
  'not-asked': {},
  'not-listening': {},
  closed: {},
  timeout: {},
  status: { status: isNumber },
  'no-answer': { code: text },
  elsewhere: { port: isNumber, ports: value => isListOf(value, isNumber) },
  'port-taken': { port: isNumber, pid: orNull(isNumber), program: orNull(text) },
  'no-folder': { path: text, found: flag },
  'no-program': { path: text, found: oneOf('nothing', 'folder', 'not-executable') },
  'not-in-path': { program: text, cwd: text },
  'disk-full': { path: text },
  unwritable: { path: text, detail: text },
  survived: { pids: value => isListOf(value, isNumber) },
  reported: { text },
}

function fits(shapes: Shapes<string>, given: unknown): boolean {
  if (!isObject(given) || typeof given['kind'] !== 'string' || !Object.hasOwn(shapes, given['kind'])) return false
  return Object.entries(shapes[given['kind']] ?? {}).every(([name, is]) => is(given[name]))
}

/**
 * Reads a reason that is none of a verdict; `undefined` where it is of a kind that nobody here can put into words. It
 * may come out of a logbook that a newer hub wrote: then the sentence beside it is said.
 */
export function readBecause(given: unknown): Because | undefined {
  return fits(SHAPES, given) ? (given as Because) : undefined
}
