/** A source of numbers in [0, 1): the same seed gives the same sequence, on every machine. */
export type Random = () => number

/**
 * Seeded pseudo-random numbers for simulations and tests (sfc32, Chris Doty-Humphrey, PractRand);
 * never for secrets.
 */
export function seededRandom(seed: number): Random {
  let a = 0x9e3779b9 | 0
  let b = 0x243f6a88 | 0
  let c = 0xb7e15162 | 0
  let d = seed | 0
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4_294_967_296
  }
  // The first outputs of near seeds resemble each other.
  for (let i = 0; i < 15; i++) next()
  return next
}
