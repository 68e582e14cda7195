import { Labels } from '../../../src/kernel/labels.ts'
import type { AnswerSeries, DiffAnswer, Side } from './answer.ts'
import { compare, type Difference, sameFloat } from './compare.ts'
import { hangsOnLastBits } from './last-bits.ts'
import type { Query } from './make/query.ts'
import { isRateNearZero } from './rate-near-zero.ts'
import { areRoundedBuckets } from './rounded-buckets.ts'
import { type Tree, textOf } from './tree.ts'
import { areChangedWords } from './words.ts'

/** A difference between Prometheus 2.42 and 3 that shows in random queries, and by what it is known. */
export interface KnownDifference {
  readonly name: string
  readonly why: string
  /** Whether it is this one, of the smallest query that differs. */
  explains(seen: Seen, sides: Sides): boolean | Promise<boolean>
}

/** To be asked for more. */
export interface Sides {
  readonly ours: Side
  readonly theirs: Side
}

/** A query as small as it could be made, and what either side answers. */
export interface Seen {
  readonly query: Query
  readonly text: string
  readonly ours: DiffAnswer
  readonly theirs: DiffAnswer
  readonly difference: Difference
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    name: 'rate near zero',
    why: 'Prometheus 2 compared the way to zero with the threshold of extrapolation; 3 first applies the threshold.',
    explains: isRateNearZero,
  },
  {
    name: 'UTF-8 label names',
    why: 'Prometheus 3 lets a label be called anything that is UTF-8.',
    explains: ({ ours, theirs }) => ours.kind === 'series' && /invalid (destination )?label name/.test(errorOf(theirs)),
  },
  {
    name: 'name after atan2',
    why: 'Prometheus 2 forgot atan2 among the operators that drop the name of the metric.',
    explains: ({ text, ours, theirs }) =>
      / atan2 /.test(text) &&
      seriesOf(theirs).some(({ labels }) => labels.name !== '') &&
      haveSame(ours, nameless(theirs)),
  },
  {
    name: 'deviation of one that is not finite',
    why: 'In Prometheus 2 a group of one has no deviation, whatever its value is; in 3 that of NaN and Inf is NaN.',
    explains: ({ text, ours, theirs }) => /^std(dev|var)\b/.test(text) && differOnlyIn(ours, theirs, isNaNFor0),
  },
  {
    name: 'fixed range that moved',
    why: 'Prometheus 2 let a range with @ move with the steps where the function itself depends on them.',
    explains: ({ text, query: { tree, times }, ours, theirs }) =>
      (times.kind === 'range' || tree.type === 'matrix') &&
      /\b(predict_linear|quantile_over_time)\(.*\][^)]* @ /s.test(text) &&
      haveSame(onlyFirst(ours), onlyFirst(theirs)),
  },
  {
    name: 'fixed parameter that moved',
    why: 'Prometheus lets a selector with @ move with the steps where it is in the parameter of an aggregation.',
    explains: async ({ text, query, ours }, sides) =>
      query.times.kind === 'range' &&
      /^(topk|bottomk|quantile)\b.* @ /s.test(text) &&
      ours.kind === 'series' &&
      (await agreeAt(query.times.startMs, query.tree, sides)),
  },
  {
    name: 'timestamp of what is fixed and offset',
    why: 'Prometheus forgets the offset of a selector with @ in timestamp, and looks where it has read nothing.',
    explains: ({ text }) => /^timestamp\([^()]* offset [^()]* @ |^timestamp\([^()]* @ [^()]* offset /.test(text),
  },
  {
    name: 'subquery without a step',
    why: 'Prometheus 2 evaluated what does not depend on time even where a subquery has no step, at one after its end.',
    explains: ({ query: { tree, times }, ours, theirs }) =>
      tree.type === 'matrix' &&
      times.kind === 'instant' &&
      isNothing(ours) &&
      seriesOf(theirs).every(({ points }) => [...points.keys()].every(timeMs => timeMs > times.timeMs)),
  },
  {
    name: 'equals on top',
    why: 'Which of several equal elements topk and bottomk leave out hangs on how their heaps are kept.',
    explains: ({ text, ours, theirs }) => /^(topk|bottomk)\b/.test(text) && haveSameValues(ours, theirs),
  },
  {
    name: 'how many beyond whole numbers',
    why: 'Prometheus 3 answers nothing where topk and bottomk are asked for less than one, however little.',
    explains: ({ text, ours, theirs }) =>
      /^(topk|bottomk)\b/.test(text) && isNothing(ours) && errorOf(theirs) === 'Scalar value -Inf overflows int64',
  },
  {
    name: 'numbers as durations',
    why: 'Prometheus 3 takes numbers of seconds for durations.',
    explains: ({ ours, theirs }) =>
      errorOf(ours) === '' && errorOf(theirs).endsWith('unexpected number "5" in offset, expected duration'),
  },
  {
    name: 'several matches that are filtered',
    why: 'Prometheus 2 overlooked that several elements match one where a comparison dropped them.',
    explains: ({ ours, theirs }) => errorOf(ours).startsWith('multiple matches for labels: ') && errorOf(theirs) === '',
  },
  {
    name: 'fraction of classic histograms',
    why: 'histogram_fraction takes classic histograms since Prometheus 3.',
    explains: ({ text, theirs }) => text.startsWith('histogram_fraction(') && isNothing(theirs),
  },
  {
    name: 'label forgotten by count_values',
    why: 'From its second step on, Prometheus 2 wrote the label for the values over the last one of the grouping.',
    explains: ({ text, query: { times }, ours, theirs }) =>
      times.kind === 'range' && /^count_values\b.*\bby /s.test(text) && haveSame(onlyFirst(ours), onlyFirst(theirs)),
  },
  {
    name: 'buckets equal but for rounding',
    why: 'Prometheus 3 takes counts of buckets for equal that differ by less than 1e-12 of themselves.',
    explains: areRoundedBuckets,
  },
  {
    name: "Go's mathematics",
    why: "Go's sinh and cosh overflow a little early, and its log2 loses the last bits near 1.",
    explains: ({ text, ours, theirs }) =>
      (/^(sinh|cosh)\(/.test(text) && differOnlyIn(ours, theirs, isOverflow)) ||
      (text.startsWith('log2(') &&
        differOnlyIn(ours, theirs, (our = NaN, their = NaN) => Math.abs(our - their) <= 2 ** -52)),
  },
  {
    name: 'last bits in labels',
    why: 'Sums are rounded otherwise, since Prometheus 3 keeps what additions lose; count_values shows every digit.',
    explains: ({ text, ours, theirs }) => /^count_values\b/.test(text) && haveSame(rounded(ours), rounded(theirs)),
  },
  {
    name: 'last bits that decide',
    why: 'Sums are rounded otherwise; what jumps or cancels makes much of that.',
    explains: hangsOnLastBits,
  },
  {
    name: 'words of errors',
    why: 'Prometheus 3 tells some errors in other words.',
    explains: ({ ours, theirs }) => areChangedWords(ours, theirs),
  },
]

export async function explain(seen: Seen, sides: Sides): Promise<KnownDifference | undefined> {
  for (const known of KNOWN_DIFFERENCES) if (await known.explains(seen, sides)) return known
  return undefined
}

function isNaNFor0(our: number | undefined, their: number | undefined): boolean {
  return Number.isNaN(our) && their === 0
}

/** Where e^|x| is too great for a float, but half of it is not. */
function isOverflow(our = NaN, their = NaN): boolean {
  return Math.abs(our) > Number.MAX_VALUE / 2 && Math.abs(their) === Infinity && our > 0 === their > 0
}

function errorOf(answer: DiffAnswer): string {
  return answer.kind === 'error' ? answer.text : ''
}

function seriesOf(answer: DiffAnswer): readonly AnswerSeries[] {
  return answer.kind === 'series' ? answer.series : []
}

function nameless(answer: DiffAnswer): DiffAnswer {
  if (answer.kind !== 'series') return answer
  return { ...answer, series: answer.series.map(({ labels, points }) => ({ labels: labels.nameless, points })) }
}

/** With labels that are numbers cut to twelve digits, and elements that become the same added up. */
function rounded(answer: DiffAnswer): DiffAnswer {
  if (answer.kind !== 'series') return answer
  const byKey = new Map<string, { readonly labels: Labels; readonly points: Map<number, number> }>()
  for (const { labels, points } of answer.series) {
    const short = Labels.from(Array.from(labels, ([name, value]) => [name, shortened(value)]))
    const into = byKey.get(short.key) ?? { labels: short, points: new Map() }
    byKey.set(short.key, into)
    for (const [timeMs, count] of points) into.points.set(timeMs, (into.points.get(timeMs) ?? 0) + count)
  }
  return { ...answer, series: [...byKey.values()] }
}

function shortened(text: string): string {
  return /^-?\d+(\.\d+)?$/.test(text) ? String(Number(Number(text).toPrecision(12))) : text
}

/** What there is at the first time of each series. */
function onlyFirst(answer: DiffAnswer): DiffAnswer {
  if (answer.kind !== 'series') return answer
  const times = answer.series.flatMap(({ points }) => [...points.keys()])
  const firstMs = Math.min(...times)
  const series = answer.series.map(({ labels, points }) => ({
    labels,
    points: new Map([...points].filter(([timeMs]) => timeMs === firstMs)),
  }))
  return { ...answer, series: series.filter(({ points }) => points.size > 0) }
}

async function agreeAt(timeMs: number, tree: Tree, { ours, theirs }: Sides): Promise<boolean> {
  const times = { kind: 'instant', timeMs } as const
  const [our, their] = await Promise.all([ours(textOf(tree, 'ours'), times), theirs(textOf(tree, 'theirs'), times)])
  return compare(our, their, false) === undefined
}

function isNothing(answer: DiffAnswer): boolean {
  return answer.kind === 'series' && answer.series.length === 0
}

/** The same values, in any order and of whichever series. */
function haveSameValues(ours: DiffAnswer, theirs: DiffAnswer): boolean {
  const valuesOf = (answer: DiffAnswer): readonly number[] =>
    seriesOf(answer)
      .flatMap(({ points }) => [...points.values()])
      .toSorted((a, b) => (Number.isNaN(a) ? -Infinity : a) - (Number.isNaN(b) ? -Infinity : b))
  const [our, their] = [valuesOf(ours), valuesOf(theirs)]
  return our.length > 0 && our.length === their.length && our.every((value, i) => sameFloat(value, their[i] as number))
}

function haveSame(ours: DiffAnswer, theirs: DiffAnswer): boolean {
  return differOnlyIn(ours, theirs, () => false)
}

/** Whether each point is equal or one of those pairs; undefined stands for nothing. */
function differOnlyIn(
  ours: DiffAnswer,
  theirs: DiffAnswer,
  mayDiffer: (our: number | undefined, their: number | undefined) => boolean,
): boolean {
  if (ours.kind !== 'series' || theirs.kind !== 'series') return false
  const [our, their] = [pointsOf(ours.series), pointsOf(theirs.series)]
  return [...new Set([...our.keys(), ...their.keys()])].every(key => {
    const [a, b] = [our.get(key), their.get(key)]
    return (a !== undefined && b !== undefined && sameFloat(a, b)) || mayDiffer(a, b)
  })
}

function pointsOf(series: readonly AnswerSeries[]): ReadonlyMap<string, number> {
  return new Map(
    series.flatMap(({ labels, points }) => Array.from(points, ([timeMs, value]) => [`${timeMs} ${labels.key}`, value])),
  )
}
