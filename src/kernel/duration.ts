const UNITS = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const

const GRAMMAR = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/

/**
 * Milliseconds of a duration such as `5m`, `1h30m`, `250ms`, `1.5s` or `0`: Prometheus' notation
 * (largest unit first, each at most once) without years, and with fractions of a second.
 * `undefined` when the text is none.
 */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0
  const match = GRAMMAR.exec(text)
  if (!match || text === '') return undefined
  const totalMs = UNITS.reduce((sum, [, unitMs], i) => sum + Number(match[i + 1] ?? 0) * unitMs, 0)
  return Number.isSafeInteger(Math.round(totalMs)) ? Math.round(totalMs) : undefined
}

/** The shortest exact notation of whole milliseconds: `5400000` is `1h30m`, `1500` is `1s500ms`. */
export function formatDuration(durationMs: number): string {
  if (durationMs === 0) return '0s'
  let rest = Math.round(Math.abs(durationMs))
  let text = durationMs < 0 ? '-' : ''
  for (const [unit, unitMs] of UNITS) {
    const count = Math.floor(rest / unitMs)
    rest -= count * unitMs
    if (count > 0) text += `${count}${unit}`
  }
  return text
}

/** For people: two units at most, `1h 30m`, `4.2s`, `850ms`. */
export function roughDuration(durationMs: number): string {
  const absMs = Math.abs(durationMs)
  if (absMs < 1_000) return `${Math.round(durationMs)}ms`
  if (absMs < 10_000) return `${(durationMs / 1_000).toFixed(1)}s`
  if (absMs < 60_000) return `${Math.round(durationMs / 1_000)}s`
  const shown = UNITS.findIndex(([, unitMs]) => absMs >= unitMs)
  const [, unitMs] = UNITS[shown + 1] ?? ['ms', 1]
  const parts = formatDuration(Math.round(durationMs / unitMs) * unitMs).match(/-?\d+[a-z]+/g) ?? []
  return parts.slice(0, 2).join(' ')
}
