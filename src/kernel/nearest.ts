/**
 * The candidate that was probably meant by `word`: equal but for case and separators, or within a
 * Damerau–Levenshtein distance of 2 (of 1 for words up to four letters), or else the only one that begins with it.
 * `undefined` when none is near.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const plain = simplify(word)
  const longer: string[] = []
  let best: string | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const other = simplify(candidate)
    if (plain.length >= 2 && other.startsWith(plain)) longer.push(candidate)
    const furthest = Math.max(plain.length, other.length) <= 4 ? 1 : 2
    const bound = Math.min(furthest + 1, bestDistance, other.length)
    const distance = distanceOf(plain, other, bound)
    if (distance < bound) {
      best = candidate
      bestDistance = distance
    }
  }
  return best ?? (longer.length === 1 ? longer[0] : undefined)
}

/** `; did you mean status?`, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const near = nearest(word, candidates)
  return near === undefined ? '' : `; did you mean ${near}?`
}

function simplify(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/g, '')
}

/**
 * The number of insertions, deletions, replacements and swaps of neighbours that turn one word into
 * the other (optimal string alignment), or `bound` as soon as it cannot be less.
 */
export function distanceOf(a: string, b: string, bound = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) >= bound) return bound
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, replaced)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(beforeLast, j - 2) + 1)
      row.push(cost)
    }
    if (Math.min(...row) >= bound) return bound
    beforeLast = last
    last = row
  }
  return Math.min(at(last, b.length), bound)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
