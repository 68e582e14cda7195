import { CUSTOM_BUCKETS, FINEST_SCHEMA } from './native-histogram.ts'

const FRACTION_BITS = 256n

/**
 * 2^(i/256) for 0 ≤ i < 256, each the float nearest to it: all bounds of the finest schema between 1 and 2, of which
 * coarser schemas use every second, fourth, …. `Math.pow` may miss by one unit in the last place, and histograms are
 * compared with those of other programs to the bit; so 2^(1/256) is found as eight integer square roots.
 */
const BOUNDS: Float64Array = boundsBetween1And2()

/** The upper bound of the positive bucket of this index; the next lower bucket's is its lower bound. */
export function exponentialBound(index: number, schema: number): number {
  const step = schema > 0 ? index & ((1 << schema) - 1) : 0
  const exponent = schema > 0 ? index >> schema : index * 2 ** -schema
  // The last bucket of finite numbers ends at the greatest of them, and the one after it counts ±Inf.
  if (step === 0 && exponent === 1024) return Number.MAX_VALUE
  return (BOUNDS[step << (FINEST_SCHEMA - schema)] as number) * 2 ** exponent
}

/** The upper bound of a bucket of either kind of schema (on the positive side). */
export function upperBound(index: number, schema: number, customValues: readonly number[]): number {
  if (schema !== CUSTOM_BUCKETS) return exponentialBound(index, schema)
  if (index < 0) return -Infinity
  return customValues[index] ?? Infinity
}

/** The bucket of a coarser schema into which a bucket of a finer one falls. */
export function coarserIndex(index: number, finer: number, coarser: number): number {
  return ((index - 1) >> (finer - coarser)) + 1
}

function boundsBetween1And2(): Float64Array {
  const one = 1n << FRACTION_BITS
  let root = 2n * one
  for (let halving = 0; halving < FINEST_SCHEMA; halving++) root = squareRoot(root << FRACTION_BITS)
  const bounds = new Float64Array(1 << FINEST_SCHEMA)
  let bound = one
  for (let i = 0; i < bounds.length; i++) {
    // A number of 257 bits becomes the float nearest to it; the division by a power of two is exact.
    bounds[i] = Number(bound) / 2 ** Number(FRACTION_BITS)
    bound = (bound * root) >> FRACTION_BITS
  }
  return bounds
}

/** ⌊√n⌋ by Newton's method, from above. */
function squareRoot(n: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(n.toString(2).length / 2))
  for (;;) {
    const next = (root + n / root) >> 1n
    if (next >= root) return root
    root = next
  }
}
