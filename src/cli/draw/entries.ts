import type { EntryView } from '../../client/index.ts'
import { grid } from '../terminal/grid.ts'
import type { Look } from '../terminal/look.ts'
import { clockTime, localTime, timeOf } from '../words.ts'
import { behind } from './labelled.ts'

/** What an entry says: its reason, or else the plain values that it carries. */
export function entryWords({ reason, data }: EntryView): string {
  if (reason) return reason
  if (typeof data['name'] === 'string') return data['name']
  return Object.entries(data)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(', ')
}

const INDENT = 2

/** One release's story: when, what, why; one line each. */
export function drawLatest(entries: readonly EntryView[], look: Look): string[] {
  const rows = entries.map(entry => [...whenAndWhat(entry, look), entryWords(entry)])
  return grid(rows, look, { indent: INDENT })
}

/** The same with all that was said, in as many lines as it takes. */
export function drawTimeline(entries: readonly EntryView[], look: Look): string[] {
  const lines = grid(
    entries.map(entry => whenAndWhat(entry, look)),
    look,
    { indent: INDENT },
  )
  return behind(lines, entries.map(entryWords), look, INDENT * 2)
}

function whenAndWhat(entry: EntryView, look: Look): string[] {
  return [look.paint.dim(clockTime(timeOf(entry.at), look.zone)), entry.kind.replace(/^release\./, '')]
}

/**
 * Lines of the logbook: time, kind, subject, who, why. `widths` keeps the columns of entries that are drawn
 * one by one in step; each call may make them wider.
 */
export function drawEntries(entries: readonly EntryView[], look: Look, widths: number[] = []): string[] {
  const rows = entries.map(entry => [
    look.paint.dim(localTime(timeOf(entry.at), look)),
    entry.kind,
    subjectWords(entry),
    entry.actor,
  ])
  return behind(grid(rows, look, { least: widths, drops: [3] }), entries.map(entryWords), look, INDENT * 2)
}

/** `order rel_01jd…`: an id says by its beginning what it is the id of. */
function subjectWords({ subject, service }: EntryView): string {
  const bare = subject.replace(/^release\/(?=rel_)/, '')
  return service === undefined || subject === `service/${service}` ? bare : `${service} ${bare}`
}
