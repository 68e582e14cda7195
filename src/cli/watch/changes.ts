import type { ReleaseView } from '../../client/index.ts'
import { signalName } from '../draw/evidence.ts'
import { doubtsOf } from '../draw/guards.ts'
import { phaseWords, titleOf } from '../draw/stages.ts'
import type { Look } from '../terminal/look.ts'
import { counted, milliseconds, percent, weightOf, wholePercent } from '../words.ts'

/** The bars of evidence are worth a line whenever one has passed another quarter of its way. */
const QUARTERS = 4

/**
 * What a reader of plain lines should know of what has changed from one look at a release to the next, one
 * line each. `before` is absent at the first look.
 */
export function changes(
  before: ReleaseView | undefined,
  after: ReleaseView,
  nowMs: number,
  look: Pick<Look, 'glyphs'>,
): string[] {
  const lines: string[] = []
  if (!before) lines.push(`${titleOf(after, look)}, ${after.strategy}, ${after.id}`)
  if (before?.phase !== after.phase || before.stage !== after.stage) lines.push(phaseWords(after, nowMs))
  if (before && before.weight !== after.weight)
    lines.push(`${after.version} has ${weightOf(after.weight)} of the traffic`)
  const quarters = quartersOf(after)
  if (quarters !== '' && quarters !== (before && quartersOf(before)) && !after.outcome) lines.push(evidenceLine(after))
  for (const [name, had, has] of [
    ['blocked', before?.blocked?.reason, after.blocked?.reason],
    ['without evidence', before?.missing?.reason, after.missing?.reason],
  ] as const) {
    if (has !== undefined && has !== had) lines.push(`${name}: ${has}`)
    if (has === undefined && had !== undefined) lines.push(`no longer ${name}`)
  }
  const known = before ? doubtsOf(before).map(({ name }) => name) : []
  for (const { name, reason } of doubtsOf(after)) if (!known.includes(name)) lines.push(`${name}: ${reason}`)
  if (after.detectable !== undefined && before?.detectable === undefined) lines.push(after.detectable.reason)
  return lines
}

/** Nothing is shown, and nothing worth a line, before the first request. */
function quartersOf({ verdict, candidate }: ReleaseView): string {
  if (!verdict || candidate.requests === 0) return ''
  return verdict.signals
    .flatMap(({ towardRollBack, towardPromotion }) => [towardRollBack, towardPromotion])
    .map(part => Math.floor(part * QUARTERS))
    .join(' ')
}

function evidenceLine({ verdict, version, candidate, latency }: ReleaseView): string {
  if (!verdict) return ''
  const signals = verdict.signals.map(
    ({ name, canaryRate, stableRate }) => `${signalName(name)} ${percent(canaryRate)} against ${percent(stableRate)}`,
  )
  if (latency && latency.candidate.p99Ms !== null) {
    signals.push(`p99 ${milliseconds(latency.candidate.p99Ms)} against ${milliseconds(latency.stable.p99Ms)}`)
  }
  const way = `${wholePercent(verdict.towardRollBack)} of the way to taking back, ${wholePercent(verdict.towardPromotion)} to promotion`
  return `${version} after ${counted(candidate.requests, 'request')}: ${signals.join(', ')}; ${way}`
}
