import type { ReleaseView } from '../../client/index.ts'
import type { Look } from '../terminal/look.ts'
import { labelled } from './labelled.ts'

/** One thing that makes the comparison doubtful. */
export interface Doubt {
  readonly name: 'disarmed' | 'mismatch'
  readonly reason: string
}

/** What is wrong with the comparison of a release that is not decided; the graver first. */
export function doubtsOf({ guards, outcome }: ReleaseView): readonly Doubt[] {
  if (!guards || outcome) return []
  const { arrivals, instances } = guards
  return [
    ...(instances.kind === 'differ' ? [{ name: 'disarmed' as const, reason: instances.reason }] : []),
    ...(arrivals.kind === 'as-expected' ? [] : [{ name: 'mismatch' as const, reason: arrivals.reason }]),
  ]
}

/** The doubts, for somebody who watches: nothing while all is well. */
export function drawDoubts(release: ReleaseView, look: Look): string[] {
  return doubtsOf(release).flatMap(({ name, reason }) => labelled(name, reason, look, look.paint.yellow))
}

/** What the tests of the comparison say, also while all is well. */
export function drawGuards({ guards }: ReleaseView, look: Look): string[] {
  if (!guards) return []
  const { arrivals, instances, answeredBy } = guards
  const ink = (well: boolean): ((line: string) => string) => (well ? line => line : look.paint.yellow)
  return [
    ...labelled('arrivals', arrivals.reason, look, ink(arrivals.kind === 'as-expected')),
    ...labelled('instances', instances.reason, look, ink(instances.kind === 'alike')),
    ...(answeredBy ? labelled('answered', `${answeredBy} let it go on`, look) : []),
  ]
}
