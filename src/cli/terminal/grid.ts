import type { Look } from './look.ts'
import { columnsOf, fit, pad } from './width.ts'

export interface GridOptions {
  /** Columns whose text stands at the right, as numbers do. */
  readonly right?: readonly number[]
  readonly indent?: number
  /** Columns that are left out, in this order, while the terminal is too narrow for all. */
  readonly drops?: readonly number[]
  /** The column that gives way first when the terminal is narrow; the last one by default. */
  readonly gives?: number
  /** Widths that columns have at least; grown to those that were drawn, so that later lines stand below earlier ones. */
  readonly least?: number[]
}

const GAP = 2

/** Lines of aligned columns that fit the terminal. Empty columns are left out. */
export function grid(rows: readonly (readonly string[])[], look: Look, options: GridOptions = {}): string[] {
  const { right = [], indent = 0, least = [] } = options
  const count = Math.max(0, ...rows.map(row => row.length))
  const widest = Array.from({ length: count }, (_, i) =>
    Math.max(least[i] ?? 0, ...rows.map(row => columnsOf(row[i] ?? ''))),
  )
  least.splice(0, least.length, ...widest.slice(0, -1))
  for (const column of options.drops ?? []) if (totalOf(widest) > look.width - indent) widest[column] = 0
  const widths = squeeze(widest, look.width - indent, options.gives ?? count - 1)
  const lastShown = widths.findLastIndex(width => width > 0)
  return rows.map(row => {
    const cells = widths.flatMap((width, i) => {
      if (width === 0) return []
      const text = fit(row[i] ?? '', width, look.glyphs.ellipsis)
      if (right.includes(i)) return [pad(text, width, 'right')]
      return [i === lastShown ? text : pad(text, width)]
    })
    return `${' '.repeat(indent)}${cells.join(' '.repeat(GAP))}`.trimEnd()
  })
}

/** Makes columns narrower until they fit: first the one that gives way, then whichever is widest. */
function squeeze(widths: readonly number[], room: number, gives: number): number[] {
  const narrow = [...widths]
  const takeFrom = (index: number, least: number): void => {
    const width = narrow[index] ?? 0
    narrow[index] = Math.max(Math.min(width, least), width - Math.max(0, totalOf(narrow) - room))
  }
  if (totalOf(narrow) > room) takeFrom(gives, 12)
  while (totalOf(narrow) > room) {
    const index = narrow.indexOf(Math.max(...narrow))
    if ((narrow[index] ?? 0) <= 4) break
    takeFrom(index, Math.max(4, (narrow[index] ?? 0) - 4))
  }
  return narrow
}

function totalOf(widths: readonly number[]): number {
  const shown = widths.filter(width => width > 0)
  return shown.reduce((sum, width) => sum + width, 0) + GAP * Math.max(0, shown.length - 1)
}
