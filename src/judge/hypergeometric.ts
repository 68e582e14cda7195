import { binomialLog } from './binomial.ts'

/** Supports up to this many values are summed term by term; wider ones by strides of half a standard deviation. */
const TERM_BY_TERM = 256

/** Terms smaller than this share of the largest one are below the precision of the sum. */
const NEGLIGIBLE_LOG = -45

/**
 * ln E[ψ^U], where U is the number of bad requests on the canary when `bad` of all `canary + stable`
 * requests are bad and the version does not matter (U is hypergeometric).
 *
 * It is the normalising constant of Fisher's non-central hypergeometric distribution with odds ratio ψ:
 * P_ψ(U = c) / P_1(U = c) = ψ^c / E[ψ^U]. Exact to rounding for any counts up to 1e9: it never falls back
 * on the rare-event (binomial) form, which is conservative for "worse" and invalid for "no worse".
 */
export function logTilt(canary: number, stable: number, bad: number, ratio: number): number {
  const low = Math.max(0, bad - stable)
  const high = Math.min(bad, canary)
  if (low === high) return low * Math.log(ratio)
  if (high - low < TERM_BY_TERM) {
    return (
      low * Math.log(ratio) +
      logSumFrom(low, high, canary, stable, bad, ratio) -
      logSumFrom(low, high, canary, stable, bad, 1)
    )
  }
  return logSumAround(low, high, canary, stable, bad, ratio)
}

/** ln Σ_u h(u)/h(low) · ψ^(u−low), by the ratio of neighbouring terms. */
function logSumFrom(low: number, high: number, canary: number, stable: number, bad: number, ratio: number): number {
  let term = 1
  let sum = 1
  let scaleLog = 0
  for (let u = low; u < high; u++) {
    term *= (ratio * (canary - u) * (bad - u)) / ((u + 1) * (stable - bad + u + 1))
    sum += term
    if (sum > 1e250) {
      scaleLog += Math.log(sum)
      term /= sum
      sum = 1
    }
  }
  return scaleLog + Math.log(sum)
}

/**
 * The same sum over a wide support. The terms form a bell of width σ around their mode; a sum over every
 * s-th of them times s equals the whole to exp(−2π²σ²/s²) (Poisson's summation formula), which at s = σ/2
 * is 1e−34: so some 40 terms do for any counts.
 */
function logSumAround(low: number, high: number, canary: number, stable: number, bad: number, ratio: number): number {
  const ratioLog = Math.log(ratio)
  const mode = modeOf(canary, stable, bad, ratio)
  const centre = Math.min(high, Math.max(low, Math.round(mode)))
  const stride = Math.max(1, Math.floor(deviationAt(mode, canary, stable, bad) / 2))
  const logAt = (u: number): number => hypergeometricLog(u, canary, stable, bad) + (u - centre) * ratioLog
  const top = logAt(centre)
  let sum = 1
  for (const step of [-stride, stride]) {
    for (let u = centre + step; u >= low && u <= high; u += step) {
      const log = logAt(u) - top
      sum += Math.exp(log)
      if (log < NEGLIGIBLE_LOG) break
    }
  }
  return centre * ratioLog + top + Math.log(sum * stride)
}

/** Where h(u)·ψ^u is largest, to within one: the root of (n_c−u)(k−u)ψ = u(n_b−k+u). */
function modeOf(canary: number, stable: number, bad: number, ratio: number): number {
  const slope = ratio * (canary + bad) + stable - bad
  const product = ratio * canary * bad
  // This way of writing the root of a quadratic does not cancel, and serves ψ = 1 as well.
  return (2 * product) / (slope + Math.sqrt(Math.max(0, slope * slope - 4 * (ratio - 1) * product)))
}

/** The bell's standard deviation, from the curvature of ln h at its mode. */
function deviationAt(mode: number, canary: number, stable: number, bad: number): number {
  let curvature = 0
  for (const cell of [mode, canary - mode, bad - mode, stable - bad + mode]) curvature += 1 / Math.max(cell, 0.5)
  return 1 / Math.sqrt(curvature)
}

/** ln P(U = u) of the hypergeometric distribution, by three binomials (Loader, 2000). */
export function hypergeometricLog(u: number, canary: number, stable: number, bad: number): number {
  const all = canary + stable
  return binomialLog(u, canary, bad, all) + binomialLog(bad - u, stable, bad, all) - binomialLog(bad, all, bad, all)
}
