import type { ReleaseView } from '../../client/index.ts'
import { roughDuration } from '../../kernel/index.ts'
import { grid } from '../terminal/grid.ts'
import type { Look } from '../terminal/look.ts'
import { grouped, localTime, timeOf } from '../words.ts'

/** Releases as a table, in the order given. */
export function drawReleases(releases: readonly ReleaseView[], look: Look): string[] {
  const { paint } = look
  if (releases.length === 0) return ['no release yet']
  const head = ['RELEASE', 'SERVICE', 'VERSION', 'BEFORE', 'OUTCOME', 'AFTER', 'BAD', 'ASKED', 'STRATEGY'].map(
    paint.dim,
  )
  const rows = releases.map(release => [
    release.id,
    release.service,
    release.version,
    release.previous ?? '-',
    outcomeWord(release, look),
    release.previous === null || release.outcome?.secondsToVerdict === undefined
      ? '-'
      : roughDuration(release.outcome.secondsToVerdict * 1_000),
    grouped(release.candidate.bad),
    localTime(timeOf(release.createdAt), look),
    release.strategy,
  ])
  return grid([head, ...rows], look, { right: [5, 6], drops: [8, 3, 7] })
}

/** How it ended, or what it is doing. */
export function outcomeWord({ outcome, phase, held }: ReleaseView, { paint }: Pick<Look, 'paint'>): string {
  if (outcome) return outcome.kind === 'promoted' ? paint.green('promoted') : paint.red(outcome.kind)
  return phase === 'held' ? paint.yellow(held?.why ?? 'held') : paint.cyan(phase)
}
