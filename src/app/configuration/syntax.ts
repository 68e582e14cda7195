import { type Document, isCollection, isScalar, visit, type YAMLError } from 'yaml'

/** A place in the text where YAML's own rules are broken, in words for people. */
export interface SyntaxFault {
  readonly offset: number
  readonly message: string
}

const LINE_UP = 'the indentation does not line up with the lines above'
const SECOND_PAIR = 'a second “key: value” on one line; a text with “: ” in it needs quotes'
const UNCLOSED_QUOTE = 'a quote is opened here and never closed'
const UNCLOSED = 'a bracket is opened here and never closed'
const QUOTE_IT = 'a text that begins with this character needs quotes'

/**
 * What the parser's complaints mean. The parser's own words are never passed on: they quote the source,
 * which may be a secret.
 */
const MEANINGS: readonly (readonly [code: string, about: RegExp, message: string])[] = [
  ['TAB_AS_INDENT', /./, 'a tab is used for indentation; use spaces'],
  ['BAD_INDENT', /end with a [\]}]/, UNCLOSED],
  ['BAD_INDENT', /./, LINE_UP],
  ['MISSING_CHAR', /closing .quote/, UNCLOSED_QUOTE],
  ['MISSING_CHAR', /end with a [\]}]/, UNCLOSED],
  ['MISSING_CHAR', /Missing ,/, 'a comma is missing before this'],
  ['MISSING_CHAR', /followed by map values/, 'a key without a value; write “key: value”'],
  ['MISSING_CHAR', /Sequence item without/, 'an item of a list begins with “- ”'],
  ['MISSING_CHAR', /Missing space after :/, 'a space is missing after the colon'],
  ['MISSING_CHAR', /Comments must be/, 'a comment needs a space before its #; a text with # in it needs quotes'],
  [
    'MISSING_CHAR',
    /Tags and anchors/,
    'a space is missing after the anchor or tag; a text that begins with & or ! needs quotes',
  ],
  [
    'BLOCK_AS_IMPLICIT_KEY',
    /Nested mappings/,
    'a second “key: value” on one line; a text with “: ” in it needs quotes',
  ],
  ['BLOCK_AS_IMPLICIT_KEY', /./, LINE_UP],
  ['MULTILINE_IMPLICIT_KEY', /./, 'a key must stand on one line, with a colon after it'],
  ['KEY_OVER_1024_CHARS', /./, 'a key is longer than 1024 characters; is its colon missing?'],
  ['BLOCK_IN_FLOW', /./, 'a comma is missing, or indented lines stand inside […] or {…}'],
  ['BAD_SCALAR_START', /./, QUOTE_IT],
  ['BAD_DQ_ESCAPE', /./, 'no such escape; in double quotes write \\\\ for a backslash, or use single quotes'],
  ['BAD_DIRECTIVE', /./, 'an unknown directive; a text that begins with % needs quotes'],
  ['BAD_ALIAS', /./, 'an incomplete anchor or alias; a text that begins with & or * needs quotes'],
  ['ALIAS_PROPS', /./, 'an alias cannot have an anchor or a tag of its own'],
  ['MULTIPLE_ANCHORS', /./, 'a value can have one anchor only'],
  ['MULTIPLE_TAGS', /./, 'a value can have one tag only'],
  ['BAD_PROP_ORDER', /./, 'the anchor or tag belongs after the “-”, “?” or “:”'],
  ['TAG_RESOLVE_FAILED', /./, 'an unknown tag, or one that does not fit; a text that begins with ! needs quotes'],
  ['BAD_COLLECTION_TYPE', /./, 'the tag does not fit what follows it'],
  ['RESOURCE_EXHAUSTION', /./, 'nested too deeply'],
  ['UNEXPECTED_TOKEN', /block-seq-ind/, 'a list begins on the line after its key'],
  ['UNEXPECTED_TOKEN', /Block scalar header|Not a YAML token/, 'nothing but a comment may follow | or > on its line'],
  [
    'UNEXPECTED_TOKEN',
    /node end/,
    'this does not belong after the value before it; a text with quotes or brackets in it needs quotes around it',
  ],
]

interface Complaints {
  readonly errors: readonly YAMLError[]
  readonly warnings: readonly YAMLError[]
}

/** The complaints of the parser in the order of the text, at most one a line: the rest follow from the first. */
export function syntaxFaults(parsed: Complaints, text: string, document?: Document): SyntaxFault[] {
  const faults: SyntaxFault[] = []
  let endOfLine = -1
  const complaints = [...parsed.errors, ...parsed.warnings].toSorted((a, b) => a.pos[0] - b.pos[0])
  for (const complaint of complaints) {
    if (complaint.pos[0] <= endOfLine) continue
    faults.push(explainSyntax(complaint, text, complaints, document))
    const newline = text.indexOf('\n', complaint.pos[0])
    endOfLine = newline === -1 ? text.length : newline
  }
  return faults
}

function explainSyntax(
  complaint: YAMLError,
  text: string,
  all: readonly YAMLError[],
  document?: Document,
): SyntaxFault {
  const offset = complaint.pos[0]
  const meaning = MEANINGS.find(([code, about]) => code === complaint.code && about.test(complaint.message))
  const message = meaning?.[2] ?? 'this does not belong here'
  if (document && (message === UNCLOSED || message === UNCLOSED_QUOTE)) {
    return { offset: openedAt(document, offset, message), message }
  }
  const multiline = all.some(other => other.code === 'MULTILINE_IMPLICIT_KEY' && other.pos[0] === offset)
  if (message === SECOND_PAIR && multiline)
    return { offset, message: 'a key with a value beside it has keys below it, too' }
  // `{` opens a map inside brackets, so an unquoted ${NAME} there is read as a map.
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const reference = /[[{,].*(?=\$\{?$)/.exec(text.slice(lineStart, offset + 1).trimEnd())
  if (reference) {
    const dollar = lineStart + reference.index + reference[0].length
    return { offset: dollar, message: 'inside […] or {…}, write "${NAME}" in quotes' }
  }
  return { offset, message }
}

/** The parser reports an open quote or bracket where the text ends; a reader looks for where it began. */
function openedAt(document: Document, end: number, message: string): number {
  let offset = end
  visit(document, {
    Node(_, node) {
      const fits = isScalar(node)
        ? message === UNCLOSED_QUOTE && node.type?.startsWith('QUOTE_')
        : isOpenBracket(node, message)
      if (fits && node.range && node.range[0] <= end && node.range[1] >= end - 1) offset = node.range[0]
    },
  })
  return offset
}

function isOpenBracket(node: unknown, message: string): boolean {
  return message === UNCLOSED && isCollection(node) && node.flow === true
}
