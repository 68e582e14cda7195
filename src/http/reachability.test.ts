import { describe, expect, it } from 'vitest'
import { FakeClock } from '../kernel/fake-clock.ts'
import { Reachability } from './reachability.ts'

/** A gateway that a test holds up, and how often it was asked. */
function gateway() {
  const clock = new FakeClock()
  const asked: AbortSignal[] = []
  let answer = (): Promise<void> => Promise.resolve()
  const look = new Reachability({
    clock,
    check(signal) {
      asked.push(signal)
      return answer()
    },
  })
  return { clock, asked, look, say: (how: () => Promise<void>): void => void (answer = how) }
}

describe('whether the gateway answers', () => {
  it('is found out once for all who ask within a second, and anew after it', async () => {
    const { clock, asked, look, say } = gateway()
    expect(await Promise.all([look.problem(), look.problem()])).toEqual([undefined, undefined])
    say(() => Promise.reject(new Error('nothing listens there')))
    await clock.advance(999)
    expect(await look.problem()).toBeUndefined()
    expect(asked).toHaveLength(1)
    await clock.advance(1)
    expect(await look.problem()).toBe('nothing listens there')
    say(() => Promise.resolve())
    await clock.advance(1_000)
    expect(await look.problem()).toBeUndefined()
    expect(asked).toHaveLength(3)
  })

  it('is no after a second without an answer, and the look is given up', async () => {
    const { clock, asked, look, say } = gateway()
    say(
      () => new Promise((_, reject) => asked[0]?.addEventListener('abort', () => reject(asked[0]?.reason as unknown))),
    )
    const found = look.problem()
    await clock.advance(1_000)
    expect(await found).toBe('no answer within 1000 ms')
    expect(asked[0]?.aborted).toBe(true)
  })
})
