/**
 * The candidate that was probably meant by `word`: within two slips of a typist (one for words of up to four
 * letters), or the only one that begins with it. `undefined` when none is near.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const typed = word.toLowerCase()
  const allowed = typed.length <= 4 ? 1 : 2
  const [best] = candidates
    .map(candidate => ({ candidate, slips: slipsBetween(typed, candidate.toLowerCase()) }))
    .filter(({ candidate, slips }) => slips <= allowed && slips < candidate.length)
    .toSorted((a, b) => a.slips - b.slips)
  if (best) return best.candidate
  const longer = candidates.filter(candidate => typed.length >= 2 && candidate.toLowerCase().startsWith(typed))
  return longer.length === 1 ? longer[0] : undefined
}

/** Letters added, left out, replaced or swapped with their neighbour (optimal string alignment). */
export function slipsBetween(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped))
    }
  }
  return at(a.length, b.length)
}

/** `; did you mean status?`, or nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates)
  return near === undefined ? '' : `; did you mean ${near}?`
}
