/**
 * A root of `f` between `low` and `high`, where its signs differ, to within `tolerance` (Brent, 1973): steps by
 * inverse quadratic interpolation or by the secant, and halves the interval where such a step does not pay.
 */
export function root(f: (x: number) => number, low: number, high: number, tolerance: number): number {
  let best = { x: high, y: f(high) }
  let last = { x: low, y: f(low) }
  // The root lies between `best` and `across`.
  let across = last
  for (;;) {
    const lastStep = best.x - last.x
    if (Math.abs(across.y) < Math.abs(best.y)) {
      last = best
      best = across
      across = last
    }
    const enough = 2 * Number.EPSILON * Math.abs(best.x) + tolerance / 2
    const half = (across.x - best.x) / 2
    if (Math.abs(half) <= enough || best.y === 0) return best.x
    let step = half
    if (Math.abs(lastStep) >= enough && Math.abs(last.y) > Math.abs(best.y)) {
      const guess = interpolated(last, best, across)
      const inside = guess / half
      if (inside > 0 && inside < 1.5 - Math.abs(enough / half) / 2 && Math.abs(guess) < Math.abs(lastStep / 2))
        step = guess
    }
    if (Math.abs(step) < enough) step = Math.sign(half) * enough
    last = best
    const x = best.x + step
    best = { x, y: f(x) }
    if (Math.sign(best.y) === Math.sign(across.y)) across = last
  }
}

interface Point {
  readonly x: number
  readonly y: number
}

/** The step from `best` to where a secant, or a parabola of x over y through three points, meets zero. */
function interpolated(last: Point, best: Point, across: Point): number {
  const toLast = best.y / last.y
  if (last.x === across.x) return ((across.x - best.x) * toLast) / (toLast - 1) / -1
  const lastToAcross = last.y / across.y
  const toAcross = best.y / across.y
  const p =
    toLast * ((across.x - best.x) * lastToAcross * (lastToAcross - toAcross) - (best.x - last.x) * (toAcross - 1))
  const q = (lastToAcross - 1) * (toAcross - 1) * (toLast - 1)
  return -p / q
}
