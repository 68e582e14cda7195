import { expect, test } from 'vitest'
import { systemClock } from '../kernel/index.ts'
import { Interrupted } from './fault.ts'
import { orStopped } from './stopping.ts'

test('what is done in time is given on', async () => {
  expect(await orStopped(Promise.resolve(7), new AbortController().signal)).toBe(7)
  await expect(orStopped(Promise.reject(new RangeError('no')), new AbortController().signal)).rejects.toThrow(
    RangeError,
  )
})

test('Ctrl-C ends the waiting, also for what never ends', async () => {
  const controller = new AbortController()
  const waiting = orStopped(new Promise(() => {}), controller.signal)
  controller.abort()
  await expect(waiting).rejects.toThrow(Interrupted)
  await expect(orStopped(new Promise(() => {}), controller.signal)).rejects.toThrow(Interrupted)
})

test('a sleep that Ctrl-C ends says so in the same words', async () => {
  const controller = new AbortController()
  const sleeping = orStopped(systemClock.sleep(600_000, controller.signal), controller.signal)
  controller.abort(new DOMException('SIGINT', 'AbortError'))
  await expect(sleeping).rejects.toThrow(Interrupted)
})
