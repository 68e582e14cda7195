import type { Chance } from '../chance.ts'
import { END_MS, QUERY_MS, START_MS } from '../data.ts'
import { FAMILIES, type Family, LABEL_VALUES } from '../instruments.ts'
import { type Tree, tree, type Wording } from '../tree.ts'

/** Ranges of selectors. Not on the grid of the scrapes, but that does not matter: the scrapes are not, either. */
const RANGES = ['20s', '30s', '1m', '2m', '5m', '7m30s', '10m', '30m', '1h']

/** `name{matchers} @ … offset …` */
export function selector(chance: Chance, family: Family = chance.of(FAMILIES)): Tree {
  const bare = tree('vector', [family.name], { labels: family.labels })
  const matched = withMatchers(chance, bare, family)
  return shifted(chance, matched, 0.12)
}

/** `selector[range]` */
export function rangeSelector(chance: Chance, family: Family = chance.of(FAMILIES)): Tree {
  const bare = tree('vector', [family.name], { labels: family.labels })
  const { parts, simpler } = withMatchers(chance, bare, family)
  const range = `[${chance.of(RANGES)}]`
  const whole = tree('matrix', [...parts, range], {
    labels: family.labels,
    simpler: simpler.map(each => tree('matrix', [...each.parts, range], { labels: family.labels })),
  })
  return shifted(chance, whole, 0.12)
}

/** With an offset, a fixed time, or both. Offsets are multiples of 15 s: see `subqueryOf`. */
export function shifted(chance: Chance, of: Tree, probability: number): Tree {
  const perhaps = (before: Tree, modifier: string): Tree => {
    if (!chance.is(probability)) return before
    return { ...before, parts: [...before.parts, modifier], simpler: [before, ...before.simpler] }
  }
  const [first, second] = chance.is(0.5) ? [offset(chance), at(chance)] : [at(chance), offset(chance)]
  return perhaps(perhaps(of, first), second)
}

function offset(chance: Chance): string {
  return ` offset ${chance.of(['15s', '1m', '5m', '20m', '-30s', '-5m', '-1h'])}`
}

function at(chance: Chance): string {
  if (chance.is(0.4)) return chance.of([' @ start()', ' @ end()'])
  return ` @ ${(START_MS + chance.below((END_MS - START_MS) / 1_000) * 1_000 + QUERY_MS) / 1_000}`
}

function withMatchers(chance: Chance, bare: Tree, family: Family): Tree {
  if (chance.is(0.6)) return bare
  const labels = [...family.labels, ...(chance.is(0.1) ? ['absent', 'method'] : [])]
  const matchers = chance.some(labels, 1.3 / labels.length).map(label => matcher(chance, label))
  if (matchers.length === 0) return bare
  const between = matchers.flatMap((one, i) => (i === 0 ? [one] : [',', one]))
  // Rarely by a pattern for the name, which finds families whose series differ by name alone.
  if (chance.is(0.04)) {
    const [head] = family.name.split('_') as [string]
    return { ...bare, parts: [`{__name__=~"${head}.*",`, ...between, '}'], simpler: [bare] }
  }
  return { ...bare, parts: [...bare.parts, '{', ...between, '}'], simpler: [bare] }
}

/** Mostly one that lets much through, so that there is something left. */
function matcher(chance: Chance, label: string): string | Wording {
  const values = LABEL_VALUES[label] ?? ['']
  const value = chance.of(values)
  return chance.weighed<() => string | Wording>([
    [3, () => `${label}=${quote(value)}`],
    [4, () => `${label}!=${quote(value)}`],
    [2, () => pattern(label, '=~', chance.some(values, 0.6).map(literally).join('|'))],
    [2, () => pattern(label, '=~', chance.of(['.*', '.+', '.*[1-2].*', '(?i)SHOP.*', '.', 's..p', '[^x]+', '.*n.*']))],
    [1, () => pattern(label, '!~', chance.of(['', '.+', '.*p.*', '/.*', '(GET|in|1)']))],
  ])()
}

/** In Prometheus 2 the dot does not match newlines; told to, it answers as Prometheus 3. */
function pattern(label: string, operator: string, regex: string): string | Wording {
  return dotAll(regex, text => `${label}${operator}${quote(text)}`)
}

export function dotAll(regex: string, around: (regex: string) => string): Wording {
  return { ours: around(regex), theirs: around(`(?s:${regex})`) }
}

function literally(value: string): string {
  return value.replace(/[+.]/g, '\\$&')
}

export function quote(text: string): string {
  return JSON.stringify(text)
}
