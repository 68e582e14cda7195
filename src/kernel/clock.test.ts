import { describe, expect, it } from 'vitest'
import { deadline, fromRfc3339, pause, systemClock, toRfc3339 } from './clock.ts'
import { FakeClock } from './fake-clock.ts'

describe('the fake clock', () => {
  it('calls in the order of time, each at its own moment', async () => {
    const clock = new FakeClock(0)
    const seen: string[] = []
    clock.after(20, () => seen.push(`b@${clock.now()}`))
    clock.after(10, () => {
      seen.push(`a@${clock.now()}`)
      clock.after(5, () => seen.push(`c@${clock.now()}`))
    })
    await clock.advance(30)
    expect(seen).toEqual(['a@10', 'c@15', 'b@20'])
    expect(clock.now()).toBe(30)
  })

  it('lets what a sleep released go on before time moves further', async () => {
    const clock = new FakeClock(0)
    const seen: number[] = []
    const walk = (async () => {
      for (let i = 0; i < 3; i++) {
        await clock.sleep(10)
        seen.push(clock.now())
      }
    })()
    await clock.advance(100)
    await walk
    expect(seen).toEqual([10, 20, 30])
  })

  it('does not move pending calls when the wall clock jumps', async () => {
    const clock = new FakeClock(0)
    let called = false
    clock.after(10, () => {
      called = true
    })
    clock.jump(1_000_000)
    await clock.advance(9)
    expect(called).toBe(false)
    await clock.advance(1)
    expect(called).toBe(true)
    expect(clock.now()).toBe(1_000_010)
  })
})

describe.each([
  ['fake', () => new FakeClock()],
  ['system', () => systemClock],
])('a sleep on the %s clock', (_, make) => {
  it('ends with the reason of its signal', async () => {
    const controller = new AbortController()
    const sleeping = make().sleep(3_600_000, controller.signal)
    controller.abort(new Error('enough'))
    await expect(sleeping).rejects.toThrow('enough')
  })

  it('does not begin when the signal was aborted before', async () => {
    await expect(make().sleep(3_600_000, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late')
  })
})

describe.each(['awaited', 'idle'] as const)('an %s pause', patience => {
  it('tells that all of its time passed', async () => {
    const clock = new FakeClock()
    const pausing = pause(clock, 10, new AbortController().signal, patience)
    await clock.advance(10)
    expect(await pausing).toBe(true)
  })

  it('tells that it was cut short, and leaves nothing pending', async () => {
    const clock = new FakeClock()
    const controller = new AbortController()
    const pausing = pause(clock, 10, controller.signal, patience)
    controller.abort(new Error('enough'))
    expect(await pausing).toBe(false)
    expect(await pause(clock, 10, controller.signal, patience)).toBe(false)
    expect(clock.waiting).toBe(0)
  })
})

describe('a deadline', () => {
  it('aborts when its time is over', async () => {
    const clock = new FakeClock()
    const { signal } = deadline(clock, 100)
    await clock.advance(99)
    expect(signal.aborted).toBe(false)
    await clock.advance(1)
    expect(signal.reason).toMatchObject({ name: 'TimeoutError' })
  })

  it('aborts with its parent, and leaves nothing pending once done', async () => {
    const clock = new FakeClock()
    const parent = new AbortController()
    const { signal, done } = deadline(clock, 100, parent.signal)
    parent.abort(new Error('stopped'))
    expect(signal.reason).toMatchObject({ message: 'stopped' })
    done()
    expect(clock.waiting).toBe(0)
  })
})

describe('RFC 3339', () => {
  it.each([
    ['2026-11-21T03:22:00Z', 1_795_231_320_000],
    ['2026-11-21T11:22:00.250+08:00', 1_795_231_320_250],
  ])('reads %s', (text, ms) => {
    expect(fromRfc3339(text)).toBe(ms)
    expect(fromRfc3339(toRfc3339(ms))).toBe(ms)
  })

  it.each(['yesterday', '2026-11-21', '2026-13-21T03:22:00Z', '2026-11-21T03:22:00'])('refuses %s', text => {
    expect(fromRfc3339(text)).toBeUndefined()
  })
})
