import type { Labels } from '../../../../kernel/labels.ts'
import { Vector } from '../value.ts'

/** The result of aggregations that pick series out of a vector, step by step: they keep all their labels. */
export class Picks {
  readonly result: Vector
  readonly #from: Vector
  /** By series: where it starts in the result, or -1. */
  readonly #startOf: Int32Array

  constructor(from: Vector) {
    this.#from = from
    this.#startOf = new Int32Array(from.size).fill(-1)
    this.result = new Vector(from.steps, from.size)
  }

  /** Series stand in the result in the order in which they are picked first. */
  pick(series: number, step: number): void {
    const from = this.#from
    let start = this.#startOf[series] as number
    if (start < 0) {
      start = this.result.addSeries(from.labels[series] as Labels)
      this.#startOf[series] = start
      if (from.unnamed?.has(series) === true) (this.result.unnamed ??= new Set()).add(this.result.size - 1)
    }
    const place = series * from.steps + step
    const histogram = from.histogramAt(place)
    if (histogram === undefined) this.result.setFloat(start + step, from.values[place] as number)
    else this.result.setHistogram(start + step, histogram)
  }
}
