import { spawnSync } from 'node:child_process'
import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bell } from './bell.ts'
import { FakeClock } from './fake-clock.ts'

const LONG = { withinMs: 3_600_000, signal: new AbortController().signal }

describe('a bell', () => {
  it('wakes all who wait, and leaves nothing pending', async () => {
    const bell = new Bell()
    const clock = new FakeClock()
    const { signal } = new AbortController()
    const waiting = [1, 2, 3].map(() => bell.wait({ ...LONG, clock, signal, since: bell.rings }))
    expect(getEventListeners(signal, 'abort')).toHaveLength(3)
    bell.ring()
    await Promise.all(waiting)
    expect(clock.waiting).toBe(0)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('wakes each time anew', async () => {
    const bell = new Bell()
    const clock = new FakeClock()
    for (let time = 1; time <= 3; time++) {
      const waiting = bell.wait({ ...LONG, clock, since: bell.rings })
      bell.ring()
      await waiting
      expect(bell.rings).toBe(time)
    }
  })

  it('lets each go when its own time is over', async () => {
    const bell = new Bell()
    const clock = new FakeClock()
    const woken: string[] = []
    const wait = (name: string, withinMs: number): Promise<number> =>
      bell.wait({ ...LONG, withinMs, clock, since: bell.rings }).then(() => woken.push(name))
    const all = [wait('late', 2_000), wait('early', 1_000)]
    await clock.advance(999)
    expect(woken).toEqual([])
    await clock.advance(1)
    expect(woken).toEqual(['early'])
    await clock.advance(1_000)
    await Promise.all(all)
    expect(woken).toEqual(['early', 'late'])
  })

  it('lets go of whoever no longer wants to wait, and of nobody else', async () => {
    const bell = new Bell()
    const clock = new FakeClock()
    const gone = new AbortController()
    let others = 0
    const staying = bell.wait({ ...LONG, clock, since: bell.rings }).then(() => others++)
    const leaving = bell.wait({ ...LONG, clock, signal: gone.signal, since: bell.rings })
    gone.abort(new Error('no longer'))
    await leaving
    expect({ others, waiting: clock.waiting }).toEqual({ others: 0, waiting: 1 })
    bell.ring()
    await staying
  })

  it('keeps nobody who comes with an aborted signal', async () => {
    const bell = new Bell()
    const clock = new FakeClock()
    await bell.wait({ ...LONG, clock, signal: AbortSignal.abort(), since: bell.rings })
    expect(clock.waiting).toBe(0)
  })

  it('is never missed by one who asked before looking, however rings and looks fall', async () => {
    const moves = fc.array(fc.constantFrom('change', 'look', 'settle'), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(moves, async order => {
        const bell = new Bell()
        const clock = new FakeClock()
        const stop = new AbortController()
        const looks: (() => void)[] = []
        let state = 0
        let seen = 0
        const watching = (async () => {
          while (!stop.signal.aborted) {
            const since = bell.rings
            const found = state // what it reads is of now, and comes to it later
            await new Promise<void>(resolve => looks.push(resolve))
            seen = found
            await bell.wait({ ...LONG, clock, signal: stop.signal, since })
          }
        })()
        const finishLook = (): void => looks.shift()?.()
        for (const move of order) {
          if (move === 'change') {
            state += 1
            bell.ring()
          } else if (move === 'look') finishLook()
          else await clock.advance(0)
        }
        for (let i = 0; i < 3; i++) {
          finishLook()
          await clock.advance(0)
        }
        expect(seen).toBe(state)
        stop.abort()
        finishLook()
        await watching
      }),
    )
  })

  it.each([
    ['holds a program open for whoever waits for an answer', undefined, 'rung'],
    ['does not hold a program open for an idle look-out', 'idle', ''],
  ] as const)('%s', (_, patience, printed) => {
    const program = `
      import { Bell, systemClock as clock } from ${JSON.stringify(new URL('index.ts', import.meta.url).href)}
      const [bell, { signal }] = [new Bell(), new AbortController()]
      const wait = { since: 0, withinMs: 50, clock, signal, patience: ${JSON.stringify(patience)} }
      bell.wait(wait).then(() => console.log('rung'))`
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
    expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: printed, stderr: '' })
  })
})
