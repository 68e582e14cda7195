import type { EntryView } from '../../client/index.ts'
import { grid } from '../terminal/grid.ts'
import type { Look } from '../terminal/look.ts'
import { clockTime, localTime, timeOf } from '../words.ts'

/** What an entry says: its reason, or else the plain values that it carries. */
export function entryWords({ reason, data }: EntryView): string {
  if (reason) return reason
  if (typeof data['name'] === 'string') return data['name']
  return Object.entries(data)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(', ')
}

/** Lines of one release's story: when, what, why. */
export function drawStory(entries: readonly EntryView[], look: Look, indent = 2): string[] {
  const rows = entries.map(entry => [
    look.paint.dim(clockTime(timeOf(entry.at), look.zone)),
    entry.kind.replace(/^release\./, ''),
    entryWords(entry),
  ])
  return grid(rows, look, { indent })
}

/**
 * Lines of the logbook: time, kind, subject, who, why. `widths` keeps the columns of lines that are drawn one
 * by one in step; it is grown by each call.
 */
export function drawEntries(entries: readonly EntryView[], look: Look, widths: number[] = []): string[] {
  const rows = entries.map(entry => [
    look.paint.dim(localTime(timeOf(entry.at), look.zone)),
    entry.kind,
    entry.service !== undefined && !entry.subject.startsWith('service/')
      ? `${entry.service} ${entry.subject}`
      : entry.subject,
    entry.actor,
    entryWords(entry),
  ])
  return grid(rows, look, { least: widths })
}
