/**
 * The one place that knows the time. Everything else is handed a `Clock`, so that tests and
 * simulations move time themselves.
 */
export interface Clock {
  /** Wall time, UTC, in milliseconds since 1970. May jump when the machine's clock is set. */
  now(): number
  /** Milliseconds since an arbitrary moment; never goes back. For measuring how long something took. */
  elapsed(): number
  /** Calls `run` once after `delayMs` milliseconds. A pending call does not keep the process alive on its own. */
  after(delayMs: number, run: () => void): Cancel
  /** Resolves after `delayMs` milliseconds; rejects with the signal's reason when aborted. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>
}

export type Cancel = () => void

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
  // Unlike `after`, somebody awaits this: it holds the process open until it is over.
  sleep: (delayMs, signal) =>
    sleepOn(
      (ms, run) => {
        const timer = setTimeout(run, ms)
        return () => clearTimeout(timer)
      },
      delayMs,
      signal,
    ),
}

/** Builds `sleep` from a way to be called later. */
export function sleepOn(after: Clock['after'], delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    const stop = (): void => {
      cancel()
      reject(signal?.reason)
    }
    const cancel = after(delayMs, () => {
      signal?.removeEventListener('abort', stop)
      resolve()
    })
    signal?.addEventListener('abort', stop, { once: true })
  })
}

/** Whether a wait keeps the process alive on its own: `awaited` does, for somebody needs what comes after it. */
export type Patience = 'awaited' | 'idle'

/** Lets time pass, and tells whether all of it did: `false` when the signal aborted before. */
export async function pause(
  clock: Clock,
  forMs: number,
  signal: AbortSignal,
  patience: Patience = 'awaited',
): Promise<boolean> {
  try {
    if (patience === 'awaited') await clock.sleep(forMs, signal)
    else await sleepOn((ms, run) => clock.after(ms, run), forMs, signal)
    return true
  } catch {
    return false // aborted: the only way a sleep ends early
  }
}

/** Aborts when `deadlineMs` have passed or when `parent` aborts. Call `done` when the work is over. */
export function deadline(
  clock: Clock,
  deadlineMs: number,
  parent?: AbortSignal,
): { readonly signal: AbortSignal; readonly done: () => void } {
  const controller = new AbortController()
  const pass = (): void => controller.abort(parent?.reason)
  if (parent?.aborted) pass()
  parent?.addEventListener('abort', pass, { once: true })
  const cancel = clock.after(deadlineMs, () => {
    controller.abort(new DOMException(`no answer within ${deadlineMs} ms`, 'TimeoutError'))
  })
  return {
    signal: controller.signal,
    done: () => {
      cancel()
      parent?.removeEventListener('abort', pass)
    },
  }
}

/** `2026-11-21T03:22:00.000Z`: how a time is written wherever it leaves the program. */
export function toRfc3339(atMs: number): string {
  return new Date(atMs).toISOString()
}

/** Milliseconds since 1970 of an RFC 3339 time, or `undefined` when it is none. */
export function fromRfc3339(text: string): number | undefined {
  const shape = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/
  if (!shape.test(text)) return undefined
  const atMs = Date.parse(text.replace(' ', 'T'))
  return Number.isNaN(atMs) ? undefined : atMs
}
