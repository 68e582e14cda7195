import { stripVTControlCharacters } from 'node:util'

/** Begins every sequence that colours text. */
export const ESCAPE = '\u001b'

const COLOUR = new RegExp(`(${ESCAPE}\\[[\\d;]*m)`)

/** The text in parts: plain ones at even places, codes that colour what follows at odd ones. */
export function splitColours(text: string): readonly string[] {
  return text.includes(ESCAPE) ? text.split(COLOUR) : [text]
}

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** First and last code points of what terminals draw two columns wide (Unicode TR 11, W and F). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
]

/** Columns that a text takes on a terminal: none for colours and combining marks, two for CJK and emoji. */
export function columnsOf(text: string): number {
  const bare = text.includes(ESCAPE) ? stripVTControlCharacters(text) : text
  if (/^[ -~]*$/.test(bare)) return bare.length
  let columns = 0
  for (const { segment } of GRAPHEMES.segment(bare)) columns += columnsOfGrapheme(segment)
  return columns
}

function columnsOfGrapheme(grapheme: string): number {
  const point = grapheme.codePointAt(0) ?? 0
  if (/^[\p{Mark}\p{Default_Ignorable_Code_Point}\p{Control}]+$/u.test(grapheme)) return 0
  if (/\p{Emoji_Presentation}|\ufe0f/u.test(grapheme)) return 2
  return WIDE.some(([first, last]) => point >= first && point <= last) ? 2 : 1
}

/** The text with spaces behind it, or before it. */
export function pad(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, columns - columnsOf(text)))
  return side === 'left' ? text + space : space + text
}

/** The text, or what of it fits with an ellipsis behind. Colours that it opened are closed. */
export function fit(text: string, columns: number, ellipsis: string): string {
  if (columnsOf(text) <= columns) return text
  const room = columns - columnsOf(ellipsis)
  if (room < 0) return ''
  let taken = ''
  let used = 0
  let coloured = false
  for (const [i, part] of splitColours(text).entries()) {
    if (i % 2 === 1) {
      taken += part
      coloured = true
      continue
    }
    for (const { segment } of GRAPHEMES.segment(part)) {
      used += columnsOfGrapheme(segment)
      if (used > room) return `${taken}${coloured ? `${ESCAPE}[0m` : ''}${ellipsis}`
      taken += segment
    }
  }
  return taken
}

/** Breaks a text between words into lines; CJK, which has no spaces, breaks anywhere. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const joined = line === '' ? word : `${line} ${word}`
    if (columnsOf(joined) <= columns) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    line = ''
    for (const { segment } of GRAPHEMES.segment(word)) {
      if (columnsOf(line + segment) > columns) {
        lines.push(line)
        line = ''
      }
      line += segment
    }
  }
  return line === '' ? lines : [...lines, line]
}
