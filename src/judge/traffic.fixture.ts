import type { Random } from '../kernel/index.ts'
import type { Stratum } from './gathering.ts'

/** What is true of a simulated release at one moment. Requests arrive as a Poisson process. */
export interface Truth {
  readonly requests: number
  readonly canaryShare: number
  readonly baseRate: number
  readonly newRate: number
}

/** The number that a uniform number in [0, 1) stands for: a table of the Poisson distribution, searched. */
export function poissonQuantile(mean: number): (uniform: number) => number {
  const peak = Math.floor(mean)
  const last = Math.ceil(mean + 12 * Math.sqrt(mean) + 20)
  const weights = Array.from({ length: last + 1 }, () => 0)
  weights[peak] = 1
  // From the peak outwards: e^−mean alone would vanish where the mean is large.
  for (let count = peak; count > 0; count--) weights[count - 1] = ((weights[count] ?? 0) * count) / mean
  for (let count = peak; count < last; count++) weights[count + 1] = ((weights[count] ?? 0) * mean) / (count + 1)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let sum = 0
  const table = weights.map(weight => (sum += weight) / total)
  const first = table[0] ?? 1
  return uniform => {
    if (uniform < first) return 0
    let low = 0
    let high = table.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((table[middle] ?? 1) > uniform) high = middle
      else low = middle + 1
    }
    return low
  }
}

/** Draws batches of traffic; the same seed draws the same. */
export function drawing(truth: Truth): (random: Random) => Stratum {
  const { requests, canaryShare, baseRate, newRate } = truth
  const canary = requests * canaryShare
  const stable = requests - canary
  const [canaryBad, canaryGood, stableBad, stableGood] = [
    poissonQuantile(canary * newRate),
    poissonQuantile(canary * (1 - newRate)),
    poissonQuantile(stable * baseRate),
    poissonQuantile(stable * (1 - baseRate)),
  ]
  return random => {
    const [c, n, b, m] = [canaryBad(random()), canaryGood(random()), stableBad(random()), stableGood(random())]
    return { canary: { requests: c + n, bad: c }, stable: { requests: b + m, bad: b } }
  }
}

/** Wilson's two-sided 95 % interval for a share of `hits` in `runs`. */
export function wilson(hits: number, runs: number): { readonly lower: number; readonly upper: number } {
  const z = 1.96
  const share = hits / runs
  const middle = share + (z * z) / (2 * runs)
  const spread = z * Math.sqrt((share * (1 - share)) / runs + (z * z) / (4 * runs * runs))
  const scale = 1 + (z * z) / runs
  return { lower: (middle - spread) / scale, upper: (middle + spread) / scale }
}
