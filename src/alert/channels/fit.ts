/** A piece of a message: plain text, and how it is written in the format of a channel. */
export interface Piece {
  readonly text: string
  /** Escapes the text and puts around it what belongs there. */
  readonly write: (text: string) => string
}

interface Room {
  readonly most: number
  /** What counts against `most`: of two texts together it is the sum. */
  readonly size: (written: string) => number
  /** Says that something is missing; written at the end where something is. */
  readonly note: string
}

/** Bytes of UTF-8. */
export const sizeBytes = (text: string): number => Buffer.byteLength(text)

/** Bytes that a text takes inside a JSON string: what its escapes add counts too. */
export const sizeInJson = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2

/**
 * Writes pieces one after the other as long as there is room; the one that reaches over the end is cut where
 * a reader would pause, never within a character, and a note says so.
 */
export function fit(pieces: readonly Piece[], { most, size, note }: Room): string {
  const tidied = pieces.map(({ text, write }) => ({ text: tidy(text), write }))
  const whole = tidied.map(({ text, write }) => write(text)).join('')
  if (size(whole) <= most) return whole
  let written = ''
  let left = most - size(note)
  for (const { text, write } of tidied) {
    const all = write(text)
    if (size(all) <= left) {
      written += all
      left -= size(all)
      continue
    }
    const room = left
    const cut = beginningOf(text, some => size(write(`${some}…`)) <= room)
    if (cut !== '') written += write(`${cut}…`)
    break
  }
  return written + note
}

/** At most so many bytes of a text, cut where a reader would pause. */
export function cutTo(text: string, mostBytes: number): string {
  const tidied = tidy(text)
  if (sizeBytes(tidied) <= mostBytes) return tidied
  return `${beginningOf(tidied, some => sizeBytes(some) + sizeBytes('…') <= mostBytes)}…`
}

/** Without halves of characters, control characters, and marks that turn the direction of writing around. */
export function tidy(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, ' ')
    .replace(/(?!\n)\p{Cc}|[\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]/gu, '')
}

/** The same on one line. */
export function oneLine(text: string): string {
  return tidy(text).replace(/\s+/g, ' ').trim()
}

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** The longest beginning that `fits`, shortened to the last pause where one is near. `fits` holds up to some length. */
function beginningOf(text: string, fits: (some: string) => boolean): string {
  let low = 0
  let high = text.length
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(text.slice(0, middle).toWellFormed())) low = middle
    else high = middle - 1
  }
  const end = low >= text.length ? low : (GRAPHEMES.segment(text).containing(low)?.index ?? low)
  const longest = text.slice(0, end)
  const pause = Math.max(...['\n', ' ', '。', '；', '，', '、'].map(mark => longest.lastIndexOf(mark)))
  return longest.slice(0, pause > (longest.length * 3) / 4 ? pause : longest.length).trimEnd()
}
