import { quote } from './quote.ts'

/* Durations as PromQL writes them: `1h30m`, largest unit first, each once. A year has 365 days. */

const SECOND_MS = 1000
const DAY_MS = 86_400 * SECOND_MS
const UNITS: readonly (readonly [unit: string, ms: number, onlyIfWhole: boolean])[] = [
  ['y', 365 * DAY_MS, true],
  ['w', 7 * DAY_MS, true],
  ['d', DAY_MS, false],
  ['h', 3600 * SECOND_MS, false],
  ['m', 60 * SECOND_MS, false],
  ['s', SECOND_MS, false],
  ['ms', 1, false],
]

/** The most that 64 bits of nanoseconds hold: about 292 years. */
export const MAX_DURATION_MS = 2 ** 63 / 1e6

/** Milliseconds of `1h30m`, or why it is no duration. */
export function durationMs(text: string): number | { readonly fault: string } {
  const invalid = { fault: `not a valid duration string: ${quote(text)}` }
  if (!/^(?:\d+\D+)+$/.test(text)) return invalid
  let ms = 0
  let last = -1
  for (const [, count, unit = ''] of text.matchAll(/(\d+)(\D+)/g)) {
    const order = UNITS.findIndex(each => each[0] === unit)
    if (order < 0) return { fault: `unknown unit ${quote(unit)} in duration ${quote(text)}` }
    if (order <= last) return invalid
    last = order
    ms += Number(count) * (UNITS[order]?.[1] ?? 0)
    if (ms >= MAX_DURATION_MS) return { fault: 'duration out of range' }
  }
  return ms
}

/** As Prometheus writes it: years and weeks only where they come out even. Whole milliseconds, not below 0. */
export function durationText(ms: number): string {
  if (ms === 0) return '0s'
  let rest = ms
  let text = ''
  for (const [unit, unitMs, onlyIfWhole] of UNITS) {
    if (rest < unitMs || (onlyIfWhole && rest % unitMs !== 0)) continue
    text += `${Math.floor(rest / unitMs)}${unit}`
    rest %= unitMs
  }
  return text
}
