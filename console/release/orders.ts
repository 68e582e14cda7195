import type { ReleaseView, ServiceView, SessionView } from '../hub/contract.ts'
import type { Words } from '../language/language.tsx'
import { stageName } from '../language/stage-name.ts'
import { doubtsOf, isUnderWatch } from './doubt.ts'

/** What a person can ask of a release. */
export type Order = 'pause' | 'resume' | 'rearm' | 'promote' | 'rollback'

/** Whether somebody may do more than read. Who may not is shown no button that the hub would refuse. */
export const mayOrder = (session: SessionView | null | undefined): boolean =>
  session?.scopes.some(scope => scope === 'release' || scope === 'admin') ?? false

/** The orders that fit a release's state, the most likely last. */
export function ordersFor(release: Pick<ReleaseView, 'phase' | 'previous' | 'guards'>): readonly Order[] {
  const { phase, previous } = release
  const canGoBack = previous === null ? [] : (['rollback'] as const)
  const rearm = isUnderWatch(release) && doubtsOf(release).length > 0 ? (['rearm'] as const) : []
  switch (phase) {
    case 'waiting':
      return ['rollback']
    case 'moving':
      return ['pause', ...rearm, 'promote', 'rollback']
    case 'watching':
      return ['pause', ...rearm, 'promote', ...canGoBack]
    case 'held':
      return ['resume', ...rearm, 'promote', ...canGoBack]
    case 'promoting':
    case 'baking':
      return canGoBack
    case 'taking-back':
    case 'retiring':
    case 'ended':
      return []
  }
}

/** Whether an earlier version can be brought back: it was in service once, and is not now. */
export function canComeBack(
  { version, outcome }: Pick<ReleaseView, 'version' | 'outcome'>,
  { stable }: Pick<ServiceView, 'stable'>,
): boolean {
  return outcome?.kind === 'promoted' && version !== stable
}

/** What an order will do, said before it is given: one sentence a line. */
export function consequences(order: Order, release: ReleaseView, words: Words): readonly string[] {
  const { say, format } = words
  const { version, weight, phase, held, verdict } = release
  const previous = release.previous ?? ''
  const stage = release.stages[release.stage]
  const doubts = doubtsOf(release)
  switch (order) {
    case 'pause': {
      const judged = say(doubts.includes('disarmed') ? 'will.notTakenBackByItself' : 'will.pauseStillJudged')
      if (phase === 'moving') {
        return [say('will.pauseMoving', { stage: stage ? stageName(stage.name, words) : '' }), judged]
      }
      return [say('will.pause', { version, weight: format.weight(weight) }), judged]
    }
    case 'resume':
      return [
        held?.why === 'inconclusive'
          ? say('will.resumeAgain', { span: format.span(stage?.forMs ?? 0) })
          : say('will.resume'),
        ...(doubts.length > 0 ? [say('will.resumeDoubted'), say('will.notPromotedByItself')] : []),
        ...(doubts.includes('disarmed') ? [say('will.notTakenBackByItself')] : []),
      ]
    case 'rearm': {
      const isHeldElse = held?.why === 'paused' || held?.why === 'inconclusive'
      return [
        say('will.rearm'),
        say('will.rearmActs'),
        ...(phase === 'held' ? [say(isHeldElse ? 'will.rearmHeld' : 'will.resume')] : []),
        say('will.rearmAgain'),
      ]
    }
    case 'promote':
      return [
        say('will.promote', { version }),
        ...(release.previous === null ? [] : [say('will.promoteStandsBy', { previous })]),
        ...(verdict && verdict.kind !== 'promote'
          ? [say('will.promoteUnproven', { part: format.part(verdict.towardPromotion) })]
          : []),
      ]
    case 'rollback':
      if (phase === 'waiting') return [say('will.cancel', { version })]
      if (release.previous === null) return [say('will.takeAway', { version })]
      return [say('will.rollBack', { previous }), say('will.rollBackStops', { version })]
  }
}
