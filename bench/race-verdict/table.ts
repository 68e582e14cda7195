import type { Row } from './race.ts'

const HEAD = ['rival', 'taken back', 'median s', 'p95 s', '× bound', 'bad requests', 'promoted', 'median s']

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`
const whole = (value: number | null): string => (value === null ? '–' : String(Math.round(value)))

function cells(row: Row): string[] {
  return [
    row.rival,
    percent(row.pRollback),
    whole(row.medianSeconds),
    whole(row.p95Seconds),
    row.boundMultiple === null ? '–' : row.boundMultiple.toFixed(2),
    whole(row.badRequests),
    percent(row.pPromoted),
    whole(row.medianPromotionSeconds),
  ]
}

/** `0.3 % → 2 %, 20 requests/s`, or `0.3 %, harmless, 20 requests/s`. */
export function worldOf({ baseRate, newRate, requestsPerSecond }: Row): string {
  const change = baseRate === newRate ? `${percent(baseRate)}, harmless` : `${percent(baseRate)} → ${percent(newRate)}`
  return `${change}, ${requestsPerSecond} requests/s`
}

/** The rows in groups of one world each, in the order they came. */
function byWorld(rows: readonly Row[]): [string, Row[]][] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) groups.set(worldOf(row), [...(groups.get(worldOf(row)) ?? []), row])
  return [...groups]
}

/** For a terminal. */
export function plainTable(rows: readonly Row[]): string {
  const widths = HEAD.map((title, i) => Math.max(title.length, ...rows.map(row => cells(row)[i]?.length ?? 0)))
  const line = (texts: readonly string[]): string =>
    texts.map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0))).join('  ')
  return byWorld(rows)
    .map(([world, group]) => [`\n${world}`, line(HEAD), ...group.map(row => line(cells(row)))].join('\n'))
    .join('\n')
}

/** For the manual. */
export function markdownTable(rows: readonly Row[]): string {
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`
  return byWorld(rows)
    .map(([world, group]) =>
      [
        `### ${world}`,
        '',
        line(HEAD),
        line(HEAD.map((_, i) => (i === 0 ? '---' : '--:'))),
        ...group.map(row => line(cells(row))),
      ].join('\n'),
    )
    .join('\n\n')
}
