import type { ReleaseView } from '../hub/contract.ts'

/** Why a comparison is not to be trusted. */
export type Doubt = 'disarmed' | 'mismatch'

/** Whether two versions take traffic side by side, so that something may still be decided. */
export const isUnderWatch = ({ phase }: Pick<ReleaseView, 'phase'>): boolean =>
  phase === 'moving' || phase === 'watching' || phase === 'held'

/** What makes the comparison of a release doubtful; the graver first. */
export function doubtsOf({ guards }: Pick<ReleaseView, 'guards'>): readonly Doubt[] {
  return [
    ...(guards?.instances.kind === 'differ' ? ['disarmed' as const] : []),
    ...(guards?.arrivals.kind === 'too-many' ? ['mismatch' as const] : []),
  ]
}
