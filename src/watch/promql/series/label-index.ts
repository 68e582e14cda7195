import type { Labels } from '../../../kernel/labels.ts'
import type { Matcher } from '../../../kernel/matcher.ts'

/** What the index finds. */
interface Labelled {
  readonly labels: Labels
}

/**
 * Which series have which label: name → value → series, in the order in which they came. A selection starts from the
 * fewest series that one of its matchers leaves over and tries the other matchers on those alone.
 */
export class LabelIndex<Entry extends Labelled> {
  readonly #all: Entry[] = []
  readonly #byName = new Map<string, Map<string, Entry[]>>()

  add(entry: Entry): void {
    this.#all.push(entry)
    for (const [name, value] of entry.labels) {
      let byValue = this.#byName.get(name)
      if (byValue === undefined) this.#byName.set(name, (byValue = new Map()))
      const entries = byValue.get(value)
      if (entries === undefined) byValue.set(value, [entry])
      else entries.push(entry)
    }
  }

  /** Those that every matcher matches, in the order in which they came. Don't change the array. */
  find(matchers: readonly Matcher[]): readonly Entry[] {
    let found: readonly Entry[] = this.#all
    let used: Matcher | undefined
    for (const matcher of matchers) {
      const left = this.#postings(matcher)
      if (left !== undefined && (used === undefined || left.length < found.length)) {
        found = left
        used = matcher
      }
    }
    const rest = matchers.filter(each => each !== used).map(remembering)
    if (rest.length === 0) return found
    return found.filter(({ labels }) => rest.every(each => each.matches(labels.get(each.name))))
  }

  /** The series of an equality; nothing for a matcher that leaves over more than a list or two. */
  #postings({ name, operator, value }: Matcher): readonly Entry[] | undefined {
    if (operator !== '=' || value === '') return undefined
    return this.#byName.get(name)?.get(value) ?? []
  }
}

/** Regular expressions are tried once a value: a label has far fewer values than series. */
function remembering(matcher: Matcher): Pick<Matcher, 'name' | 'matches'> {
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
