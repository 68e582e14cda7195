/** The hub says something every 5 s at least; twice that, and some time on the way, is too long. */
export const STALE_AFTER_MS = 12_000
/** After so long a silence the connection is given up, though nobody has said that it ended. */
export const GIVE_UP_AFTER_MS = 30_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000

/**
 * Whether what is on the screen is what is.
 * - `connecting`: not yet, for the first time.
 * - `live`: events come in.
 * - `stale`: nothing has come for too long, or the connection is gone.
 */
export interface Liveness {
  readonly state: 'connecting' | 'live' | 'stale'
  /** When something came last, by the browser's clock; when it began to connect, before anything came. */
  readonly lastMs: number
  /** Attempts that failed in a row. */
  readonly failures: number
  /** By how much the hub's clock is ahead of the browser's. */
  readonly aheadMs: number
  /** Counts the gaps: what is shown has to be asked for anew after each. */
  readonly gaps: number
}

export type Happening =
  | { readonly kind: 'opened'; readonly atMs: number }
  /** `hubMs`: the hub's own time, where the event says it. */
  | { readonly kind: 'heard'; readonly atMs: number; readonly hubMs?: number }
  | { readonly kind: 'lost'; readonly atMs: number }
  | { readonly kind: 'time-passed'; readonly atMs: number }

export function beginLiveness(atMs: number): Liveness {
  return { state: 'connecting', lastMs: atMs, failures: 0, aheadMs: 0, gaps: 0 }
}

export function heed(live: Liveness, happening: Happening): Liveness {
  const { atMs } = happening
  switch (happening.kind) {
    case 'opened':
    case 'heard': {
      // Whatever ended a silence, something may have been missed in it.
      const gaps = live.state === 'stale' ? live.gaps + 1 : live.gaps
      const hubMs = 'hubMs' in happening ? happening.hubMs : undefined
      const aheadMs = hubMs === undefined ? live.aheadMs : hubMs - atMs
      return { state: 'live', lastMs: atMs, failures: 0, aheadMs, gaps }
    }
    case 'lost':
      return { ...live, state: 'stale', failures: live.failures + 1 }
    case 'time-passed':
      if (live.state === 'stale' || atMs - live.lastMs < STALE_AFTER_MS) return live
      return { ...live, state: 'stale' }
  }
}

/** How long to wait before the next attempt: doubled each time, and never the same for all consoles of a hub. */
export function pauseMs(failures: number, random: number): number {
  const wholeMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, failures - 1))
  return wholeMs * (0.5 + random / 2)
}
