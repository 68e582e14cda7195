import type { ReleaseView, VerdictView } from '../../client/index.ts'
import { grid } from '../terminal/grid.ts'
import type { Look } from '../terminal/look.ts'
import { columnsOf, pad } from '../terminal/width.ts'
import { grouped, milliseconds, percent, wholePercent } from '../words.ts'
import { drawBar } from './stages.ts'

/** What each signal counts, for people: bad requests are errors, and slow ones are slower than the past. */
export function signalName(name: string): string {
  const quantile = /^slow-(p\d+)$/.exec(name)?.[1]
  return quantile ? `slower than ${quantile}` : name
}

type Quantile = 'p50' | 'p95' | 'p99'

/** A quantile of how long requests took on both versions, in milliseconds. */
function quantileOf(
  latency: ReleaseView['latency'],
  name: Quantile,
): { readonly candidate?: number | null; readonly stable?: number | null } {
  if (!latency) return {}
  const { candidate, stable } = latency
  const key = `${name}Ms` as const
  return { candidate: candidate[key], stable: stable[key] }
}

/** Requests, bad ones, the share of each signal, and how long requests took, of both versions. */
export function drawCounts(
  { version, previous, candidate, stable, verdict, latency }: ReleaseView,
  look: Look,
  quantiles: readonly Quantile[] = ['p99'],
): string[] {
  const { paint } = look
  const beside = previous !== null
  const row = (name: string, mine: string, other: string): string[] => [name, mine, ...(beside ? [other] : [])]
  const rates = (verdict?.signals ?? []).map(({ name, canaryRate, stableRate }) =>
    row(signalName(name), percent(canaryRate), percent(stableRate)),
  )
  const times = quantiles.flatMap(name => {
    const { candidate: mine = null, stable: other = null } = quantileOf(latency, name)
    return mine === null && other === null ? [] : [row(name, milliseconds(mine), milliseconds(other))]
  })
  const rows = [
    row('', version, previous ?? '').map(paint.bold),
    row('requests', grouped(candidate.requests), grouped(stable.requests)),
    row('bad', grouped(candidate.bad), grouped(stable.bad)),
    ...rates,
    ...times,
  ]
  return grid(rows, look, { right: [1, 2], indent: 2 })
}

const LABELS = { worse: 'to be taken back', noWorse: 'to be promoted' } as const
const TOGETHER = 'together'

/** Each signal's way toward either boundary, and that of all together, which decides. */
export function drawEvidence(verdict: VerdictView, look: Look): string[] {
  const { paint } = look
  const rows = verdict.signals.map(({ name, towardRollBack, towardPromotion }) => ({
    name: signalName(name),
    towardRollBack,
    towardPromotion,
  }))
  if (rows.length > 1) rows.push({ ...verdict, name: TOGETHER })
  const nameColumns = Math.max(8, ...rows.map(({ name }) => columnsOf(name)))
  const room = Math.min(look.width, 90) - 2 - nameColumns - 2 * (2 + 1 + 5)
  const bar = Math.min(24, Math.floor(room / 2))
  const half = Math.max(0, bar) + (bar >= 4 ? 1 : 0) + 5
  const side = (part: number, ink: (text: string) => string): string =>
    `${bar >= 4 ? `${drawBar(part, bar, look, ink)} ` : ''}${pad(wholePercent(part), 5, 'right')}`
  const head = `  ${pad('evidence', nameColumns)}  ${pad(bar >= 12 ? LABELS.worse : 'worse', half)}  ${bar >= 12 ? LABELS.noWorse : 'good'}`
  return [
    paint.dim(head.trimEnd()),
    ...rows.map(
      ({ name, towardRollBack, towardPromotion }) =>
        `  ${pad(name, nameColumns)}  ${side(towardRollBack, paint.red)}  ${side(towardPromotion, paint.green)}`,
    ),
  ]
}
