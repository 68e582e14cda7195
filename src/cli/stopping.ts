import { Interrupted } from './fault.ts'

/** The promise, or `Interrupted` as soon as somebody presses Ctrl-C. */
export async function orStopped<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const stopped = Promise.withResolvers<never>()
  const stop = (): void => stopped.reject(new Interrupted('stopped'))
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    // First in the list: a sleep rejects for the same reason, and less clearly.
    return await Promise.race([stopped.promise, promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
