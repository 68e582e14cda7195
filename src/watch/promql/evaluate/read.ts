import { messageOf } from '../../../kernel/errors.ts'
import { Labels } from '../../../kernel/labels.ts'
import type { Matcher } from '../../../kernel/matcher.ts'
import { PromQLError } from '../error.ts'
import type { Hints, Series } from '../series/storage.ts'
import type { Run } from './run.ts'

/** What is to be read: startMs < t ≤ endMs. */
export interface Reading {
  readonly matchers: readonly Matcher[]
  readonly startMs: number
  readonly endMs: number
  readonly hints: Pick<Hints, 'around' | 'rangeMs' | 'stepMs'>
}

/** The series of a selector; from memory where the same span of the same series was read before in this query. */
export function readSeries(run: Run, reading: Reading): Promise<readonly Series[]> {
  const { matchers, startMs, endMs } = reading
  const key = JSON.stringify([startMs, endMs, matchers.map(({ name, operator, value }) => [name, operator, value])])
  let read = run.read.get(key)
  if (read === undefined) run.read.set(key, (read = readNow(run, reading)))
  return read
}

async function readNow(run: Run, { matchers, startMs, endMs, hints }: Reading): Promise<Series[]> {
  const { storage, budget } = run
  try {
    const selected = await budget.waitFor(signal =>
      storage.select(matchers, startMs, endMs, { ...hints, signal, pieces: budget }),
    )
    const series = await budget.gather(selected)
    await budget.inPieces(series.length, 8, s => refuseUnfit(series[s] as Series))
    return series
  } catch (cause) {
    if (cause instanceof PromQLError) throw cause
    budget.check()
    throw new PromQLError('storage', `expanding series: ${messageOf(cause)}`, { cause })
  }
}

/** What a type checker would have told the storage's author. Looks at no sample: their order is taken on trust. */
function refuseUnfit({ labels, samples }: Series): void {
  if (!(labels instanceof Labels)) throw new TypeError('a series came without labels that Labels.of made')
  const { timesMs, values } = samples
  if (!(timesMs instanceof Float64Array && values instanceof Float64Array)) {
    throw new TypeError(`the samples of ${labels.toString()} are not in columns, a Float64Array each`)
  }
  if (timesMs.length === values.length) return
  throw new TypeError(`the samples of ${labels.toString()} are ${timesMs.length} times and ${values.length} values`)
}
