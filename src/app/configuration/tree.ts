import type { Path, Place } from './fault.ts'

/** What stands in a file, every part of it with its place. */
export type Tree = MapTree | ListTree | ScalarTree

export interface MapTree {
  readonly kind: 'map'
  readonly at: Place
  readonly entries: ReadonlyMap<string, Entry>
}

export interface Entry {
  readonly keyAt: Place
  readonly tree: Tree
}

interface ListTree {
  readonly kind: 'list'
  readonly at: Place
  readonly items: readonly Tree[]
}

export interface ScalarTree {
  readonly kind: 'scalar'
  readonly at: Place
  readonly value: string | number | boolean | null
  /** As it is written, before anything from the environment is put in: what a message may show. */
  readonly shown: string
  readonly fromEnvironment: boolean
  /** A fault of its own has been told; what follows from it need not be. */
  readonly broken: boolean
}

/** What a path leads to. */
export interface Located {
  /** Where to point: at the value, else at the nearest thing around it that exists. */
  readonly at: Place
  /** Where its key stands, when it has one. */
  readonly keyAt?: Place
  /** What stands there, or the nearest thing around it. */
  readonly tree: Tree
  /** Whether the whole path exists. */
  readonly exact: boolean
  /** The key that is not there, when the last step of the path is all that is missing from a map. */
  readonly missing?: string
}

/** Follows a path as far as it goes. */
export function locate(root: Tree, path: Path): Located {
  let tree = root
  let keyAt: Place | undefined
  for (const [index, step] of path.entries()) {
    const entry: Entry | undefined = tree.kind === 'map' ? tree.entries.get(String(step)) : undefined
    const next = tree.kind === 'list' ? tree.items[Number(step)] : entry?.tree
    if (!next) {
      const last = index === path.length - 1 && tree.kind === 'map'
      return { at: keyAt ?? tree.at, tree, exact: false, ...(last ? { missing: String(step) } : {}) }
    }
    tree = next
    keyAt = entry?.keyAt
  }
  return { at: tree.at, tree, exact: true, ...(keyAt ? { keyAt } : {}) }
}

/** The plain value of a tree, for a schema to judge; `known` stands in for scalars that it holds. */
export function plainOf(tree: Tree, known: ReadonlyMap<ScalarTree, unknown>): unknown {
  if (tree.kind === 'scalar') return known.has(tree) ? known.get(tree) : tree.value
  if (tree.kind === 'list') return tree.items.map(item => plainOf(item, known))
  const plain: Record<string, unknown> = {}
  for (const [key, entry] of tree.entries) plain[key] = plainOf(entry.tree, known)
  return plain
}
