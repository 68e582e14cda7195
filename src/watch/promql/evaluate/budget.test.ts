import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../kernel/clock.ts'
import { FakeClock } from '../../../kernel/fake-clock.ts'
import { Budget, type Limits } from './budget.ts'

function budgetOf({ elapsed = () => 0, ...limits }: Partial<Limits> & { elapsed?: () => number } = {}): Budget {
  const clock = { ...systemClock, elapsed }
  return new Budget({ maxSamples: 10, timeoutMs: 100, clock, signal: undefined, ...limits })
}

test('samples are held up to the limit, and no further', () => {
  const budget = budgetOf()
  budget.hold(6)
  budget.allow(4)
  expect(() => budget.hold(5)).toThrow('query processing would load too many samples into memory in query execution')
  expect(budget.samples).toBe(6)
  budget.release(2)
  budget.hold(8)
  expect(budget.samples).toBe(10)
})

test('every item is worked on once, in order', async () => {
  const seen: number[] = []
  await budgetOf().inPieces(100_000, 7, item => {
    seen.push(item)
  })
  expect(seen).toEqual(Array.from({ length: 100_000 }, (_, i) => i))
})

test('pieces grow while they are quick, and shrink where an item costs more than was thought', async () => {
  let elapsedMs = 0
  let sinceLook = 0
  const pieces: number[] = []
  const elapsed = (): number => {
    if (sinceLook > 0) pieces.push(sinceLook)
    sinceLook = 0
    return elapsedMs
  }
  await budgetOf({ timeoutMs: 1e6, elapsed }).inPieces(300, 1, item => {
    sinceLook++
    elapsedMs += item < 50 ? 0.01 : 1
  })
  expect(pieces.slice(0, 6)).toEqual([1, 2, 4, 8, 16, 32])
  expect(pieces.slice(-10).every(size => size <= 4)).toBe(true)
})

test('the event loop runs between pieces of long work', async () => {
  let elapsedMs = 0
  let turns = 0
  const over = new AbortController()
  const others = (async () => {
    while (!over.signal.aborted) {
      await turn()
      turns++
    }
  })()
  const budget = budgetOf({ timeoutMs: 1e6, elapsed: () => elapsedMs })
  await budget.inPieces(10, 1e6, () => {
    elapsedMs += 10
  })
  over.abort()
  await others
  expect(turns).toBeGreaterThanOrEqual(10)
})

test('an abort that comes from an event ends the work at the next turn', async () => {
  const controller = new AbortController()
  let elapsedMs = 0
  let pieces = 0
  const budget = budgetOf({ timeoutMs: 1e6, elapsed: () => elapsedMs, signal: controller.signal })
  setImmediate(() => controller.abort(new Error('nobody waits any more')))
  const work = budget.inPieces(1000, 1e6, () => {
    elapsedMs += 10
    pieces++
  })
  await expect(work).rejects.toMatchObject({
    kind: 'canceled',
    message: 'query was canceled in expression evaluation',
    cause: { message: 'nobody waits any more' },
  })
  expect(pieces).toBeLessThan(5)
})

test('work ends when its time is up', async () => {
  let elapsedMs = 0
  const budget = budgetOf({ elapsed: () => elapsedMs })
  const work = budget.inPieces(1000, 1e6, () => {
    elapsedMs += 1
  })
  await expect(work).rejects.toMatchObject({ kind: 'timeout', message: 'query timed out in expression evaluation' })
  expect(elapsedMs).toBe(100)
})

describe('waiting for somebody else', () => {
  const never = new Promise<never>(() => {})

  test('gives what he answers, at once or later, and leaves nothing behind', async () => {
    const clock = new FakeClock()
    const budget = budgetOf({ clock })
    const signals: AbortSignal[] = []
    const remember = (signal: AbortSignal): number => signals.push(signal)
    expect(await budget.waitFor(remember)).toBe(1)
    expect(await budget.waitFor(async signal => remember(signal))).toBe(2)
    expect(clock.waiting).toBe(0)
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false])
  })

  test('ends when the time is up, although he never answers, and tells him so', async () => {
    const clock = new FakeClock()
    let told: unknown
    const waiting = budgetOf({ clock }).waitFor(signal => {
      signal.addEventListener('abort', () => (told = signal.reason))
      return never
    })
    const ended = expect(waiting).rejects.toMatchObject({ kind: 'timeout' })
    await clock.advance(99)
    expect(told).toBeUndefined()
    await clock.advance(1)
    await ended
    expect(told).toMatchObject({ name: 'TimeoutError' })
  })

  test('ends when the signal aborts, with its reason', async () => {
    const clock = new FakeClock()
    const controller = new AbortController()
    const waiting = budgetOf({ clock, signal: controller.signal }).waitFor(() => never)
    controller.abort(new Error('left'))
    await expect(waiting).rejects.toMatchObject({ kind: 'canceled', cause: { message: 'left' } })
    expect(clock.waiting).toBe(0)
  })

  test('takes his failure over the abort for the abort', async () => {
    const controller = new AbortController()
    const waiting = budgetOf({ signal: controller.signal }).waitFor(
      signal =>
        new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('socket closed')))
        }),
    )
    controller.abort(new Error('left'))
    await expect(waiting).rejects.toMatchObject({ kind: 'canceled', cause: { message: 'left' } })
  })

  test('passes on that he failed', async () => {
    await expect(budgetOf().waitFor(() => Promise.reject(new Error('disk on fire')))).rejects.toThrow('disk on fire')
  })

  test('is without an alarm where there is no end that a timer could count to', async () => {
    const clock = new FakeClock()
    const controller = new AbortController()
    const waiting = budgetOf({ clock, timeoutMs: Infinity, signal: controller.signal }).waitFor(() => never)
    expect(clock.waiting).toBe(0)
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ kind: 'canceled' })
  })
})
