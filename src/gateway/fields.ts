/**
 * Header fields, read strictly (RFC 9112, section 5): what two readers could understand differently is
 * refused, since that is how a request is smuggled past the one that counts it. Runs for every request
 * and response (`npm run bench:gateway`), hence the plain loops over character codes.
 */

/** Why a message is refused: the status for its sender, and the reason in words. */
export interface Fault {
  readonly status: number
  readonly reason: string
}

export interface Fields {
  readonly text: string
  /** In lower case. */
  readonly names: readonly string[]
  readonly values: readonly string[]
  /** Where each line begins, and where the last one ends. */
  readonly starts: readonly number[]
}

const CR = 13
const LF = 10
const SPACE = 32
const TAB = 9
const COLON = 58
const MAX_FIELDS = 128

/** Marks the characters of a token (RFC 9110, section 5.6.2). */
export const TOKEN = marks(code => /[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(String.fromCharCode(code)))

/** Marks what a field's value may hold: visible characters, space, tab and obs-text. */
export const FIELD_CONTENT = marks(code => code === TAB || (code >= SPACE && code !== 127))

/** Marks what a request target may hold: visible characters, and the raw UTF-8 that careless clients send. */
export const TARGET = marks(code => code > SPACE && code !== 127)

function marks(belongs: (code: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (belongs(code) ? 1 : 0))
}

/** Reads the field lines of `text` from `from` to its end; each must end with CR LF. */
export function readFields(text: string, from: number): Fields | Fault {
  const names: string[] = []
  const values: string[] = []
  const starts: number[] = []
  const end = text.length
  let at = from
  while (at < end) {
    const nameAt = at
    while (TOKEN[text.charCodeAt(at)] === 1) at++
    if (at === nameAt) return { status: 400, reason: 'a header line begins with no name' }
    if (text.charCodeAt(at) !== COLON) return { status: 400, reason: "a header's name is not followed by a colon" }
    const name = text.slice(nameAt, at).toLowerCase()
    at++
    while (isBlank(text.charCodeAt(at))) at++
    const valueAt = at
    while (FIELD_CONTENT[text.charCodeAt(at)] === 1) at++
    let valueEnd = at
    while (valueEnd > valueAt && isBlank(text.charCodeAt(valueEnd - 1))) valueEnd--
    if (text.charCodeAt(at) !== CR || text.charCodeAt(at + 1) !== LF) {
      return { status: 400, reason: `the value of ${name} holds a control character` }
    }
    at += 2
    names.push(name)
    values.push(text.slice(valueAt, valueEnd))
    starts.push(nameAt)
    if (names.length > MAX_FIELDS) return { status: 431, reason: `more than ${MAX_FIELDS} headers` }
  }
  starts.push(at)
  return { text, names, values, starts }
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}

/** The value of a field, by its name in lower case; of several the first. */
export function fieldValue(fields: Fields, name: string): string | undefined {
  const at = fields.names.indexOf(name)
  return at < 0 ? undefined : fields.values[at]
}

/** The comma-separated tokens of a value, in lower case. */
export function tokensOf(value: string): string[] {
  return value
    .toLowerCase()
    .split(',')
    .map(token => token.trim())
    .filter(token => token !== '')
}

/** Whether a message was refused. */
export function isFault(read: object): read is Fault {
  return 'reason' in read
}

/** What the framing fields of a message say about its body. */
export interface Framing {
  /** Bytes, or −1 where the field is missing. */
  contentLength: number
  chunked: boolean
}

/** Takes in one `Content-Length`. Twice the same is refused, too: nobody honest sends it. */
export function takeContentLength(framing: Framing, value: string): string | undefined {
  if (framing.contentLength >= 0) return 'Content-Length is there twice'
  if (!/^\d{1,15}$/.test(value)) return 'Content-Length is no number'
  framing.contentLength = Number(value)
  return undefined
}

/** The lines of `fields` without those that `drops` names, exactly as they were written. */
export function keepLines(fields: Fields, drops: (name: string, index: number) => boolean): string {
  const { text, names, starts } = fields
  let kept = ''
  let runAt = starts[0] ?? text.length
  for (let i = 0; i < names.length; i++) {
    if (!drops(names[i] ?? '', i)) continue
    kept += text.slice(runAt, starts[i])
    runAt = starts[i + 1] ?? text.length
  }
  return kept + text.slice(runAt)
}
