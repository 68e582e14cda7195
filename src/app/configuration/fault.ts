/** A place in a file. Line and column count from 1; line 0 is the file as a whole. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** One thing that is wrong in a configuration: where, what, and what was expected instead. */
export interface Fault extends Place {
  /** `services.order.strategy.stages[0].weight`; empty for the whole file. */
  readonly path: string
  /** A whole sentence without its place, complete with the value, the expectation and the nearest known key. */
  readonly message: string
  /** What was found, as it is written; never a secret. */
  readonly value?: string
  /** What would have been accepted, in words. */
  readonly expected?: string
  /** The known key or value that was probably meant. */
  readonly nearest?: string
  /** What to do about it, as an imperative phrase. */
  readonly hint?: string
}

export type Path = readonly (string | number)[]

/** `shipwatch.yaml:12:9: services.order.port: expected a number, got "three"`: one line, fit for a terminal. */
export function formatFault(fault: Fault): string {
  const place = fault.line === 0 ? fault.file : `${fault.file}:${fault.line}:${fault.column}`
  const path = fault.path === '' ? '' : `${fault.path}: `
  const hint = fault.hint === undefined ? '' : `; ${fault.hint}`
  return printable(`${place}: ${path}${fault.message}${hint}`)
}

/** `file:line:column`, for a message that names a second place. */
export function formatPlace(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`
}

/** `['services', 'order', 'stages', 0]` → `services.order.stages[0]`; a key that would be ambiguous is quoted. */
export function formatPath(path: Path): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (/^[\p{L}\p{N}_-]+$/u.test(step)) text += text === '' ? step : `.${step}`
    else text += `[${quoted(step)}]`
  }
  return text
}

/** The faults in the order in which a reader meets them: file by file, from the top down, none twice. */
export function inOrder(faults: readonly Fault[], files: readonly string[]): Fault[] {
  const rank = new Map(files.map((file, index) => [file, index]))
  const seen = new Set<string>()
  return faults
    .toSorted(
      (a, b) =>
        (rank.get(a.file) ?? files.length) - (rank.get(b.file) ?? files.length) ||
        a.line - b.line ||
        a.column - b.column,
    )
    .filter(fault => {
      const text = formatFault(fault)
      if (seen.has(text)) return false
      seen.add(text)
      return true
    })
}

const LONGEST_SHOWN = 60

/** A text in double quotes, on one line, cut where it gets long. */
export function quoted(text: string): string {
  const cut = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text
  return printable(JSON.stringify(cut))
}

/** “weight”: how a key is written in a sentence. */
export function named(key: string): string {
  return `“${quoted(key).slice(1, -1).replaceAll('\\"', '"').replaceAll('\\\\', '\\')}”`
}

/** `a`, `a or b`, `a, b or c`. */
export function either(choices: readonly string[]): string {
  const last = choices.at(-1) ?? ''
  if (choices.length < 2) return last
  return `${choices.slice(0, -1).join(', ')} or ${last}`
}

/** Writes out what would steer a terminal or reorder a line: control characters and bidirectional marks. */
function printable(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, // oxlint-disable-line no-control-regex
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
