import { Interrupted } from './fault.ts'

/** The promise, or `Interrupted` as soon as somebody presses Ctrl-C. */
export async function orStopped<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const stopped = Promise.withResolvers<never>()
  const stop = (): void => stopped.reject(new Interrupted('stopped'))
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([stopped.promise, promise])
  } catch (error) {
    // What else fails at that moment, as a sleep does, fails for the same reason and says it less clearly.
    throw signal.aborted ? new Interrupted('stopped') : error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
