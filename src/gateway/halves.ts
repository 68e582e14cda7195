import { Tallies } from './tally.ts'

/** Which half an instance belongs to. */
type Side = 0 | 1

/**
 * Divides a version's instances into halves. An instance keeps its half as others come and go; a new one joins the
 * smaller half; one changes over only where a half would be left empty.
 */
export function halve(before: ReadonlyMap<string, Side>, ids: readonly string[]): Map<string, Side> {
  const sides = new Map<string, Side>()
  const sizes = [0, 0]
  const join = (id: string, side: Side): void => {
    sides.set(id, side)
    sizes[side] = (sizes[side] ?? 0) + 1
  }
  for (const id of ids) {
    const side = before.get(id)
    if (side !== undefined) join(id, side)
  }
  for (const id of ids) {
    if (!sides.has(id)) join(id, (sizes[0] ?? 0) <= (sizes[1] ?? 0) ? 0 : 1)
  }
  const last = ids.at(-1)
  if (ids.length > 1 && last !== undefined && sizes.includes(0)) sides.set(last, sizes[0] === 0 ? 0 : 1)
  return sides
}

/** What one half of a version's instances answered, counted by the rules by which a version is counted. */
export class Half {
  /** In the configuration now. */
  instances = 0
  readonly tallies = new Tallies()
}

/** The two halves of a version's instances, so that it can be compared with itself. */
export class Halves {
  #sides: ReadonlyMap<string, Side> = new Map()
  readonly #halves: readonly [Half, Half] = [new Half(), new Half()]
  #used = false

  /** Notes which instances there are now. */
  divide(ids: readonly string[]): void {
    this.#sides = halve(this.#sides, ids)
    if (ids.length > 1) this.#used = true
    const second = [...this.#sides.values()].filter(side => side === 1).length
    this.#halves[0].instances = ids.length - second
    this.#halves[1].instances = second
  }

  /** The half of an instance; `undefined` where it has no other instance beside it. */
  of(id: string): Half | undefined {
    const side = this.#sides.get(id)
    return side === undefined || this.#sides.size < 2 ? undefined : this.#halves[side]
  }

  /** Both, once there were two instances. */
  all(): readonly Half[] {
    return this.#used ? this.#halves : []
  }
}
