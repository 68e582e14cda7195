import { pause } from '../../kernel/index.ts'
import type { Session } from '../session.ts'
import { orStopped } from '../stopping.ts'
import { canRedraw, printable } from '../terminal/look.ts'
import { ESCAPE, fit } from '../terminal/width.ts'
import { roughSeconds } from '../words.ts'

const EVERY_MS = 1_000

/**
 * Waits for work, and says so beside the output: on a terminal one line that counts the seconds and is gone when the
 * work is over, elsewhere a line at the beginning, with `--json` nothing. Rejects with `Interrupted` on Ctrl-C.
 */
export async function withProgress<Result>(session: Session, what: string, work: Promise<Result>): Promise<Result> {
  const { io, clock, json } = session
  const over = new AbortController()
  const inPlace = canRedraw({ stdout: io.stderr, env: io.env })
  if (!json && !inPlace) session.remark(what)
  const shown = !json && inPlace ? tick(session, what, clock.elapsed(), over.signal) : Promise.resolve()
  try {
    return await orStopped(work, io.signal)
  } finally {
    over.abort()
    await shown
  }
}

async function tick({ io, clock, look }: Session, what: string, begunMs: number, signal: AbortSignal): Promise<void> {
  do {
    const waitedMs = clock.elapsed() - begunMs
    const text = waitedMs < EVERY_MS ? what : `${what} ${roughSeconds(waitedMs)}`
    const room = (io.stderr.columns || 80) - 1
    io.stderr.write(`\r${fit(printable(text, look), room, look.glyphs.ellipsis)}${ESCAPE}[K`)
  } while (await pause(clock, EVERY_MS, signal))
  io.stderr.write(`\r${ESCAPE}[K`)
}
