/**
 * The k best of what is offered. The worst of them is at the root, so that one comparison tells whether an offer is
 * any good. Equal ones are kept in the order that Go's heap gives them, which is what users of Prometheus see.
 */
export class Heap {
  /** 1: the greatest are best; -1: the least. */
  readonly #direction: 1 | -1
  readonly #ids: number[] = []
  readonly #values: number[] = []

  constructor(direction: 1 | -1) {
    this.#direction = direction
  }

  clear(): void {
    this.#ids.length = 0
    this.#values.length = 0
  }

  offer(id: number, value: number, k: number): void {
    if (this.#ids.length < k) {
      this.#ids.push(id)
      this.#values.push(value)
      this.#up(this.#ids.length - 1)
      return
    }
    const worst = this.#values[0] as number
    const isBetter = this.#direction === 1 ? worst < value : worst > value
    if (!isBetter && (!Number.isNaN(worst) || Number.isNaN(value))) return
    this.#ids[0] = id
    this.#values[0] = value
    this.#down()
  }

  /** Of equal ones, the one that is nearer to the root first. */
  bestFirst(): number[] {
    const order = [...this.#ids.keys()]
    order.sort((a, b) => {
      const [x, y] = [this.#values[a] as number, this.#values[b] as number]
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
      return x === y ? 0 : (x > y ? -1 : 1) * this.#direction
    })
    return order.map(at => this.#ids[at] as number)
  }

  #isWorse(a: number, b: number): boolean {
    const [x, y] = [this.#values[a] as number, this.#values[b] as number]
    if (Number.isNaN(x)) return true
    return this.#direction === 1 ? x < y : x > y
  }

  #up(from: number): void {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#isWorse(at, parent)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  #down(): void {
    const { length } = this.#ids
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= length) return
      if (child + 1 < length && this.#isWorse(child + 1, child)) child++
      if (!this.#isWorse(child, at)) return
      this.#swap(at, child)
      at = child
    }
  }

  #swap(a: number, b: number): void {
    const [ids, values] = [this.#ids, this.#values]
    const [id, value] = [ids[a] as number, values[a] as number]
    ids[a] = ids[b] as number
    values[a] = values[b] as number
    ids[b] = id
    values[b] = value
  }
}
