/** The languages that the console speaks. */
export type Language = 'en' | 'zh'

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' }

/** Says numbers, shares, times and spans as readers of a language write them; times are local to `zone`. */
export interface Format {
  readonly language: Language
  /** `1,204` */
  readonly count: (value: number) => string
  /** A share of requests: `5.0 %`, `0.04 %`, `0 %`; a dash before the first request. */
  readonly share: (value: number | null) => string
  /** A part of a way: whole percent, and what is not quite reached does not look so. */
  readonly part: (value: number) => string
  /** Percent of the traffic as configured: `12.5 %`. */
  readonly weight: (percent: number) => string
  /** `380 ms`, `2.4 s`; a dash for none. */
  readonly milliseconds: (value: number | null) => string
  /** Two units at most: `1m 12s`, `4.2s`, `1小时 30分钟`. */
  readonly span: (durationMs: number) => string
  /** The same in whole seconds, for clocks that run. */
  readonly clockSpan: (durationMs: number) => string
  /** `11:22:07` */
  readonly time: (atMs: number) => string
  /** `21 Nov 2026, 11:22:07 GMT+8` */
  readonly wholeTime: (atMs: number) => string
  /** `Saturday, 21 November` */
  readonly day: (atMs: number) => string
  /** `21 Nov, 11:22` */
  readonly shortTime: (atMs: number) => string
}

export function formatFor(language: Language, zone?: string): Format {
  const locale = LOCALES[language]
  const at = zone === undefined ? {} : { timeZone: zone }
  const counts = new Intl.NumberFormat(locale)
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
  const time = new Intl.DateTimeFormat(locale, { ...clock, ...at })
  const wholeTime = new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    ...clock,
    ...at,
  })
  const zoneOf = new Intl.DateTimeFormat(locale, { timeZoneName: 'shortOffset', ...at })
  const day = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', ...at })
  const shortTime = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...at,
  })
  const fixed = (value: number, digits: number): string =>
    value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
  const units = new Map(
    SPAN_UNITS.map(([unit]) => [
      unit,
      new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: language === 'zh' ? 'short' : 'narrow' }),
    ]),
  )
  const inUnit = (value: number, unit: SpanUnit): string => units.get(unit)?.format(value) ?? String(value)

  const span = (durationMs: number): string => {
    const wholeMs = Math.max(0, durationMs)
    if (wholeMs < 1_000) return inUnit(Math.round(wholeMs), 'millisecond')
    if (wholeMs < 10_000) return inUnit(Math.round(wholeMs / 100) / 10, 'second')
    return clockSpan(Math.round(wholeMs / 1_000) * 1_000)
  }
  const clockSpan = (durationMs: number): string => {
    const wholeMs = Math.max(0, Math.floor(durationMs / 1_000) * 1_000)
    const first = SPAN_UNITS.findIndex(([unit, unitMs]) => unit === 'second' || wholeMs >= unitMs)
    let restMs = wholeMs
    const parts: string[] = []
    for (const [unit, unitMs] of SPAN_UNITS.slice(first, first + 2)) {
      if (unit === 'millisecond') break
      const value = Math.floor(restMs / unitMs)
      restMs -= value * unitMs
      if (value > 0 || parts.length === 0) parts.push(inUnit(value, unit))
    }
    return parts.join(' ')
  }

  return {
    language,
    count: value => counts.format(value),
    share(value) {
      if (value === null) return '–'
      const percent = value * 100
      if (percent === 0 || percent === 100) return `${percent} %`
      return percent >= 0.095 ? `${fixed(percent, 1)} %` : `${Number(percent.toPrecision(1))} %`
    },
    part: value => `${value >= 1 ? 100 : Math.min(99, Math.max(0, Math.round(value * 100)))} %`,
    weight: percent => `${Number(percent.toFixed(1))} %`,
    milliseconds(value) {
      if (value === null) return '–'
      return value < 1_000 ? `${counts.format(Math.round(value))} ms` : `${fixed(value / 1_000, 1)} s`
    },
    span,
    clockSpan,
    time: atMs => time.format(atMs),
    wholeTime: atMs => `${wholeTime.format(atMs)} ${zoneName(zoneOf, atMs)}`,
    day: atMs => day.format(atMs),
    shortTime: atMs => shortTime.format(atMs),
  }
}

/** `GMT+8`. It stands last, where Chinese formats put it in the middle. */
function zoneName(format: Intl.DateTimeFormat, atMs: number): string {
  return format.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? ''
}

type SpanUnit = (typeof SPAN_UNITS)[number][0]
const SPAN_UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
  ['millisecond', 1],
] as const
