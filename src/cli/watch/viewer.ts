import type { EntryView, ReleaseView } from '../../client/index.ts'
import { draw } from '../draw/release.ts'
import type { Session } from '../session.ts'
import { canRedraw, type Look, lookOf, printable } from '../terminal/look.ts'
import { columnsOf, ESCAPE, fit, wrap } from '../terminal/width.ts'
import { offset, roughSeconds } from '../words.ts'
import { changes } from './changes.ts'

/** One look at a release. */
export interface Sight {
  readonly release: ReleaseView
  readonly entries: readonly EntryView[]
  readonly nowMs: number
  /** Since the watching began. */
  readonly elapsedMs: number
  /** Since when, and why, the hub does not answer. */
  readonly away?: { readonly forMs: number; readonly why: string }
}

/** Shows what is seen, each in its own way. */
export interface Viewer {
  show(sight: Sight): void
  close(): void
}

/** A picture on a terminal, lines elsewhere, documents with `--json`. */
export function viewerFor(session: Session): Viewer {
  if (session.json) return jsonViewer(session)
  return canRedraw(session.io) ? pictureViewer(session) : lineViewer(session)
}

function jsonViewer(session: Session): Viewer {
  let shown: number | undefined
  return {
    show({ release }) {
      if (release.revision === shown) return
      shown = release.revision
      session.printJson(release)
    },
    close() {},
  }
}

function lineViewer(session: Session): Viewer {
  let before: ReleaseView | undefined
  let away = false
  return {
    show(sight) {
      const { release, nowMs, elapsedMs } = sight
      const lines = changes(before, release, nowMs, session.look)
      if (sight.away && !away) lines.push(`${sight.away.why}; trying again`)
      if (!sight.away && away) lines.push('the hub answers again')
      session.print(lines.map(line => offset(elapsedMs).padEnd(9) + line))
      before = release
      away = sight.away !== undefined
    },
    close() {},
  }
}

/** Redraws one picture in place; the last one stays when it is closed. */
function pictureViewer({ io, globals }: Session): Viewer {
  let shown: readonly string[] = []
  return {
    show(sight) {
      // The window may have changed its size.
      const look = lookOf(io, !globals.noColor)
      const lines = picture(sight, look)
      io.stdout.write(repaint(shown, lines, look.width))
      shown = lines
    },
    close() {
      if (shown.length > 0) io.stdout.write(`${ESCAPE}[?25h`)
    },
  }
}

/** The lines of a sight as they may stand on a terminal of this size: none too long, not too many. */
function picture({ release, entries, nowMs, away }: Sight, look: Look): readonly string[] {
  const news = away
    ? wrap(
        `the hub has not answered for ${roughSeconds(away.forMs)} (${away.why}); this may be out of date; trying again`,
        look.width,
      )
    : []
  const room = Math.max(1, look.rows - 1 - news.length)
  let kept = entries
  let lines = draw(release, kept, nowMs, look)
  while (lines.length > room && kept.length > 0) {
    kept = kept.slice(1)
    lines = draw(release, kept, nowMs, look)
  }
  if (lines.length > room) lines = lines.filter(line => line !== '').slice(0, room)
  const all = [...lines, ...news.map(look.paint.yellow)]
  return all.map(line => fit(printable(line, look), look.width, look.glyphs.ellipsis))
}

/** What to write so that `next` stands where `shown` stood. */
export function repaint(shown: readonly string[], next: readonly string[], columns: number): string {
  // Lines that were drawn for a wider window take more than one row in a narrower one.
  const rows = shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(columnsOf(line) / columns)), 0)
  const back = rows === 0 ? `${ESCAPE}[?25l` : `${ESCAPE}[${rows}A\r`
  return `${back}${next.map(line => `${line}${ESCAPE}[K\n`).join('')}${ESCAPE}[J`
}
