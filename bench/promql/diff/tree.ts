/** What a query is made of, with the types that matter when one is made. */
export type TreeType = 'vector' | 'scalar' | 'matrix' | 'string'

/** Text in the words of Prometheus 3, and in those of 2 where they differ and mean the same. */
export interface Wording {
  readonly ours: string
  readonly theirs: string
}

/** A query that was made, and not parsed: it knows its parts, so that it can be made smaller. */
export interface Tree {
  readonly type: TreeType
  readonly parts: readonly (string | Wording | Tree)[]
  /** Of a vector: the labels that tell its series apart, as far as that is known. */
  readonly labels: readonly string[]
  /** Smaller ones of the same type that are not among the parts, such as the same without a modifier. */
  readonly simpler: readonly Tree[]
}

export function tree(type: TreeType, parts: Tree['parts'], more: Partial<Pick<Tree, 'labels' | 'simpler'>> = {}): Tree {
  return { type, parts, labels: [], simpler: [], ...more }
}

export function textOf(root: Tree, side: keyof Wording): string {
  return root.parts
    .map(part => {
      if (typeof part === 'string') return part
      return 'parts' in part ? textOf(part, side) : part[side]
    })
    .join('')
}

/** How many characters it has, by which one is smaller than another. */
export function sizeOf(root: Tree): number {
  return textOf(root, 'ours').length
}

/** Smaller ones of the same type, the smallest first. */
export function smallerThan(root: Tree): readonly Tree[] {
  const size = sizeOf(root)
  return candidates(root)
    .filter(each => sizeOf(each) < size)
    .toSorted((a, b) => sizeOf(a) - sizeOf(b))
}

/** All parts of a type, however deep; instead of the whole, parts that are vectors or scalars may stand alone, too. */
export function descendants(root: Tree): readonly Tree[] {
  return childrenOf(root).flatMap(child => [child, ...descendants(child)])
}

function candidates(root: Tree): readonly Tree[] {
  const inside = root.parts.flatMap((part, i) =>
    typeof part === 'string' || !('parts' in part)
      ? []
      : candidates(part).map(smaller => ({ ...root, parts: root.parts.with(i, smaller), simpler: [] })),
  )
  return [...descendants(root).filter(each => each.type === root.type), ...root.simpler, ...inside]
}

export function childrenOf(root: Tree): readonly Tree[] {
  return root.parts.filter((part): part is Tree => typeof part === 'object' && 'parts' in part)
}
