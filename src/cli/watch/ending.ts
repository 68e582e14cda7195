import type { ReleaseView } from '../../client/index.ts'
import { roughDuration } from '../../kernel/index.ts'
import { doubtsOf } from '../draw/guards.ts'
import { noteOf } from '../draw/stages.ts'
import { EXIT } from '../fault.ts'
import { counted, grouped } from '../words.ts'

/** What somebody waits for: that the new version gets all traffic, or that it gets none. */
export type Aim = 'promoted' | 'taken-back'

/** Whether there is nothing left to wait for: it is decided and in force, or waits for a person. */
export function settled({ phase, outcome }: ReleaseView, aim: Aim): boolean {
  if (phase === 'ended') return true
  if (aim === 'taken-back') return outcome?.kind === 'promoted' && phase !== 'promoting'
  return phase === 'held' || phase === 'baking' || phase === 'retiring'
}

/** What a settled release is to whoever waited for it. */
export function exitCodeFor({ phase, outcome }: ReleaseView, aim: Aim): number {
  if (phase === 'held') return EXIT.held
  return (outcome?.kind === 'promoted') === (aim === 'promoted') ? EXIT.ok : EXIT.lost
}

const VERBS = {
  promoted: 'was promoted',
  'rolled-back': 'was taken back',
  failed: 'failed before it had any traffic',
  cancelled: 'was cancelled before it began',
  superseded: 'was superseded by a newer release',
} as const

/** The last lines: how it ended, why (unless a picture above says so), what it cost, and what to do now. */
export function endingLines(release: ReleaseView, { whySaid }: { readonly whySaid: boolean }): string[] {
  const { id, service, version, phase, held, outcome, candidate, previous, verdict } = release
  const name = `${service} ${version}`
  if (phase === 'held') {
    const because = held?.reason ?? verdict?.reason ?? 'no verdict in time'
    const note = held && noteOf(held)
    const paused = held?.why === 'paused' && note ? `paused by ${held.by}, ${note}` : because
    const doubts = doubtsOf(release).map(({ name, reason: doubt }) => `${name}: ${doubt}`)
    const rearm = doubts.length > 0 ? `   compare anew: shipwatch rearm ${id}` : ''
    return [
      `${name} is held${whySaid ? '' : `: ${paused}`}`,
      ...(whySaid ? [] : doubts),
      `go on: shipwatch resume ${id}   promote: shipwatch promote ${id}   take back: shipwatch rollback ${service}${rearm}`,
    ]
  }
  if (!outcome) return [`${name} is over`]
  const { kind, reason, hint, secondsToVerdict, servedAfterDecision } = outcome
  const after =
    previous === null || secondsToVerdict === undefined
      ? ''
      : ` ${roughDuration(secondsToVerdict * 1_000)} after its first traffic`
  const cost =
    kind === 'promoted' || candidate.requests === 0
      ? []
      : [
          `${grouped(candidate.bad)} bad of ${counted(candidate.requests, 'request')}${servedAfterDecision === undefined ? '' : `, ${grouped(servedAfterDecision)} answered after the decision`}${previous === null ? '' : `; ${previous} serves`}`,
        ]
  return [`${name} ${VERBS[kind]}${after}${whySaid ? '' : `: ${reason}`}`, ...cost, ...(hint ? [`hint: ${hint}`] : [])]
}
