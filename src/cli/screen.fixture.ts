import { columnsOf, ESCAPE, splitColours } from './terminal/width.ts'

/**
 * What stands on a terminal after this was written to it: as much of ECMA-48 as the command line uses, and an
 * error for any other code. Lines longer than the terminal go on in the next row.
 */
export function screenAfter(
  written: string,
  columns: number,
): { readonly rows: string[]; readonly cursorShown: boolean } {
  /** Cells; one behind a wide character is empty. */
  const rows: string[][] = [[]]
  let row = 0
  let column = 0
  let cursorShown = true
  const present = (): string[] => {
    while (rows.length <= row) rows.push([])
    return rows[row] ?? []
  }
  const put = (char: string): void => {
    const width = columnsOf(char)
    if (column + width > columns) {
      row += 1
      column = 0
    }
    const cells = present()
    while (cells.length < column) cells.push(' ')
    cells.splice(column, width, char, ...Array.from({ length: width - 1 }, () => ''))
    column += width
  }
  const codes = new RegExp(`(${ESCAPE}\\[[?\\d;]*[A-Za-z])`)
  for (const [i, part] of written.split(codes).entries()) {
    if (i % 2 === 0) {
      for (const char of part) {
        if (char === '\r') column = 0
        else if (char === '\n') {
          row += 1
          column = 0
          present()
        } else put(char)
      }
      continue
    }
    const [, count = '', letter = ''] = new RegExp(`^${ESCAPE}\\[(.*)([A-Za-z])$`).exec(part) ?? []
    if (letter === 'A') row = Math.max(0, row - Number(count))
    else if (letter === 'K') present().splice(column)
    else if (letter === 'J') {
      present().splice(column)
      rows.length = row + 1
    } else if (count === '?25') cursorShown = letter === 'h'
    else if (splitColours(part).length !== 3) throw new Error(`an unexpected code: ${JSON.stringify(part)}`)
  }
  return { rows: rows.map(cells => cells.join('')), cursorShown }
}
