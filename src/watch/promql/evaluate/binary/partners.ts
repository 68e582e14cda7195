import type { Labels } from '../../../../kernel/labels.ts'
import type { Pieces } from '../../pieces.ts'
import { type Grouping, Groups } from '../grouping.ts'
import { NOTHING, type Vector } from '../value.ts'

const NONE = -1
const SEVERAL = -2

/** Two series of one group that both have something at one step. */
export interface Clash {
  readonly earlier: Labels
  readonly later: Labels
  readonly step: number
}

/**
 * Who stands on the “one” side of a match, group by group. Groups are told once for all steps. Mostly a group has one
 * series; it may have several that take turns.
 */
export class Partners {
  readonly groups: Groups
  readonly #one: Vector
  /** By group: the series, NONE or SEVERAL. */
  #only: Int32Array = new Int32Array(0)
  /** By group and step, for groups of SEVERAL. */
  readonly #turns = new Map<number, Int32Array>()

  constructor(one: Vector, grouping: Grouping) {
    this.groups = new Groups(grouping)
    this.#one = one
  }

  /** Tells of series of one group that do not take turns; whether they may stay depends on the other side. */
  async find(onClash: (clash: Clash) => void, pieces: Pieces): Promise<void> {
    const groupOf = await this.groups.assign(this.#one.labels, pieces)
    const only = new Int32Array(this.groups.size).fill(NONE)
    await pieces.inPieces(this.#one.size, this.#one.steps, s => {
      const group = groupOf[s] as number
      const before = only[group] as number
      if (before === NONE) {
        only[group] = s
        return
      }
      if (before !== SEVERAL) this.#takeTurns(group, before, onClash)
      this.#takeTurns(group, s, onClash)
      only[group] = SEVERAL
    })
    this.#only = only
  }

  /** The only series that a group has over all steps, or a negative number. */
  only(group: number): number {
    return this.#only[group] ?? NONE
  }

  /** The series that a group has at a step, or a negative number. */
  at(group: number, step: number): number {
    const only = this.only(group)
    if (only === SEVERAL) return this.#turns.get(group)?.[step] ?? NONE
    return only >= 0 && this.#one.kinds[only * this.#one.steps + step] === NOTHING ? NONE : only
  }

  #takeTurns(group: number, series: number, onClash: (clash: Clash) => void): void {
    const { steps, kinds, labels } = this.#one
    let turns = this.#turns.get(group)
    if (turns === undefined) this.#turns.set(group, (turns = new Int32Array(steps).fill(NONE)))
    for (let step = 0; step < steps; step++) {
      if (kinds[series * steps + step] === NOTHING) continue
      const other = turns[step] as number
      if (other !== NONE) onClash({ earlier: labels[other] as Labels, later: labels[series] as Labels, step })
      turns[step] = series
    }
  }
}
