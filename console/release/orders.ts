import type { ReleaseView, ServiceView, SessionView } from '../hub/contract.ts'
import type { Words } from '../language/language.tsx'
import { stageName } from './state.ts'

/** What a person can ask of a release. */
export type Order = 'pause' | 'resume' | 'promote' | 'rollback'

/** Whether somebody may do more than read. Who may not is shown no button that the hub would refuse. */
export const mayOrder = (session: SessionView | null | undefined): boolean =>
  session?.scopes.some(scope => scope === 'release' || scope === 'admin') ?? false

/** The orders that fit a release's state, the most likely last. */
export function ordersFor({ phase, previous }: Pick<ReleaseView, 'phase' | 'previous'>): readonly Order[] {
  switch (phase) {
    case 'waiting':
      return ['rollback']
    case 'moving':
      return ['pause', 'promote', 'rollback']
    case 'watching':
      return previous === null ? ['pause', 'promote'] : ['pause', 'promote', 'rollback']
    case 'held':
      return previous === null ? ['resume', 'promote'] : ['resume', 'promote', 'rollback']
    case 'promoting':
    case 'baking':
      return previous === null ? [] : ['rollback']
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
  switch (order) {
    case 'pause':
      if (phase === 'moving') return [say('will.pauseMoving', { stage: stage ? stageName(stage.name, words) : '' })]
      return [say('will.pause', { version, weight: format.weight(weight) }), say('will.pauseStillJudged')]
    case 'resume':
      if (held?.why === 'paused') return [say('will.resume')]
      return [say('will.resumeAgain', { span: format.span(stage?.forMs ?? 0) })]
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
