/** ln Σ exp(logs), without overflow or loss; −∞ for an empty sum. */
export function logSumExp(logs: readonly number[]): number {
  let largest = Number.NEGATIVE_INFINITY
  for (const log of logs) largest = Math.max(largest, log)
  if (!Number.isFinite(largest)) return largest
  let sum = 0
  for (const log of logs) sum += Math.exp(log - largest)
  return largest + Math.log(sum)
}

/** The sum in ascending order: bit for bit the same whatever the order of the terms. */
export function sumInAnyOrder(terms: readonly number[]): number {
  if (terms.length < 2) return terms[0] ?? 0
  let sum = 0
  for (const term of terms.toSorted((a, b) => a - b)) sum += term
  return sum
}

/** count · ln(ratio), and 0 where nothing was counted even if ln(ratio) is infinite. */
export function timesLog(count: number, ratio: number): number {
  return count === 0 ? 0 : count * Math.log(ratio)
}

/** Odds of a chance. */
export const odds = (chance: number): number => chance / (1 - chance)

/** The chance whose odds are `ratio` times those of `chance`: how an odds ratio moves a rate. */
export function atOddsRatio(chance: number, ratio: number): number {
  return (ratio * chance) / (1 - chance + ratio * chance)
}
