import type { Look } from '../terminal/look.ts'
import { columnsOf, pad, wrap } from '../terminal/width.ts'

const LABEL = 12
const INDENT = 2

/** Columns that are left behind a label. */
export function roomOf({ width }: Pick<Look, 'width'>): number {
  return Math.max(10, width - LABEL - INDENT)
}

/** A name, and beside it what belongs to it, in as many lines as that takes. */
export function labelled(name: string, text: string, look: Look, ink = (line: string): string => line): string[] {
  return wrap(text, roomOf(look)).map((line, i) => beside(name, i, ink(line)))
}

/** The same for what is a picture already, and must not be broken. */
export function labelledLine(name: string, line: string): string {
  return beside(name, 0, line)
}

function beside(name: string, line: number, text: string): string {
  return `${' '.repeat(INDENT)}${pad(line === 0 ? name : '', LABEL)}${text}`
}

/** Parts with an empty line between them; empty ones are left out. */
export function spaced(...parts: readonly (readonly string[])[]): string[] {
  const lines: string[] = []
  for (const part of parts) {
    if (part.length === 0) continue
    if (lines.length > 0) lines.push('')
    lines.push(...part)
  }
  return lines
}

/** Room behind aligned columns that is worth filling; with less, the words go below. */
const WORTH_FILLING = 30

/** Words behind each line, broken so that all of them can be read. */
export function behind(lines: readonly string[], words: readonly string[], look: Look, indent: number): string[] {
  const start = Math.max(0, ...lines.map(columnsOf)) + 2
  return lines.flatMap((line, i) => {
    const said = words[i] ?? ''
    if (said === '') return [line]
    if (look.width - start >= Math.min(WORTH_FILLING, columnsOf(said))) {
      const [first = '', ...rest] = wrap(said, look.width - start)
      return [pad(line, start) + first, ...rest.map(more => ' '.repeat(start) + more)]
    }
    return [line, ...wrap(said, look.width - indent).map(more => ' '.repeat(indent) + more)]
  })
}
