import type { LiveEvent } from '../hub/contract.ts'
import { type Clock, timeOf } from './clock.ts'
import { beginLiveness, GIVE_UP_AFTER_MS, type Happening, heed, type Liveness, pauseMs } from './liveness.ts'

export interface ConnectionOptions {
  readonly url: string
  readonly clock: Clock
  /** A number from 0 to below 1. */
  readonly random: () => number
  readonly onEvent: (event: LiveEvent) => void
  readonly onChange: (live: Liveness) => void
  /**
   * Asked when a connection was refused for good: the browser does not tell why. `false` when nobody is signed in
   * any more, so that there is no point in trying again.
   */
  readonly mayTryAgain: () => Promise<boolean>
}

export interface Connection {
  /** Tries at once, whatever pause was to be made. */
  tryNow(): void
  close(): void
}

const NAMES = ['entry', 'release', 'anew', 'pulse'] as const
/** The hub keeps to the contract; its own tests hold it to it. */
function eventOf(event: LiveEvent['event'], text: string): LiveEvent {
  const data: never = JSON.parse(text) as never
  return { event, data }
}

const LOOK_EVERY_MS = 1_000

/**
 * One stream of events from the hub for the whole console. The browser reconnects a broken one by itself, and says
 * which entry it saw last; one that was refused, or is silent for too long, is opened anew here.
 */
export function connect(options: ConnectionOptions): Connection {
  const { url, clock, random, onEvent, onChange, mayTryAgain } = options
  let live = beginLiveness(clock.now())
  let source: EventSource | undefined
  let callOff: (() => void) | undefined
  let closed = false

  const happen = (happening: Happening): void => {
    const next = heed(live, happening)
    const changed = next.state !== live.state || next.failures !== live.failures || next.gaps !== live.gaps
    live = next
    if (changed || happening.kind === 'heard') onChange(live)
  }

  const open = (): void => {
    callOff?.()
    callOff = undefined
    source?.close()
    const opened = new EventSource(url)
    source = opened
    opened.addEventListener('open', () => happen({ kind: 'opened', atMs: clock.now() }))
    opened.addEventListener('error', () => {
      happen({ kind: 'lost', atMs: clock.now() })
      if (opened.readyState === EventSource.CLOSED && source === opened) openLater()
    })
    for (const name of NAMES) {
      opened.addEventListener(name, ({ data }: MessageEvent<string>) => {
        const event = eventOf(name, data)
        const hubMs = event.event === 'pulse' ? { hubMs: timeOf(event.data.at) } : {}
        happen({ kind: 'heard', atMs: clock.now(), ...hubMs })
        onEvent(event)
      })
    }
  }

  const openLater = (): void => {
    callOff?.()
    callOff = clock.after(pauseMs(live.failures, random()), () => {
      void mayTryAgain().then(
        may => (may && !closed ? open() : undefined),
        () => {
          if (closed) return
          happen({ kind: 'lost', atMs: clock.now() })
          openLater()
        },
      )
    })
  }

  const stopLooking = clock.every(LOOK_EVERY_MS, () => {
    const atMs = clock.now()
    happen({ kind: 'time-passed', atMs })
    const isSilent = source?.readyState === EventSource.OPEN && atMs - live.lastMs > GIVE_UP_AFTER_MS
    if (isSilent) open()
  })

  open()
  return {
    tryNow: open,
    close() {
      closed = true
      callOff?.()
      stopLooking()
      source?.close()
    },
  }
}
