/** The label that holds a series' name. */
export const NAME = '__name__'

/** The labels that say what a metric is, and so hold no longer for what is calculated from it. */
export const OF_THE_METRIC: readonly string[] = [NAME, '__type__', '__unit__']

/**
 * The labels of a series or an alert: names and values, sorted by name, none of them empty. Immutable; what is
 * derived from it (key, the same without its name) is kept, because it is asked for at every evaluation.
 */
export class Labels implements Iterable<readonly [name: string, value: string]> {
  // By its own name, the compiler (7.0) would take it for a class that is not there yet.
  static readonly EMPTY: Labels = new this([])

  /** name, value, name, value, … in the order of names as UTF-8. */
  readonly flat: readonly string[]
  #key: string | undefined
  #nameless: Labels | undefined

  private constructor(flat: readonly string[]) {
    this.flat = flat
  }

  /** An empty value means that there is no such label. */
  static of(record: Readonly<Record<string, string>>): Labels {
    return Labels.from(Object.entries(record))
  }

  /** Pairs in any order; of two pairs with one name the later counts. */
  static from(pairs: Iterable<readonly [name: string, value: string]>): Labels {
    const byName = new Map(pairs)
    const names = [...byName.keys()].filter(name => byName.get(name) !== '').toSorted(compareUtf8)
    return names.length === 0 ? Labels.EMPTY : new Labels(names.flatMap(name => [name, byName.get(name) ?? '']))
  }

  /** How many labels there are. */
  get size(): number {
    return this.flat.length / 2
  }

  /** The label's value; the empty string where there is none. */
  get(name: string): string {
    const { flat } = this
    for (let i = 0; i < flat.length; i += 2) if (flat[i] === name) return flat[i + 1] as string
    return ''
  }

  has(name: string): boolean {
    return this.get(name) !== ''
  }

  /** The metric's name: the value of `__name__`. */
  get name(): string {
    return this.get(NAME)
  }

  /** Two label sets have the same key exactly when they are equal. */
  get key(): string {
    this.#key ??= keyOf(this.flat)
    return this.#key
  }

  /** The same without `__name__`, and without `__type__` and `__unit__`, which go with it; made once. */
  get nameless(): Labels {
    this.#nameless ??= this.without(OF_THE_METRIC)
    return this.#nameless
  }

  with(name: string, value: string): Labels {
    return Labels.from([...this, [name, value]])
  }

  without(names: readonly string[]): Labels {
    return this.#filter(name => !names.includes(name))
  }

  keeping(names: readonly string[]): Labels {
    return this.#filter(name => names.includes(name))
  }

  equals(other: Labels): boolean {
    return this === other || this.key === other.key
  }

  *[Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    for (let i = 0; i < this.flat.length; i += 2) yield [this.flat[i] as string, this.flat[i + 1] as string]
  }

  toJSON(): Record<string, string> {
    return Object.fromEntries(this)
  }

  /** As people write it: `up{job="shop"}`; a name that is not classic stands inside, quoted. */
  toString(): string {
    const outside = isClassicMetricName(this.name) ? this.name : ''
    const inside = [...this]
      .filter(([name]) => name !== NAME || outside === '')
      .map(([name, value]) => `${isClassicLabelName(name) ? name : JSON.stringify(name)}=${JSON.stringify(value)}`)
    return inside.length > 0 || outside === '' ? `${outside}{${inside.join(', ')}}` : outside
  }

  /** In the order in which Prometheus sorts them: name by name, value by value, the shorter first. */
  static compare(a: Labels, b: Labels): number {
    const shared = Math.min(a.flat.length, b.flat.length)
    for (let i = 0; i < shared; i++) {
      const order = compareUtf8(a.flat[i] as string, b.flat[i] as string)
      if (order !== 0) return order
    }
    return a.flat.length - b.flat.length
  }

  #filter(keeps: (name: string) => boolean): Labels {
    const kept: string[] = []
    for (const [name, value] of this) if (keeps(name)) kept.push(name, value)
    if (kept.length === this.flat.length) return this
    return kept.length === 0 ? Labels.EMPTY : new Labels(kept)
  }
}

/** A metric's name that needs no quotes. */
export function isClassicMetricName(name: string): boolean {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)
}

/** A label's name that needs no quotes. */
export function isClassicLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)
}

/** The order of two texts as UTF-8 bytes, which differs from that of UTF-16 units beyond U+D7FF. */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

/** Surrogates stand for code points above all others. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}

/** NUL separates; labels that hold one themselves are written as JSON, which never holds one. */
function keyOf(flat: readonly string[]): string {
  return flat.some(part => part.includes('\0')) ? JSON.stringify(flat) : flat.join('\0')
}
