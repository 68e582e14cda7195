export const REQUESTS_PER_SECOND = 120

type Owed = Record<'candidate' | 'stable' | 'slowCandidate' | 'slowStable', number>

/** Made-up traffic of two versions, of which one is bad as told: 3 of 1,000 requests to the other are bad, too. */
export class Traffic {
  readonly #badPerThousand: number
  readonly #owed: Owed = { candidate: 0, stable: 0, slowCandidate: 0, slowStable: 0 }

  constructor(badPerThousand: number) {
    this.#badPerThousand = badPerThousand
  }

  /** One more second, in which the new version gets `weight` percent. */
  second(weight: number) {
    const mine = Math.round((REQUESTS_PER_SECOND * weight) / 100)
    const others = REQUESTS_PER_SECOND - mine
    return {
      counts: {
        candidate: { requests: mine, bad: this.#due('candidate', mine, this.#badPerThousand) },
        stable: { requests: others, bad: this.#due('stable', others, 3) },
      },
      slow: {
        canary: { requests: mine, bad: this.#due('slowCandidate', mine, 9) },
        stable: { requests: others, bad: this.#due('slowStable', others, 10) },
      },
    } as const
  }

  /** Bad requests come evenly, and whole. */
  #due(who: keyof Owed, requests: number, perThousand: number): number {
    this.#owed[who] += (requests * perThousand) / 1_000
    const bad = Math.floor(this.#owed[who])
    this.#owed[who] -= bad
    return bad
  }
}
