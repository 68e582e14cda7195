import { InvalidInput } from '../../../kernel/errors.ts'
import { type Labels, NAME } from '../../../kernel/labels.ts'
import { compile } from '../../../kernel/matcher.ts'
import { PromQLError } from '../error.ts'
import { type StringValue, type Value, Vector } from '../evaluate/value.ts'
import { VALUES_A_LABEL_SET } from '../pieces.ts'
import { isLabelName } from '../series/label-name.ts'
import type { OnWhole, WholeCall } from './function.ts'
import { expandTemplate } from './template.ts'

/**
 * `label_replace(v, dst, replacement, src, regex)`: where the regular expression matches the whole value of src, dst
 * becomes the replacement, in which `$1` and `${name}` stand for groups; an empty one takes the label off.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#label_replace
 */
export const labelReplace: OnWhole = {
  shape: 'on-whole',
  async apply([vector, ...args], call) {
    const [target, replacement, source, pattern] = args.map(textOf) as [string, string, string, string]
    const regex = compileWhole(pattern, call)
    refuseLabelName(target, 'destination', 'label_replace', call, 1)
    return relabel(vector as Vector, target, call, labels => {
      const match = regex.matcher(labels.get(source))
      return match.matches() ? expandTemplate(replacement, match, regex.namedGroups()) : undefined
    })
  },
}

/**
 * `label_join(v, dst, separator, src, …)`: dst becomes the values of the sources, joined; an empty one takes the label
 * off.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#label_join
 */
export const labelJoin: OnWhole = {
  shape: 'on-whole',
  async apply([vector, ...args], call) {
    const [target, separator, ...sources] = args.map(textOf) as [string, string, ...string[]]
    for (const [i, source] of sources.entries()) refuseLabelName(source, 'source', 'label_join', call, i + 3)
    refuseLabelName(target, 'destination', 'label_join', call, 1)
    return relabel(vector as Vector, target, call, labels => sources.map(name => labels.get(name)).join(separator))
  },
}

/** Sets one label of each series to what is made of the series' labels; undefined leaves it. */
async function relabel(
  vector: Vector,
  target: string,
  call: WholeCall,
  valueOf: (labels: Labels) => string | undefined,
): Promise<Vector> {
  const result = new Vector(vector.steps, 0)
  result.kinds = vector.kinds
  result.values = vector.values
  result.histograms = vector.histograms
  result.unnamed = vector.unnamed && new Set(vector.unnamed)
  await call.inPieces(vector.size, 4 * VALUES_A_LABEL_SET, series => {
    const labels = vector.labels[series] as Labels
    const value = shortEnough(() => valueOf(labels), target, call)
    result.labels.push(value === undefined ? labels : labels.with(target, value))
    // A name that was given on purpose stays.
    if (value !== undefined && target === NAME) result.unnamed?.delete(series)
  })
  return call.refuseTwins(result)
}

/** A query that joins a label to itself doubles it at each level: thirty of them would be a text of a gigabyte. */
const LONGEST_VALUE = 65_536

function shortEnough(valueOf: () => string | undefined, target: string, call: WholeCall): string | undefined {
  try {
    const value = valueOf()
    if (value === undefined || value.length <= LONGEST_VALUE) return value
  } catch (error) {
    // The longest text that the runtime can hold.
    if (!(error instanceof RangeError)) throw error
  }
  const text = `value of label ${target} in ${call.call.function.name}() is longer than ${LONGEST_VALUE} characters`
  throw new PromQLError('execution', text, { span: call.spanOf(1) })
}

function compileWhole(pattern: string, call: WholeCall): ReturnType<typeof compile> {
  try {
    return compile(pattern)
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    const message = `invalid regular expression in label_replace(): ${pattern}`
    throw new PromQLError('execution', message, { span: call.spanOf(4), cause: error })
  }
}

function refuseLabelName(
  name: string,
  role: 'source' | 'destination',
  of: 'label_replace' | 'label_join',
  call: WholeCall,
  arg: number,
): void {
  if (isLabelName(name)) return
  throw new PromQLError('execution', `invalid ${role} label name in ${of}(): ${name}`, { span: call.spanOf(arg) })
}

function textOf(value: Value): string {
  return (value as StringValue).text
}
