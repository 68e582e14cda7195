import { hostname } from 'node:os'
import { type Clock, messageOf } from '../kernel/index.ts'
import { lead, type Store, type Term } from '../store/index.ts'
import type { Log } from './log.ts'

/** What one hub at a time carries out. */
export interface Duty {
  readonly name: string
  /** For the log: “carries out releases”. */
  readonly does: string
  /** Until the term is over. */
  readonly run: (term: Term) => Promise<void>
}

const LEASE_MS = 10_000

/**
 * Carries out duties whenever they fall to this hub, each on its own: where one hub is held up in one of them, another
 * may have the next. One that fails ends all, and throws.
 */
export async function carryOutDuties(
  duties: readonly Duty[],
  { store, clock, log }: { readonly store: Store; readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<void> {
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const holder = `${hostname()}/${process.pid}`
  const trouble = (error: unknown): void => log.warn('cannot reach the database', { error: messageOf(error) })
  const terms = duties.map(async ({ name, does, run }) => {
    const options = { name, holder, ttlMs: LEASE_MS, clock, trouble }
    try {
      await lead(store, options, either, async term => {
        log.info(`this hub ${does}`)
        await run(term)
        if (!either.aborted) log.warn('this hub stands by', { duty: name, reason: messageOf(term.signal.reason) })
      })
    } catch (error) {
      failed.abort(error)
      throw error
    }
  })
  await Promise.allSettled(terms)
  await Promise.all(terms)
}
