/** What of an entry matters to the order in which things are told. */
export interface Line {
  readonly seq: number
  readonly at: string
  readonly kind: string
  readonly reason?: string | undefined
  readonly data: Readonly<Record<string, unknown>>
}

/** The kinds of a release's entries in the only orders that are possible, by its outcome. */
const POSSIBLE = {
  promoted: /^asked started( stage)+ promoting promoted ended$/,
  'rolled-back': /^asked started( stage)+ rolled-back taken-back ended$/,
} as const

export type Ending = keyof typeof POSSIBLE

/** What is wrong with the story that the logbook tells of one release: told twice, left out, or out of order. */
export function faultsIn(lines: readonly Line[], ending: Ending): readonly string[] {
  const kinds = lines.map(({ kind }) => kind.replace(/^release\./, '')).join(' ')
  const stages = lines.filter(({ kind }) => kind === 'release.stage').map(({ data }) => data['stage'])
  const why = lines.find(({ kind }) => /^release\.(promoting|rolled-back)$/.test(kind))?.reason
  const done = lines.find(({ kind }) => /^release\.(promoted|taken-back)$/.test(kind))
  return [
    ...(POSSIBLE[ending].test(kinds) ? [] : [`it is told as: ${kinds}`]),
    ...(stages.every((stage, i) => stage === i) ? [] : [`its stages are told as ${stages.join(', ')}`]),
    ...(why ? [] : ['it is not told why it was decided']),
    ...(done?.reason && done.reason !== why ? [] : ['it is not told how the decision reached the traffic']),
    ...(done?.data['outcome'] === ending ? [] : [`the traffic follows as if it were ${String(done?.data['outcome'])}`]),
    ...(isRising(lines.map(({ seq }) => seq)) ? [] : ['its entries are not in the order of their numbers']),
    ...(isRising(lines.map(({ at }) => at)) ? [] : ['its entries are not in the order of their times']),
    ...(lines.at(-1)?.data['outcome'] === ending ? [] : [`it ends as ${String(lines.at(-1)?.data['outcome'])}`]),
  ]
}

/** A release that people, deaths and gateways interfered with; what was decided is still decided once. */
const ANY =
  /^asked (cancelled|started( stage| paused| resumed| inconclusive| no-evidence)*( promoting( no-evidence)*( promoted( no-evidence)*)?)?( (rolled-back|failed)( blocked| no-evidence)*( taken-back( blocked| no-evidence)*)?)?( blocked)* ended)$/

/** What is wrong with the story of a release, of which nothing is known but that it is over. */
export function faultsInAny(lines: readonly Line[]): readonly string[] {
  const kinds = lines.map(({ kind }) => kind.replace(/^release\./, '')).join(' ')
  return [
    ...(ANY.test(kinds) ? [] : [`it is told as: ${kinds}`]),
    ...(isRising(lines.map(({ seq }) => seq)) ? [] : ['its entries are not in the order of their numbers']),
  ]
}

function isRising(values: readonly string[] | readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value >= (values[i - 1] ?? value))
}
