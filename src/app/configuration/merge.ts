import { type Fault, formatPath, formatPlace, named } from './fault.ts'
import type { Entry, MapTree, Tree } from './tree.ts'

/** Top-level keys that begin so hold anchors for the rest of the file, and mean nothing themselves. */
const SCRATCH = 'x-'

/**
 * Lays the files of a folder together: what each says of a section (`services`, `targets`) is one section.
 * What two files both say is a fault, which names both places.
 */
export function mergeTrees(trees: readonly Tree[]): { readonly root: MapTree; readonly faults: readonly Fault[] } {
  const sections = new Map<string, Entry>()
  const faults: Fault[] = []
  for (const tree of trees) {
    if (tree.kind !== 'map') {
      if (tree.kind === 'list' || !tree.broken) faults.push(notAMap(tree))
      continue
    }
    for (const [name, entry] of tree.entries) {
      if (name.startsWith(SCRATCH)) continue
      const before = sections.get(name)
      if (before === undefined) sections.set(name, entry)
      else if (before.tree.kind === 'map' && entry.tree.kind === 'map') {
        const { entries, twice } = mergeSections(name, before.tree, entry.tree)
        sections.set(name, { keyAt: before.keyAt, tree: { kind: 'map', at: before.tree.at, entries } })
        faults.push(...twice)
      } else faults.push(definedTwice([name], before, entry))
    }
  }
  const at = trees[0]?.at ?? { file: '', line: 0, column: 0 }
  return { root: { kind: 'map', at: { file: at.file, line: 1, column: 1 }, entries: sections }, faults }
}

function mergeSections(
  section: string,
  before: MapTree,
  after: MapTree,
): { entries: Map<string, Entry>; twice: Fault[] } {
  const entries = new Map(before.entries)
  const twice: Fault[] = []
  for (const [name, entry] of after.entries) {
    const first = entries.get(name)
    if (first) twice.push(definedTwice([section, name], first, entry))
    else entries.set(name, entry)
  }
  return { entries, twice }
}

function definedTwice(path: readonly string[], first: Entry, second: Entry): Fault {
  const message = `${named(path.at(-1) ?? '')} is defined twice; first at ${formatPlace(first.keyAt)}`
  return { ...second.keyAt, path: formatPath(path), message }
}

function notAMap(tree: Tree): Fault {
  const expected = 'a map of settings'
  const got = tree.kind === 'list' ? 'a list' : 'a single value'
  return { ...tree.at, path: '', message: `expected ${expected}, got ${got}`, expected, value: got }
}
