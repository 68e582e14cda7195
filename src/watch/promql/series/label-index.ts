import type { Labels } from '../../../kernel/labels.ts'
import type { Matcher } from '../../../kernel/matcher.ts'
import type { Pieces } from '../pieces.ts'

/** What the index finds. */
interface Labelled {
  readonly labels: Labels
}

/** What it costs to try the matchers on one series, or a regular expression on one text; in values. */
const VALUES_A_TRY = 32

/**
 * Which series have which label: name → value → the series' numbers, in the order in which they came. A selection
 * starts from the fewest series that one of its matchers leaves over and tries the other matchers on those alone.
 */
export class LabelIndex<Entry extends Labelled> {
  readonly #all: Entry[] = []
  readonly #byName = new Map<string, Map<string, number[]>>()

  add(entry: Entry): void {
    const number = this.#all.push(entry) - 1
    for (const [name, value] of entry.labels) {
      let byValue = this.#byName.get(name)
      if (byValue === undefined) this.#byName.set(name, (byValue = new Map()))
      const numbers = byValue.get(value)
      if (numbers === undefined) byValue.set(value, [number])
      else numbers.push(number)
    }
  }

  /** Those that every matcher matches, in the order in which they came. */
  async find(matchers: readonly Matcher[], pieces: Pieces): Promise<Entry[]> {
    const tried = matchers.map(remembering)
    const left = this.#withEqual(matchers) ?? (await this.#withMatching(tried, pieces))
    const found: Entry[] = []
    await pieces.inPieces(left?.length ?? this.#all.length, VALUES_A_TRY, i => {
      const entry = this.#all[left?.[i] ?? i] as Entry
      if (tried.every(each => each.matches(entry.labels.get(each.name)))) found.push(entry)
    })
    return found
  }

  /** What the equality that leaves over the fewest series leaves over; undefined where there is no equality. */
  #withEqual(matchers: readonly Matcher[]): readonly number[] | undefined {
    let fewest: readonly number[] | undefined
    for (const { name, operator, value } of matchers) {
      if (operator !== '=' || value === '') continue
      const numbers = this.#byName.get(name)?.get(value) ?? []
      if (fewest === undefined || numbers.length < fewest.length) fewest = numbers
    }
    return fewest
  }

  /** What a regular expression that no empty text matches leaves over; undefined where there is none of the kind. */
  async #withMatching(matchers: readonly Tried[], pieces: Pieces): Promise<readonly number[] | undefined> {
    const demanding = matchers.find(each => !each.matches(''))
    if (demanding === undefined) return undefined
    const values = [...(this.#byName.get(demanding.name) ?? [])]
    const isLeft = new Uint8Array(this.#all.length)
    await pieces.inPieces(values.length, VALUES_A_TRY, i => {
      const [value, numbers] = values[i] as (typeof values)[number]
      if (demanding.matches(value)) for (const number of numbers) isLeft[number] = 1
    })
    const left: number[] = []
    for (const [number, flag] of isLeft.entries()) if (flag === 1) left.push(number)
    return left
  }
}

type Tried = Pick<Matcher, 'name' | 'matches'>

/** Regular expressions are tried once a value: a label has far fewer values than series. */
function remembering(matcher: Matcher): Tried {
  const { name, operator } = matcher
  if (operator === '=' || operator === '!=') return matcher
  const known = new Map<string, boolean>()
  return {
    name,
    matches(value) {
      let answer = known.get(value)
      if (answer === undefined) known.set(value, (answer = matcher.matches(value)))
      return answer
    },
  }
}
