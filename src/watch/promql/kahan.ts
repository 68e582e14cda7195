/**
 * A sum that keeps what each addition rounds away (Neumaier's variant of Kahan summation), as Prometheus does it, so
 * that sums agree to the bit. An infinite sum keeps nothing.
 *
 * One object serves for as many sums as follow one another: `reset` it.
 *
 * @see https://en.wikipedia.org/wiki/Kahan_summation_algorithm#Further_enhancements
 */
export class KahanSum {
  /** Without what was rounded away. */
  sum: number
  /** What was rounded away so far. */
  lost: number

  constructor(sum = 0, lost = 0) {
    this.sum = sum
    this.lost = lost
  }

  add(value: number): void {
    const { sum } = this
    const next = sum + value
    if (next === Infinity || next === -Infinity) this.lost = 0
    else if (Math.abs(sum) >= Math.abs(value)) this.lost += sum - next + value
    else this.lost += value - next + sum
    this.sum = next
  }

  reset(sum = 0, lost = 0): void {
    this.sum = sum
    this.lost = lost
  }

  /** The sum with what was rounded away put back. */
  get total(): number {
    return this.sum + this.lost
  }
}
