/**
 * ln P(X = x) for X ~ Binomial(n, p) with p = part/whole, 0 < part < whole, to nearly full relative precision
 * at any size: differences of ln n! would lose it (Catherine Loader, "Fast and accurate computation of
 * binomial probabilities", 2000).
 */
export function binomialLog(x: number, n: number, part: number, whole: number): number {
  const chance = part / whole
  const rest = (whole - part) / whole
  if (x === 0) return n * Math.log1p(-chance)
  if (x === n) return n * Math.log1p(-rest)
  return (
    stirlingError(n) -
    stirlingError(x) -
    stirlingError(n - x) -
    deviance(x, n * chance) -
    deviance(n - x, n * rest) +
    0.5 * Math.log(n / (2 * Math.PI * x * (n - x)))
  )
}

/** x·ln(x/mean) + mean − x without cancellation where x is near the mean. */
function deviance(x: number, mean: number): number {
  const difference = x - mean
  if (Math.abs(difference) >= 0.1 * (x + mean)) return x * Math.log(x / mean) + mean - x
  const v = difference / (x + mean)
  let sum = difference * v
  let power = 2 * x * v
  for (let odd = 3; ; odd += 2) {
    power *= v * v
    const next = sum + power / odd
    if (next === sum) return sum
    sum = next
  }
}

/** ln n! − ln(√(2πn)·(n/e)^n), for whole n ≥ 1. */
function stirlingError(n: number): number {
  if (n < 16) return SMALL_ERRORS[n] ?? 0
  const square = n * n
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n
}

const SMALL_ERRORS: readonly number[] = smallErrors(16)

function smallErrors(below: number): number[] {
  const errors = [0]
  let factorialLog = 0
  for (let n = 1; n < below; n++) {
    factorialLog += Math.log(n)
    errors.push(factorialLog - (0.5 * Math.log(2 * Math.PI * n) + n * (Math.log(n) - 1)))
  }
  return errors
}
