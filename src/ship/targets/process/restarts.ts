import type { Random } from '../../../kernel/index.ts'

/** When and how often an instance is started again. */
export interface RestartPolicy {
  readonly backoffMs: number
  readonly maxBackoffMs: number
  /** This many ends within `withinMs` are a crash loop. */
  readonly exits: number
  readonly withinMs: number
}

/** How an instance ended so far. Part of its record: a restarted hub does not begin to count anew. */
export interface Past {
  /** The latest ends, oldest first; at most as many as the policy counts. */
  readonly exitsAtMs: readonly number[]
  /** Ends in a row, each after a run shorter than the policy's window. */
  readonly streak: number
  /** Whether the crash loop was told of. */
  readonly looping: boolean
}

export const NO_PAST: Past = { exitsAtMs: [], streak: 0, looping: false }

export interface Restart {
  readonly past: Past
  readonly afterMs: number
  /** Whether this end makes it a crash loop, or is one more of it. */
  readonly crashLoop: boolean
}

/** The pause differs by up to this share, so that instances that died together do not return together. */
const JITTER = 0.2

/**
 * Decides what follows an end. The pause doubles with every end in a row, up to `maxBackoffMs`; a run
 * longer than the window clears the slate.
 */
export function afterExit(past: Past, ranMs: number, nowMs: number, policy: RestartPolicy, random: Random): Restart {
  const before = ranMs > policy.withinMs ? NO_PAST : past
  // A wall clock that was set back must not keep old ends in the window for ever.
  const recent = before.exitsAtMs.filter(atMs => atMs <= nowMs && nowMs - atMs <= policy.withinMs)
  const exitsAtMs = [...recent, nowMs].slice(-policy.exits)
  const streak = before.streak + 1
  const crashLoop = exitsAtMs.length >= policy.exits
  const wholeMs = Math.min(policy.maxBackoffMs, policy.backoffMs * 2 ** Math.min(streak - 1, 40))
  return {
    past: { exitsAtMs, streak, looping: before.looping || crashLoop },
    afterMs: Math.round(wholeMs * (1 - JITTER * random())),
    crashLoop,
  }
}
