/** A tree without its spans and functions, so that two can be compared by what they mean. */
export function spanless(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(spanless)
  if (typeof tree !== 'object' || tree === null) return tree
  return Object.fromEntries(
    Object.entries(tree)
      .filter(([key, value]) => key !== 'span' && typeof value !== 'function')
      .map(([key, value]) => [key, spanless(value)]),
  )
}
