import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LiveEvent } from '../hub/contract.ts'
import type { Clock } from './clock.ts'
import { type Connection, connect } from './connection.ts'
import type { Liveness } from './liveness.ts'

/** The browser's, as far as a connection looks at it; the test says what arrives. */
class Source extends EventTarget {
  static readonly OPEN = 1
  static readonly CLOSED = 2
  readyState = 0

  opens(): void {
    this.readyState = Source.OPEN
    this.dispatchEvent(new Event('open'))
  }

  says(name: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }))
  }

  /** Refused for good, as with 401 or 503; or broken, and the browser tries again by itself. */
  fails(isForGood: boolean): void {
    this.readyState = isForGood ? Source.CLOSED : 0
    this.dispatchEvent(new Event('error'))
  }

  close(): void {
    this.readyState = Source.CLOSED
  }
}

describe('the connection', () => {
  let sources: Source[]
  let nowMs: number
  let later: { readonly atMs: number; readonly call: () => void }[]
  let tick: () => void
  let changes: Liveness[]
  let events: LiveEvent[]
  let mayTryAgain: () => Promise<boolean>
  let connection: Connection

  const live = (): Liveness | undefined => changes.at(-1)
  const source = (): Source => {
    const last = sources.at(-1)
    if (!last) throw new Error('nothing was opened')
    return last
  }

  beforeEach(() => {
    ;[sources, later, changes, events, nowMs] = [[], [], [], [], 1_000]
    mayTryAgain = () => Promise.resolve(true)
    vi.stubGlobal(
      'EventSource',
      class extends Source {
        constructor() {
          super()
          sources.push(this)
        }
      },
    )
    const clock: Clock = {
      now: () => nowMs,
      after(delayMs, call) {
        const planned = { atMs: nowMs + delayMs, call }
        later.push(planned)
        return () => {
          later = later.filter(one => one !== planned)
        }
      },
      every(_, call) {
        tick = call
        return () => {
          tick = () => undefined
        }
      },
    }
    connection = connect({
      url: '/api/v1/live',
      clock,
      random: () => 1,
      onEvent: event => events.push(event),
      onChange: next => changes.push(next),
      mayTryAgain: () => mayTryAgain(),
    })
  })
  afterEach(() => {
    connection.close()
    vi.unstubAllGlobals()
  })

  function pass(spanMs: number): void {
    nowMs += spanMs
    const due = later.filter(({ atMs }) => atMs <= nowMs)
    later = later.filter(({ atMs }) => atMs > nowMs)
    for (const { call } of due) call()
    tick()
  }

  it('passes events on, and learns the hub’s time from its pulse', () => {
    source().opens()
    source().says('pulse', { at: '1970-01-01T00:00:05Z' })
    expect(events).toEqual([{ event: 'pulse', data: { at: '1970-01-01T00:00:05Z' } }])
    expect(live()).toMatchObject({ state: 'live', aheadMs: 4_000 })
  })

  it('leaves a broken connection to the browser, which knows what it saw last', () => {
    source().opens()
    source().fails(false)
    expect(live()?.state).toBe('stale')
    pass(60_000)
    expect(sources).toHaveLength(1)
    source().opens()
    expect(live()).toMatchObject({ state: 'live', gaps: 1 })
  })

  it('opens a refused one anew after a pause that grows, once it is known that somebody is signed in', async () => {
    source().fails(true)
    pass(999)
    expect(sources).toHaveLength(1)
    pass(1)
    await vi.waitFor(() => expect(sources).toHaveLength(2))
    source().fails(true)
    expect(later.map(({ atMs }) => atMs - nowMs)).toEqual([2_000])
  })

  it('stops trying when nobody is signed in, and goes on when the hub could not even be asked', async () => {
    mayTryAgain = () => Promise.reject(new Error('no answer'))
    source().fails(true)
    pass(1_000)
    await vi.waitFor(() => expect(later).toHaveLength(1))
    mayTryAgain = () => Promise.resolve(false)
    pass(2_000)
    await Promise.resolve()
    expect(later).toHaveLength(0)
    expect(sources).toHaveLength(1)
  })

  it('says that it is stale after 12 s of silence, and gives the connection up after 30', () => {
    source().opens()
    pass(12_000)
    expect(live()).toMatchObject({ state: 'stale', failures: 0 })
    expect(sources).toHaveLength(1)
    pass(19_000)
    expect(sources).toHaveLength(2)
    expect(sources[0]?.readyState).toBe(Source.CLOSED)
  })

  it('tries at once when asked to, and never again once closed', () => {
    source().fails(true)
    connection.tryNow()
    expect(sources).toHaveLength(2)
    expect(later).toHaveLength(0)
    connection.close()
    pass(60_000)
    expect(sources).toHaveLength(2)
  })
})
