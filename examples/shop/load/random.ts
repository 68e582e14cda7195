/** Gives numbers in [0, 1), the same ones for the same seed and stream: splitmix32, by Steele, Lea and Flood. */
export function seededRandom(seed: number, stream = 0): () => number {
  let state = scramble((seed | 0) ^ scramble(stream | 0))
  return () => {
    state = (state + 0x9e3779b9) | 0
    return (scramble(state) >>> 0) / 2 ** 32
  }
}

function scramble(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return mixed ^ (mixed >>> 15)
}

/** Draws a waiting time with the given mean, by chance alone: the time between arrivals of a Poisson process. */
export function exponential(random: () => number, mean: number): number {
  return -Math.log1p(-random()) * mean
}
