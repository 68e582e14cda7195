import type { Io } from '../io.ts'
import { ESCAPE, splitColours } from './width.ts'

type Ink = (text: string) => string

export interface Paint {
  readonly bold: Ink
  readonly dim: Ink
  readonly red: Ink
  readonly green: Ink
  readonly yellow: Ink
  readonly cyan: Ink
}

/** The signs that pictures are made of. */
export interface Glyphs {
  readonly done: string
  readonly now: string
  readonly next: string
  readonly held: string
  readonly bad: string
  readonly full: string
  readonly empty: string
  readonly arrow: string
  readonly ellipsis: string
  readonly dot: string
}

/** How pictures look on this terminal. */
export interface Look {
  /** Columns; without end where no terminal breaks the lines. */
  readonly width: number
  readonly rows: number
  readonly paint: Paint
  readonly glyphs: Glyphs
  readonly utf8: boolean
  /** Time zone for people, an IANA name; the machine's when absent. */
  readonly zone: string | undefined
}

export const UNICODE: Glyphs = {
  done: '✓',
  now: '▶',
  next: '·',
  held: '‖',
  bad: '✗',
  full: '█',
  empty: '░',
  arrow: '→',
  ellipsis: '…',
  dot: '·',
}

export const ASCII: Glyphs = {
  done: '+',
  now: '>',
  next: '.',
  held: '=',
  bad: 'x',
  full: '#',
  empty: '.',
  arrow: '->',
  ellipsis: '...',
  dot: '-',
}

const ink =
  (open: number, close: number): Ink =>
  text =>
    text === '' ? '' : `${ESCAPE}[${open}m${text}${ESCAPE}[${close}m`

const COLOURS: Paint = {
  bold: ink(1, 22),
  dim: ink(2, 22),
  red: ink(31, 39),
  green: ink(32, 39),
  yellow: ink(33, 39),
  cyan: ink(36, 39),
}

const plain: Ink = text => text
export const NO_COLOURS: Paint = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, cyan: plain }

const NARROWEST = 20

/** Reads from the terminal and the environment how to draw. `colour` is false after `--no-color`. */
export function lookOf({ stdout, env }: Pick<Io, 'stdout' | 'env'>, colour: boolean): Look {
  const utf8 = isUtf8(env)
  return {
    width: stdout.isTTY ? Math.max(NARROWEST, stdout.columns || 80) : Number.POSITIVE_INFINITY,
    rows: stdout.rows || 24,
    paint: colour && wantsColour(stdout.isTTY === true, env) ? COLOURS : NO_COLOURS,
    glyphs: utf8 ? UNICODE : ASCII,
    utf8,
    zone: zoneOf(env['TZ']),
  }
}

/** Whether pictures can be redrawn in place. */
export function canRedraw({ stdout, env }: Pick<Io, 'stdout' | 'env'>): boolean {
  return stdout.isTTY === true && env['TERM'] !== 'dumb'
}

/** See no-color.org: set and not empty means none. `FORCE_COLOR` gives colours to a pipe. */
function wantsColour(isTty: boolean, env: Io['env']): boolean {
  if (env['NO_COLOR']) return false
  const forced = env['FORCE_COLOR']
  if (forced !== undefined && forced !== '') return forced !== '0'
  return isTty && env['TERM'] !== 'dumb'
}

/** The first of these that is not empty decides, as POSIX has it. Windows Terminal always speaks UTF-8. */
function isUtf8(env: Io['env']): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''
  return /utf-?8/i.test(locale) || env['WT_SESSION'] !== undefined
}

function zoneOf(name: string | undefined): string | undefined {
  if (!name) return undefined
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format(0)
    return name
  } catch {
    return undefined // a POSIX rule such as CET-1CEST: the machine's own reading of it is used
  }
}

const SIMPLE: Readonly<Record<string, string>> = {
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '…': '...',
  '→': '->',
  '–': '-',
  '—': '-',
  '·': '-',
  '×': 'x',
}

/**
 * The line as it may reach a terminal: what a release's note or a log line says moves no cursor and sets no
 * title. Colours stay; where the locale is not UTF-8, punctuation becomes ASCII.
 */
export function printable(line: string, { utf8 }: Pick<Look, 'utf8'>): string {
  return splitColours(line)
    .map((part, i) => (i % 2 === 1 ? part : calm(part, utf8)))
    .join('')
}

function calm(text: string, utf8: boolean): string {
  const plain = text.replace(/[\r\n\t]+/g, ' ').replace(/[\p{Control}\p{Bidi_Control}]/gu, '')
  return utf8 ? plain : plain.replace(/[“”‘’…→–—·×]/g, sign => SIMPLE[sign] ?? sign)
}
