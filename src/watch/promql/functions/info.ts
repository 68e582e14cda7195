import { type Labels, NAME } from '../../../kernel/labels.ts'
import { type Matcher, matcher } from '../../../kernel/matcher.ts'
import { PromQLError } from '../error.ts'
import { NOTHING, Vector } from '../evaluate/value.ts'
import { type Pieces, VALUES_A_LABEL_SET } from '../pieces.ts'
import type { VectorSelector } from '../syntax/ast.ts'

/*
 * `info(v, selector?)`: each series of v gets the labels of the info series (`target_info` unless the selector names
 * others) that has the same `instance` and `job`. The selector says which labels, by what they must match; series for
 * which no info is found stay as they are where nothing has to be there, and go where something has. Experimental.
 *
 * The engine selects the info series in between, so it is a function in three parts.
 *
 * https://prometheus.io/docs/prometheus/latest/querying/functions/#info
 */

/** By these labels an info series belongs to others. */
const IDENTIFYING = ['instance', 'job'] as const

/** What the second argument asks for. */
export interface WantedInfo {
  readonly names: readonly Matcher[]
  /** By label; empty for all labels. */
  readonly data: ReadonlyMap<string, readonly Matcher[]>
}

export function wantedInfo(selector: VectorSelector | undefined): WantedInfo {
  const matchers = selector?.matchers ?? []
  const names = matchers.filter(({ name }) => name === NAME)
  const data = Map.groupBy(
    matchers.filter(({ name }) => name !== NAME),
    ({ name }) => name,
  )
  return { names: namesWith(names), data }
}

/** Names that are only ruled out are ruled out of all that end in `_info`. */
function namesWith(names: readonly Matcher[]): readonly Matcher[] {
  if (names.length === 0) return [matcher(NAME, '=', 'target_info')]
  const isPositive = names.some(({ operator }) => operator === '=' || operator === '=~')
  return isPositive ? names : [matcher(NAME, '=~', '.+_info'), ...names]
}

/** What the info series for these series match; undefined where none of them can have one. */
export async function infoMatchers(
  base: Vector,
  { names, data }: WantedInfo,
  pieces: Pieces,
): Promise<readonly Matcher[] | undefined> {
  const identities = IDENTIFYING.map(name => ({ name, values: new Set<string>() }))
  await pieces.inPieces(base.size, VALUES_A_LABEL_SET, series => {
    const labels = base.labels[series] as Labels
    if (!isInfo(labels, names)) for (const { name, values } of identities) values.add(labels.get(name))
  })
  for (const { values } of identities) values.delete('')
  const identifying = identities.flatMap(({ name, values }) => (values.size === 0 ? [] : [oneOf(name, values)]))
  if (identifying.length === 0) return undefined
  return [...names, ...identifying, ...[...data.values()].flat()]
}

/**
 * The series with what the info series say of them. Of two info series that apply to one at the same step, the one
 * with the younger sample counts. A series becomes several where its info changes.
 *
 * @param samples the info series, and `times` the same with their samples' times in seconds as values
 */
export async function joinInfo(
  base: Vector,
  samples: Vector,
  times: Vector,
  { names, data }: WantedInfo,
  pieces: Pieces,
): Promise<Vector> {
  if (samples.histograms !== undefined) throw notAnInfo(samples)
  const groups = Map.groupBy(samples.labels.keys(), series => identityOf(samples.labels[series] as Labels))
  const byIdentity = new Map(
    [...groups].map(([key, all]) => [key, [...Map.groupBy(all, s => samples.labels[s]?.name ?? '').values()]] as const),
  )
  const mayMiss = [...data.values()].flat().every(each => each.matches(''))
  const result = new Vector(base.steps, base.size)
  await pieces.inPieces(base.size, VALUES_A_LABEL_SET * (2 + base.steps), series => {
    const labels = base.labels[series] as Labels
    const candidates = isInfo(labels, names) ? undefined : (byIdentity.get(identityOf(labels)) ?? [])
    const startOf = new Map<string, number>()
    for (let step = 0; step < base.steps; step++) {
      const from = series * base.steps + step
      if (base.kinds[from] === NOTHING) continue
      const found = candidates?.flatMap(each => youngest(each, times, step) ?? [])
      if (found?.length === 0 && !mayMiss) continue
      const key = found?.join(' ') ?? ''
      let start = startOf.get(key)
      if (start === undefined) {
        const infos = found?.map(each => samples.labels[each] as Labels) ?? []
        start = result.addSeries(enrich(labels, infos, data))
        if (base.unnamed?.has(series) === true) (result.unnamed ??= new Set()).add(result.size - 1)
        startOf.set(key, start)
      }
      const histogram = base.histogramAt(from)
      if (histogram === undefined) result.setFloat(start + step, base.values[from] as number)
      else result.setHistogram(start + step, histogram)
    }
  })
  return result
}

function isInfo(labels: Labels, names: readonly Matcher[]): boolean {
  return names.every(each => each.matches(labels.name))
}

function identityOf(labels: Labels): string {
  return JSON.stringify(IDENTIFYING.map(name => labels.get(name)))
}

/** Of the series of one info metric. */
function youngest(candidates: readonly number[], times: Vector, step: number): number | undefined {
  let found: number | undefined
  let foundSeconds = -Infinity
  for (const series of candidates) {
    const place = series * times.steps + step
    if (times.kinds[place] === NOTHING) continue
    const seconds = times.values[place] as number
    if (found !== undefined && seconds === foundSeconds) throw ambiguous(times, found, series, seconds)
    if (seconds < foundSeconds) continue
    found = series
    foundSeconds = seconds
  }
  return found
}

/** What the series has itself stays. */
function enrich(labels: Labels, infos: readonly Labels[], data: WantedInfo['data']): Labels {
  const added = new Map<string, string>()
  for (const info of infos) {
    for (const [name, value] of info) {
      if (name === NAME || (data.size > 0 && !data.has(name))) continue
      if ((added.get(name) ?? value) !== value) throw new PromQLError('execution', `conflicting label: ${name}`)
      if (!labels.has(name)) added.set(name, value)
    }
  }
  let result = labels
  for (const [name, value] of added) result = result.with(name, value)
  return result
}

function ambiguous(times: Vector, existing: number, other: number, seconds: number): PromQLError {
  const [a, b] = [existing, other].map(
    series => `${written(times.labels[series] as Labels)} @ ${Math.round(seconds * 1000)}`,
  )
  return new PromQLError('execution', `found duplicate series for info metric: existing ${a}, new ${b}`)
}

function notAnInfo(samples: Vector): PromQLError {
  const place = samples.histograms?.keys().next().value ?? 0
  const labels = samples.labels[Math.floor(place / samples.steps)] as Labels
  return new PromQLError('execution', `this should be an info metric, with float samples: ${written(labels)}`)
}

/** With the name among the labels. */
function written(labels: Labels): string {
  return `{${[...labels].map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`
}

/** A regular expression for the storage; here the set itself is asked, which is as fast for 100,000 values as for one. */
function oneOf(name: string, values: ReadonlySet<string>): Matcher {
  const value = [...values].map(quoteRegex).join('|')
  return { name, operator: '=~', value, matches: text => values.has(text) }
}

function quoteRegex(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`)
}
