import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Budget, type Limits } from './budget.ts'

function budgetOf(limits: Partial<Limits> = {}): Budget {
  return new Budget({ maxSamples: 10, timeoutMs: 100, elapsed: () => 0, signal: undefined, ...limits })
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
