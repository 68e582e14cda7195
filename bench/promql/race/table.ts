import type { Row } from './race.ts'

const HEAD = [
  'evaluation',
  'ours ms: first',
  'p50',
  'p95',
  'MB',
  'Prometheus ms: first',
  'p50',
  'p95',
  'its evaluation p50',
  'ours / theirs',
  'worst round',
]

const ms = (value: number): string => (value < 9.95 ? value.toFixed(1) : String(Math.round(value)))

function cells({ what, ours, theirs, ratio, worstRatio }: Row): string[] {
  return [
    what,
    ms(ours.firstMs),
    ms(ours.p50Ms),
    ms(ours.p95Ms),
    ms(ours.peakMB),
    ms(theirs.firstMs),
    ms(theirs.p50Ms),
    ms(theirs.p95Ms),
    ms(theirs.evaluationP50Ms),
    ratio.toFixed(2),
    worstRatio.toFixed(2),
  ]
}

/** For a terminal. */
export function plainTable(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cells)]
  const widths = HEAD.map((_, i) => Math.max(...lines.map(line => (line[i] as string).length)))
  return lines
    .map(line =>
      line.map((text, i) => (i === 0 ? text.padEnd(widths[i] as number) : text.padStart(widths[i] as number))),
    )
    .map(line => line.join('  '))
    .join('\n')
}

/** For the manual. */
export function markdownTable(rows: readonly Row[]): string {
  const lines = [HEAD, HEAD.map((_, i) => (i === 0 ? '---' : '--:')), ...rows.map(cells)]
  return lines.map(line => `| ${line.join(' | ')} |`).join('\n')
}
