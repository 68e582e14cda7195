import type { Segment } from '../routers/router.ts'

/** One step of a release's way into service. */
export interface Stage {
  /** For people: `10 %`, `segment market EU`, `2 of 4`. */
  readonly name: string
  /** Instances of the new version while the stage lasts. */
  readonly candidate: number
  /** Instances of the version beside it. */
  readonly stable: number
  /** Percent of the traffic for the new version. */
  readonly weight: number
  /** Users who get the new version whatever the weight. */
  readonly segments: readonly Segment[]
  /** `time`: over when `forMs` have passed. `verdict`: over when shown to be no worse; inconclusive after `forMs`. */
  readonly ends: 'time' | 'verdict'
  readonly forMs: number
}

/** For people: `market EU`, `x-beta: 1`, `cookie plan=pro`. */
export function segmentName(segment: Segment): string {
  if ('market' in segment) return `market ${segment.market}`
  return 'header' in segment ? `${segment.header}: ${segment.value}` : `cookie ${segment.cookie}=${segment.value}`
}
