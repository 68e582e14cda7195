import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml'
import { type Environment, expand, offsetOf } from './environment.ts'
import { type Fault, formatPath, formatPlace, named, type Path, type Place, quoted } from './fault.ts'
import { syntaxFaults } from './syntax.ts'
import type { Entry, ScalarTree, Tree } from './tree.ts'

/** Not `ok` means that the text cannot be read at all, so that nothing can be said about its content. */
export type Parsed =
  | { readonly ok: true; readonly tree: Tree | undefined; readonly faults: readonly Fault[] }
  | { readonly ok: false; readonly faults: readonly Fault[] }

const DEEPEST = 64
/** Aliases multiply: ten lines can stand for a billion values. */
const MOST_ALIASED_VALUES = 100_000

/**
 * Parses one YAML file and puts in the environment. Never throws. The tree is `undefined` when the file
 * holds nothing but comments; a value whose `${…}` cannot be replaced is marked broken.
 */
export function parseTree(text: string, file: string, env: Environment): Parsed {
  const lines = new LineCounter()
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.min(offset, text.length))
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const refuse = (offset: number, message: string): Parsed => ({
    ok: false,
    faults: [faultAt(place(offset), message)],
  })
  try {
    if (text.trim() === '') return refuse(0, 'the file is empty')
    const documents = parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false, // told by `Grower`, with both places
      schema: 'core',
      resolveKnownTags: false,
      keepSourceTokens: false,
    })
    const faults =
      'empty' in documents
        ? syntaxFaults(documents, text)
        : documents.flatMap(document => syntaxFaults(document, text, document))
    if (faults.length > 0) {
      return { ok: false, faults: faults.map(({ offset, message }) => faultAt(place(offset), message)) }
    }
    const [first, second] = documents
    if (second) {
      const separator = text.lastIndexOf('---', second.contents?.range?.[0] ?? second.range[0])
      return refuse(
        Math.max(separator, 0),
        'a second document begins here; keep one a file (a folder may hold several files)',
      )
    }
    if (!first?.contents || isBlank(first.contents)) return { ok: true, tree: undefined, faults: [] }
    return new Grower(first, text, place, env).grow()
  } catch (error) {
    if (error instanceof RangeError) return refuse(0, 'nested too deeply')
    throw error
  }
}

function faultAt(place: Place, message: string): Fault {
  return { ...place, path: '', message }
}

function isBlank(node: Node): boolean {
  return isScalar(node) && node.value === null && !node.source && !node.tag && !node.anchor
}

class TooMuch extends Error {}

/** Turns one document's nodes into a `Tree`; lives for one file. */
class Grower {
  readonly #root: Node | null
  readonly #text: string
  readonly #place: (offset: number) => Place
  readonly #env: Environment
  readonly #targets: ReadonlyMap<Alias, Node>
  readonly #faults: Fault[] = []
  readonly #open = new Set<Node>()
  #aliased = 0
  #inAlias = 0

  constructor(document: Document, text: string, place: (offset: number) => Place, env: Environment) {
    this.#root = document.contents
    this.#text = text
    this.#place = place
    this.#env = env
    this.#targets = resolveAliases(document)
  }

  grow(): Parsed {
    try {
      const tree = this.#grow(this.#root, [])
      return { ok: true, tree, faults: this.#faults }
    } catch (error) {
      if (error instanceof TooMuch) return { ok: false, faults: this.#faults }
      throw error
    }
  }

  /** `emptyOffset` is where a value is said to be that is not written at all: at its key. */
  #grow(node: Node | null, path: Path, emptyOffset?: number): Tree {
    const written = isScalar(node) && node.value === null && node.source === '' ? emptyOffset : undefined
    const offset = written ?? node?.range?.[0] ?? emptyOffset ?? 0
    if (path.length > DEEPEST) this.#giveUp(offset, path, `nested more than ${DEEPEST} levels deep`)
    if (this.#inAlias > 0 && ++this.#aliased > MOST_ALIASED_VALUES) {
      this.#giveUp(offset, path, `the aliases stand for more than ${MOST_ALIASED_VALUES} values`)
    }
    if (isAlias(node)) return this.#growAlias(node, path, offset)
    if (isScalar(node)) return this.#growScalar(node, path, offset)
    if (isMap(node)) {
      const entries = this.#within(node, () => this.#growEntries(node as YAMLMap<Node, Node | null>, path))
      return { kind: 'map', at: this.#place(offset), entries }
    }
    if (isSeq(node)) {
      const items = this.#within(node, () =>
        node.items.map((item, index) => this.#grow(item as Node | null, [...path, index])),
      )
      return { kind: 'list', at: this.#place(offset), items }
    }
    return this.#scalar(null, '', offset)
  }

  #growAlias(alias: Alias, path: Path, offset: number): Tree {
    const target = this.#targets.get(alias)
    if (!target) {
      return this.#broken(
        offset,
        path,
        'no anchor of this name stands before it; a text that begins with * needs quotes',
      )
    }
    if (this.#open.has(target)) return this.#broken(offset, path, 'an alias stands inside its own anchor')
    this.#inAlias += 1
    const tree = this.#grow(target, path)
    this.#inAlias -= 1
    return { ...tree, at: this.#place(offset) }
  }

  #growEntries(map: YAMLMap<Node, Node | null>, path: Path): Map<string, Entry> {
    const entries = new Map<string, Entry>()
    const merged: Pair<Node, Node | null>[] = []
    for (const pair of map.items) {
      const keyOffset = pair.key?.range?.[0] ?? map.range?.[0] ?? 0
      if (isScalar(pair.key) && pair.key.value === '<<' && pair.key.type === 'PLAIN') {
        merged.push(pair)
        continue
      }
      const key = this.#keyOf(pair.key, path, keyOffset)
      if (key === undefined) continue
      const keyAt = this.#place(keyOffset)
      const first = entries.get(key)
      if (first) {
        this.#fault(keyOffset, [...path, key], `${named(key)} is defined twice; first at ${formatPlace(first.keyAt)}`)
        continue
      }
      entries.set(key, { keyAt, tree: this.#grow(pair.value, [...path, key], keyOffset) })
    }
    for (const { value } of merged) this.#merge(value, path, entries)
    return entries
  }

  /** `<<: *base` or `<<: [*a, *b]`: gives the keys that are not there yet; the earlier map wins. */
  #merge(value: Node | null, path: Path, entries: Map<string, Entry>): void {
    for (const source of isSeq(value) ? (value.items as Node[]) : [value]) {
      const offset = source?.range?.[0] ?? value?.range?.[0] ?? 0
      const tree = this.#grow(source, path)
      if (tree.kind === 'map') for (const [key, entry] of tree.entries) if (!entries.has(key)) entries.set(key, entry)
      if (tree.kind !== 'map' && !(tree.kind === 'scalar' && tree.broken)) {
        this.#fault(offset, path, '<< takes a map, or a list of maps')
      }
    }
  }

  #keyOf(key: Node | null, path: Path, offset: number): string | undefined {
    if (!isScalar(key)) {
      this.#fault(offset, path, 'a key must be a text')
      return undefined
    }
    const text = typeof key.value === 'string' ? key.value : (key.source ?? '')
    if (text === '' || text === '__proto__') {
      this.#fault(offset, path, text === '' ? 'a key is empty' : `${named(text)} cannot be a key`)
      return undefined
    }
    return text
  }

  #growScalar(node: Scalar, path: Path, offset: number): ScalarTree {
    const { value } = node
    if (typeof value !== 'string') {
      if (typeof value === 'number' || typeof value === 'boolean' || value === null) {
        return this.#scalar(value, node.source ?? '', offset)
      }
      return this.#broken(offset, path, 'expected a text, a number, true, false or nothing')
    }
    const { text, fromEnvironment, failed } = expand(value, this.#env)
    const written = this.#text.slice(offset, node.range?.[1] ?? offset)
    for (const { ordinal, message } of failed) {
      this.#fault(offset + (offsetOf(ordinal, written) ?? 0), path, message)
    }
    const shown = fromEnvironment || failed.length > 0 ? quoted(value) : quoted(text)
    return { kind: 'scalar', at: this.#place(offset), value: text, shown, fromEnvironment, broken: failed.length > 0 }
  }

  #scalar(value: number | boolean | null, source: string, offset: number): ScalarTree {
    const shown = value === null ? 'nothing' : source
    return { kind: 'scalar', at: this.#place(offset), value, shown, fromEnvironment: false, broken: false }
  }

  #broken(offset: number, path: Path, message: string): ScalarTree {
    this.#fault(offset, path, message)
    return { ...this.#scalar(null, '', offset), broken: true }
  }

  #within<Grown>(node: Node, grow: () => Grown): Grown {
    this.#open.add(node)
    const grown = grow()
    this.#open.delete(node)
    return grown
  }

  #fault(offset: number, path: Path, message: string): void {
    this.#faults.push({ ...this.#place(offset), path: formatPath(path), message })
  }

  #giveUp(offset: number, path: Path, message: string): never {
    this.#fault(offset, path.slice(0, 4), message)
    throw new TooMuch(message)
  }
}

/** What each alias stands for: the last anchor of its name before it, in the order of the text. */
function resolveAliases(document: Document): Map<Alias, Node> {
  const anchors = new Map<string, Node>()
  const targets = new Map<Alias, Node>()
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) {
        const target = anchors.get(node.source)
        if (target) targets.set(node, target)
      } else if ('anchor' in node && node.anchor) anchors.set(node.anchor, node)
    },
  })
  return targets
}
