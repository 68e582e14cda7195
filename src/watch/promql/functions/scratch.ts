/** A column that is lent to one calculation after another: quantiles sort a copy of each range, at each step. */
export class Scratch {
  #column = new Float64Array(64)

  /** The rows from ≤ i < to, at the beginning of a column that may be longer. Good until the next copy. */
  copy(values: Float64Array, from: number, to: number): Float64Array {
    if (this.#column.length < to - from) this.#column = new Float64Array(2 * (to - from))
    const column = this.#column
    for (let i = from; i < to; i++) column[i - from] = values[i] as number
    return column
  }
}
