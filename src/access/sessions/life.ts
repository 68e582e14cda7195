/** A session that nobody uses ends. */
export const IDLE_MS = 12 * 3_600_000
/** However much it is used, a session ends. */
export const LIFE_MS = 7 * 24 * 3_600_000
/** How far the clocks of two hubs may be apart before a session seems to come from the future. */
const SKEW_MS = 5 * 60_000
/** How precisely a last use is known: each use would be a write to the database otherwise. */
export const SEEN_EVERY_MS = 60_000

export interface Life {
  readonly createdAtMs: number
  readonly seenAtMs: number
}

export function endsAtMs({ createdAtMs, seenAtMs }: Life): number {
  return Math.min(createdAtMs + LIFE_MS, seenAtMs + IDLE_MS)
}

/** A session from the future was made by a clock that has been set back since: it would live too long. */
export function isLive(life: Life, nowMs: number): boolean {
  return nowMs < endsAtMs(life) && life.createdAtMs <= nowMs + SKEW_MS
}
