import { type Labels, NAME } from '../../../../kernel/labels.ts'
import { PromQLError } from '../../error.ts'
import { VALUES_A_LABEL_SET } from '../../pieces.ts'
import type { Binary, Matching } from '../../syntax/ast.ts'
import { type Grouping, labelsOfGroup } from '../grouping.ts'
import type { Run } from '../run.ts'
import { FLOAT, NOTHING, Vector } from '../value.ts'
import { changesMeaning, type Element, elementAt, type Operation, operateNoted, operationOf } from './operation.ts'
import { type Clash, Partners } from './partners.ts'

/**
 * Two vectors, element by element. Who matches whom is resolved once for all steps; what is left is arithmetic on
 * columns. “Many” is the side of which several series may share a partner: the left one, unless `group_right` says
 * otherwise; one-to-one allows it nowhere.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching
 */
export async function join(expr: Binary, matching: Matching, left: Vector, right: Vector, run: Run): Promise<Vector> {
  const join = new Join(expr, matching, left, right, run)
  await join.findPartners()
  await run.budget.inPieces(join.many.size, left.steps + VALUES_A_LABEL_SET, s => {
    join.matchSeries(s)
  })
  await join.fillMany()
  return join.result
}

class Join {
  readonly many: Vector
  readonly result: Vector
  readonly #expr: Binary
  readonly #matching: Matching
  readonly #grouping: Grouping
  readonly #operation: Operation
  readonly #one: Vector
  readonly #isSwapped: boolean
  readonly #run: Run
  readonly #partners: Partners
  /** By series of the “many” side; -1 where nobody on the other side is in its group. */
  #groupOf: Int32Array = new Int32Array(0)
  /** How many series of the “many” side a group has. */
  #members: Int32Array = new Int32Array(0)
  /** Series of one group can have the same labels in the result. */
  readonly #canClash: boolean
  /** By group and step: a match was made. Only kept where it is asked for. */
  #matched: Uint8Array | undefined
  /** By group and labels: where the result's series starts, and at which steps it was made. */
  readonly #made = new Map<string, { readonly start: number; readonly steps: Uint8Array }>()

  constructor(expr: Binary, matching: Matching, left: Vector, right: Vector, run: Run) {
    this.#isSwapped = matching.cardinality === 'one-to-many'
    this.many = this.#isSwapped ? right : left
    this.#one = this.#isSwapped ? left : right
    this.#expr = expr
    this.#matching = matching
    this.#grouping = { labels: matching.labels, without: !matching.on, ofMetric: true }
    this.#operation = operationOf(expr.operator)
    this.#run = run
    this.#partners = new Partners(this.#one, this.#grouping)
    this.#canClash =
      matching.cardinality === 'one-to-one' || matching.include.length > 0 || hasSeveralNames(this.many.labels)
    this.result = new Vector(left.steps, this.many.size)
  }

  async findPartners(): Promise<void> {
    const { budget } = this.#run
    await this.#partners.find(clash => this.#refuseClash(clash), budget)
    const { groups } = this.#partners
    const { labels } = this.many
    const isFilled = this.#matching.fill.right !== undefined
    this.#groupOf = await (isFilled ? groups.assign(labels, budget) : groups.find(labels, budget))
    this.#members = new Int32Array(groups.size)
    for (const group of this.#groupOf) if (group >= 0) this.#members[group] = (this.#members[group] as number) + 1
  }

  /** One series of the “many” side with its partners. */
  matchSeries(s: number): void {
    const group = this.#groupOf[s] as number
    if (group < 0) return
    const { fill } = this.#matching
    const only = this.#partners.only(group)
    const isSimple = fill.left === undefined && fill.right === undefined
    if (only >= 0 && isSimple && (!this.#canClash || this.#members[group] === 1)) this.#combineRows(s, only)
    else this.#matchSteps(s, group)
  }

  /** `fill_left` stands in where the “one” side found nobody. */
  async fillMany(): Promise<void> {
    const fill = this.#matching.fill.left
    if (fill === undefined) return
    const { steps } = this.result
    await this.#run.budget.inPieces(this.#partners.groups.size, VALUES_A_LABEL_SET * steps, group => {
      for (let i = 0; i < steps; i++) {
        const one = this.#partners.at(group, i)
        if (one < 0 || this.#matched?.[group * steps + i] === 1) continue
        const labels = this.#one.labels[one] as Labels
        const joined = this.#joinedLabels(labelsOfGroup(labels, this.#grouping), labels)
        this.#combineElements(group, i, fill, elementAt(this.#one, one * steps + i), joined)
      }
    })
  }

  /** The rule: nobody else can get in the way, so only the values are looked at. */
  #combineRows(many: number, one: number): void {
    const { steps } = this.result
    const labels = this.#joinedLabels(this.many.labels[many] as Labels, this.#one.labels[one] as Labels)
    const start = this.#addSeries(labels)
    const [manyStart, oneStart] = [many * steps, one * steps]
    if (this.#operation.kind === 'trim' || this.many.histograms !== undefined || this.#one.histograms !== undefined) {
      for (let i = 0; i < steps; i++) {
        if (this.many.kinds[manyStart + i] === NOTHING || this.#one.kinds[oneStart + i] === NOTHING) continue
        this.#put(start + i, this.#outcomeOf(elementAt(this.many, manyStart + i), elementAt(this.#one, oneStart + i)))
      }
      return
    }
    if (this.#isSwapped) this.#combineFloats(this.#operation, this.#one, oneStart, this.many, manyStart, start)
    else this.#combineFloats(this.#operation, this.many, manyStart, this.#one, oneStart, start)
  }

  /** FLOAT is 1 and NOTHING 0, so that both are there where both bits are. */
  #combineFloats(
    operation: Exclude<Operation, { kind: 'trim' }>,
    left: Vector,
    leftStart: number,
    right: Vector,
    rightStart: number,
    start: number,
  ): void {
    const { kinds, values, steps } = this.result
    const { kinds: leftKinds, values: leftValues } = left
    const { kinds: rightKinds, values: rightValues } = right
    const { isBool } = this.#expr
    for (let i = 0; i < steps; i++) {
      if (((leftKinds[leftStart + i] as number) & (rightKinds[rightStart + i] as number)) === NOTHING) continue
      const [a, b] = [leftValues[leftStart + i] as number, rightValues[rightStart + i] as number]
      if (operation.kind === 'arithmetic') values[start + i] = operation.calculate(a, b)
      else {
        const holds = operation.holds(a, b)
        if (!holds && !isBool) continue
        values[start + i] = isBool ? Number(holds) : a
      }
      kinds[start + i] = FLOAT
    }
  }

  /** The exception: series of one group take turns or get in each other's way, or gaps are filled. */
  #matchSteps(many: number, group: number): void {
    const { steps } = this.result
    const { fill } = this.#matching
    const labels = this.many.labels[many] as Labels
    const joinedWith = new Map<number, Labels>()
    for (let i = 0; i < steps; i++) {
      if (this.many.kinds[many * steps + i] === NOTHING) continue
      const one = this.#partners.at(group, i)
      if (one < 0 && fill.right === undefined) continue
      let joined = joinedWith.get(one)
      if (joined === undefined) {
        const partner = one < 0 ? labelsOfGroup(labels, this.#grouping) : (this.#one.labels[one] as Labels)
        joinedWith.set(one, (joined = this.#joinedLabels(labels, partner)))
      }
      const oneElement = one < 0 ? (fill.right as number) : elementAt(this.#one, one * steps + i)
      this.#combineElements(group, i, elementAt(this.many, many * steps + i), oneElement, joined)
    }
  }

  #combineElements(group: number, step: number, many: Element, one: Element, labels: Labels): void {
    const outcome = this.#outcomeOf(many, one)
    if (outcome === 'refused') return
    const { steps } = this.result
    const key = `${group} ${labels.key}`
    let made = this.#made.get(key)
    if (made === undefined) {
      this.#made.set(key, (made = { start: this.#addSeries(labels), steps: new Uint8Array(steps) }))
    }
    this.#matched ??= new Uint8Array(this.#partners.groups.size * steps)
    const place = group * steps + step
    if (this.#matching.cardinality === 'one-to-one') {
      if (this.#matched[place] === 1) {
        throw this.#refusal('many-to-one matching must be explicit (group_left/group_right)')
      }
    } else if (made.steps[step] === 1) throw this.#refusal('grouping labels must ensure unique matches')
    this.#matched[place] = 1
    made.steps[step] = 1
    this.#put(made.start + step, outcome)
  }

  #addSeries(labels: Labels): number {
    const start = this.result.addSeries(labels)
    if (this.#run.delaysNames && this.#expr.isBool) (this.result.unnamed ??= new Set()).add(this.result.size - 1)
    return start
  }

  #put(place: number, outcome: Element | 'filtered' | 'refused'): void {
    if (outcome === 'filtered' || outcome === 'refused') return
    if (typeof outcome === 'number') this.result.setFloat(place, outcome)
    else this.result.setHistogram(place, outcome)
  }

  #outcomeOf(many: Element, one: Element): Element | 'filtered' | 'refused' {
    const [left, right] = this.#isSwapped ? [one, many] : [many, one]
    const operation = this.#operation
    const { isBool } = this.#expr
    if (typeof left === 'number' && typeof right === 'number' && operation.kind !== 'trim') {
      if (operation.kind === 'arithmetic') return operation.calculate(left, right)
      return compared(operation.holds(left, right), left, isBool)
    }
    const operated = operateNoted(this.#expr, left, right, this.#run.notes)
    if (operated.kind === 'histogram') return operated.histogram
    return operated.kind === 'refused' ? 'refused' : compared(operated.holds, left, isBool)
  }

  /** The “many” side's labels, cut to those that match, with those that the “one” side gives. */
  #joinedLabels(many: Labels, one: Labels): Labels {
    const { cardinality, on, labels, include } = this.#matching
    const losesName = changesMeaning(this.#expr) || (this.#expr.isBool && !this.#run.delaysNames)
    let joined = losesName ? many.nameless : many
    if (cardinality === 'one-to-one') joined = on ? joined.keeping(labels) : joined.without(labels)
    for (const name of include) joined = joined.with(name, one.get(name))
    return joined
  }

  /** Not where there is nothing to match with at that step. */
  #refuseClash({ earlier, later, step }: Clash): void {
    const { fill } = this.#matching
    const { kinds, size, steps } = this.many
    let isMet = fill.left !== undefined || fill.right !== undefined
    for (let s = 0; s < size && !isMet; s++) isMet = kinds[s * steps + step] !== NOTHING
    if (!isMet) return
    const group = braced(labelsOfGroup(later, this.#grouping))
    const side = this.#isSwapped ? 'left' : 'right'
    throw new PromQLError(
      'execution',
      `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: ` +
        `[${braced(later)}, ${braced(earlier)}];many-to-many matching not allowed: matching labels must be unique on one side`,
      { span: this.#expr.span },
    )
  }

  #refusal(what: string): PromQLError {
    return new PromQLError('execution', `multiple matches for labels: ${what}`, { span: this.#expr.span })
  }
}

function compared(holds: boolean, left: Element, isBool: boolean): Element | 'filtered' {
  if (isBool) return Number(holds)
  return holds ? left : 'filtered'
}

function hasSeveralNames(all: readonly Labels[]): boolean {
  const first = all[0]?.name
  return all.some(({ name }) => name !== first)
}

/** As Prometheus writes labels in errors: the name is one of them. */
function braced(labels: Labels): string {
  const name = labels.name === '' ? [] : [`${NAME}=${JSON.stringify(labels.name)}`]
  const rest = labels.without([NAME]).toString().slice(1, -1)
  return `{${[...name, ...(rest === '' ? [] : [rest])].join(', ')}}`
}
