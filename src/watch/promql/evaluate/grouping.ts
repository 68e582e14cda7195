import { type Labels, NAME, OF_THE_METRIC } from '../../../kernel/labels.ts'
import { type Pieces, VALUES_A_LABEL_SET } from '../pieces.ts'

/** Which labels tell groups apart: these (`by`, `on`) or all but these and the name (`without`, `ignoring`). */
export interface Grouping {
  readonly labels: readonly string[]
  readonly without: boolean
  /** With the name, `without` leaves out what goes with it: `__type__` and `__unit__`. Matching does. */
  readonly ofMetric?: boolean
}

/** Each label set's group, numbered in the order in which groups first come up. */
export class Groups {
  readonly #keyOf: (labels: Labels) => string
  readonly #byKey = new Map<string, number>()

  constructor(grouping: Grouping) {
    this.#keyOf = keyFunction(grouping)
  }

  get size(): number {
    return this.#byKey.size
  }

  /** The group of each; new groups are made. */
  async assign(all: readonly Labels[], pieces: Pieces): Promise<Int32Array> {
    const groupOf = new Int32Array(all.length)
    await pieces.inPieces(all.length, VALUES_A_LABEL_SET, s => {
      const key = this.#keyOf(all[s] as Labels)
      let group = this.#byKey.get(key)
      if (group === undefined) this.#byKey.set(key, (group = this.#byKey.size))
      groupOf[s] = group
    })
    return groupOf
  }

  /** The group of each, -1 where there is none. */
  async find(all: readonly Labels[], pieces: Pieces): Promise<Int32Array> {
    const groupOf = new Int32Array(all.length)
    await pieces.inPieces(all.length, VALUES_A_LABEL_SET, s => {
      groupOf[s] = this.#byKey.get(this.#keyOf(all[s] as Labels)) ?? -1
    })
    return groupOf
  }
}

/** What is left of a member's labels as its group's. */
export function labelsOfGroup(member: Labels, { labels, without }: Grouping): Labels {
  return without ? member.without([NAME, ...labels]) : member.keeping(labels)
}

/** Made once a grouping, since it is called once a series. */
function keyFunction({ labels, without, ofMetric = false }: Grouping): (of: Labels) => string {
  if (without) {
    if (labels.length === 0) return ofMetric ? each => each.nameless.key : keyWithoutName
    const left = new Set([...(ofMetric ? OF_THE_METRIC : [NAME]), ...labels])
    return ({ flat }) => joined(flat.filter((_, i) => !left.has(flat[i - (i % 2)] as string)))
  }
  const [only] = labels
  if (only === undefined) return () => ''
  if (labels.length === 1) return each => each.get(only)
  return each => joined(labels.map(name => each.get(name)))
}

/** Mostly the key that `nameless` keeps. */
function keyWithoutName(labels: Labels): string {
  const { nameless } = labels
  return labels.size - nameless.size > 1 ? labels.without([NAME]).key : nameless.key
}

/** NUL separates; texts that hold one themselves are written as JSON, which never holds one. */
function joined(parts: readonly string[]): string {
  return parts.some(part => part.includes('\0')) ? JSON.stringify(parts) : parts.join('\0')
}
