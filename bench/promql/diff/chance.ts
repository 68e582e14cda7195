/** Choices of a seeded generator. */
export class Chance {
  readonly #random: () => number

  constructor(random: () => number) {
    this.#random = random
  }

  /** True with a probability. */
  is(probability: number): boolean {
    return this.#random() < probability
  }

  /** A whole number from 0 to below. */
  below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }

  of<Choice>(choices: readonly Choice[]): Choice {
    if (choices.length === 0) throw new RangeError('nothing to choose from')
    return choices[this.below(choices.length)] as Choice
  }

  /** By weight. */
  weighed<Choice>(choices: readonly (readonly [weight: number, choice: Choice])[]): Choice {
    let left = this.#random() * choices.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, choice] of choices) {
      left -= weight
      if (left < 0) return choice
    }
    return this.of(choices)[1]
  }

  /** Each with a probability, in their order. */
  some<Choice>(choices: readonly Choice[], probability = 0.5): readonly Choice[] {
    return choices.filter(() => this.is(probability))
  }
}
