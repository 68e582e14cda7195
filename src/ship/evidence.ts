import type { Evidence } from './release/release.ts'

/** What a release wants to know about the versions it compares. */
export interface Ask {
  readonly service: string
  readonly candidate: string
  readonly stable: string
  /** Names of the signals to be counted, as the release's plan has them. */
  readonly signals: readonly string[]
  /** What the last answer gave, or `null` at first: a reader may stop and go on elsewhere with it. */
  readonly cursor: unknown
  /** False where the two versions' users are not alike (a segment), so that nothing may be compared. */
  readonly comparable: boolean
}

/** Counts what the versions of a service did since the last look. Rejects when it cannot tell. */
export type CollectEvidence = (ask: Ask, signal: AbortSignal) => Promise<Evidence>
