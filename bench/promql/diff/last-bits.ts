import type { DiffAnswer, Side } from './answer.ts'
import { compare } from './compare.ts'
import type { Seen, Sides } from './differences.ts'
import { childrenOf, type Tree, textOf } from './tree.ts'

/** What makes a jump of the last bit, or takes away all the others. */
const JUMPS =
  /^(floor|ceil|round|sgn|changes|resets|stddev|stdvar|std\w+_over_time|deriv|delta|idelta|sqrt|ln|log2|log10|acos|acosh|asin|atanh|year|month|day_\w+|days_in_month|hour|minute|clamp|sort|topk|bottomk|rate|irate|increase|sin|cos|tan)\b/
const JUMPING_OPERATOR = /^ (==|!=|<=|>=|<|>|%|-|\+|\^|\/|atan2)/

/**
 * Whether an operation that jumps has got parts that are equal but for their last bits. Since the query is the smallest
 * that differs, its parts do not differ by more.
 */
export async function hangsOnLastBits(
  { query, ours: our, theirs: their, difference }: Seen,
  { ours, theirs }: Sides,
): Promise<boolean> {
  if (our.kind === 'error' || their.kind === 'error' || difference.kind === 'type') return false
  if (await isLostInDeviation({ query, ours: our, theirs: their }, ours)) return true
  if (!jumps(query.tree)) return false
  const { tree, times } = query
  for (const part of childrenOf(tree)) {
    if (part.type === 'string') continue
    const isVector = part.type !== 'matrix' || times.kind === 'instant'
    if (!isVector) continue
    const [a, b] = await Promise.all([ours(textOf(part, 'ours'), times), theirs(textOf(part, 'theirs'), times)])
    if (compare(a, b, false) === undefined && bitsOf(a) !== bitsOf(b)) return true
  }
  return false
}

/** A deviation that is next to nothing beside the values themselves, of which the last bits are all that is left. */
async function isLostInDeviation(
  { query: { tree, times }, ours, theirs }: Pick<Seen, 'query' | 'ours' | 'theirs'>,
  ask: Side,
): Promise<boolean> {
  const [root, part] = [
    textOf(tree, 'ours'),
    childrenOf(tree).find(({ type }) => type === 'vector' || type === 'matrix'),
  ]
  const [, kind] = /^std(dev|var)/.exec(root) ?? []
  if (kind === undefined || part === undefined || (part.type === 'matrix' && times.kind === 'range')) return false
  const greatest = Math.max(...valuesOf(await ask(textOf(part, 'ours'), times)).map(Math.abs))
  const negligible = kind === 'dev' ? 1e-7 * greatest : 1e-14 * greatest ** 2
  return [...valuesOf(ours), ...valuesOf(theirs)].every(value => value <= negligible)
}

function valuesOf(answer: DiffAnswer): readonly number[] {
  return answer.kind === 'series' ? answer.series.flatMap(({ points }) => [...points.values()]) : []
}

function jumps({ parts }: Tree): boolean {
  return parts.some(
    (part, i) => typeof part === 'string' && (JUMPING_OPERATOR.test(part) || (i === 0 && JUMPS.test(part))),
  )
}

/** Every digit of an answer. */
function bitsOf(answer: DiffAnswer): string {
  if (answer.kind !== 'series') return ''
  return answer.series
    .map(({ labels, points }) => `${labels.key} ${[...points].join(' ')}`)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join('\n')
}
