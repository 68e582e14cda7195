/** How long work is done: piece by piece, so that others get their turn and whoever aborts is heard in between. */
export interface Pieces {
  /**
   * Does `work` on each 0 ≤ item < items; an item costs about so many values' work. Rejects between two pieces when
   * the time is up or the signal has aborted.
   */
  inPieces(items: number, valuesAnItem: number, work: (item: number) => void): Promise<void>
}

/** What it costs, in values, to make a label set or a key of one, and to look it up. */
export const VALUES_A_LABEL_SET = 64

/** What it costs, in values, to calculate with a native histogram: it has so many buckets, and objects are made. */
export const VALUES_A_HISTOGRAM = 200

/** For those whom nobody waits for. */
export const allAtOnce: Pieces = {
  async inPieces(items, _, work) {
    for (let item = 0; item < items; item++) work(item)
  },
}

/** A run that is sorted in one go. */
const RUN = 1024

/** What a comparison costs, in values: labels are told apart letter by letter. */
const VALUES_A_COMPARISON = 30

/** Sorts as `toSorted` does, stable: short runs by the runtime's own sort, which are then merged two by two. */
export async function sortInPieces<Item>(
  items: readonly Item[],
  compare: (a: Item, b: Item) => number,
  pieces: Pieces,
): Promise<Item[]> {
  const { length } = items
  let from: Item[] = []
  await pieces.inPieces(Math.ceil(length / RUN), RUN * VALUES_A_COMPARISON, run => {
    for (const item of items.slice(run * RUN, (run + 1) * RUN).toSorted(compare)) from.push(item)
  })
  for (let width = RUN; width < length; width *= 2) {
    const to: Item[] = []
    let [left, right] = [0, 0]
    await pieces.inPieces(length, VALUES_A_COMPARISON, at => {
      const start = at - (at % (2 * width))
      const [middle, end] = [Math.min(length, start + width), Math.min(length, start + 2 * width)]
      if (at === start) [left, right] = [start, middle]
      const takesLeft = left < middle && (right === end || compare(from[left] as Item, from[right] as Item) <= 0)
      to.push(from[takesLeft ? left++ : right++] as Item)
    })
    from = to
  }
  return from
}
