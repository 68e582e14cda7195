import type { AnswerSeries, DiffAnswer } from './answer.ts'
import { sameFloat } from './compare.ts'
import type { Seen, Sides } from './differences.ts'

/** Whether each answer is what its version of Prometheus makes of the same samples, point by point. */
export async function isRateNearZero({ text, query, ours, theirs }: Seen, sides: Sides): Promise<boolean> {
  const [, name, matrix = ''] = /^(rate|increase)\((.*)\)$/s.exec(text) ?? []
  if (name === undefined || query.times.kind !== 'instant') return false
  const { timeMs } = query.times
  const window = windowOf(matrix, timeMs)
  const raw = await sides.ours(matrix, query.times)
  if (window === undefined || raw.kind !== 'series') return false
  const samplesOf = new Map(raw.series.map(series => [series.labels.nameless.key, series]))
  const isMadeBy = (answer: DiffAnswer, toStart: ToStart): boolean =>
    answer.kind === 'series' &&
    answer.series.every(({ labels, points }) => {
      const samples = samplesOf.get(labels.key)
      const value = points.get(timeMs)
      if (samples === undefined || value === undefined) return false
      const increase = increaseOf(samples, window, toStart)
      return sameFloat(value, name === 'rate' ? (increase / window.rangeMs) * 1_000 : increase)
    })
  return isMadeBy(theirs, toStartIn2) && isMadeBy(ours, toStartIn3)
}

interface Window {
  readonly endMs: number
  readonly rangeMs: number
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/**
 * The range of a selector or subquery as it is written at the end of its text. `start()` and `end()` of an instant
 * query are its own time.
 */
function windowOf(matrix: string, timeMs: number): Window | undefined {
  const found = /\[(\w+)(?::\w*)?\]((?: offset -?\w+| @ (?:[\d.]+|(?:start|end)\(\)))*)$/.exec(matrix)
  if (found === null) return undefined
  const [, range = '', modifiers = ''] = found
  const [, offset = '0s'] = /offset (-?\w+)/.exec(modifiers) ?? []
  const [, at] = /@ ([\d.]+)/.exec(modifiers) ?? []
  const startMs = at === undefined ? timeMs : Math.round(Number(at) * 1_000)
  return { endMs: startMs - durationMs(offset), rangeMs: durationMs(range) }
}

function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+)(ms|[smh])/g)]
  const sizeMs = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit as string] as number), 0)
  return text.startsWith('-') ? -sizeMs : sizeMs
}

/** How far to extrapolate before the first sample: to the start of the range, but not beyond where it would be zero. */
type ToStart = (gap: number, toZero: number, extend: (gap: number) => number) => number

const toStartIn2: ToStart = (gap, toZero, extend) => extend(Math.min(gap, toZero))
const toStartIn3: ToStart = (gap, toZero, extend) => Math.min(extend(gap), toZero)

/** In seconds, as there, because what is compared with the threshold may be just that. */
function increaseOf({ points }: AnswerSeries, { endMs, rangeMs }: Window, toStart: ToStart): number {
  const [times, values] = [[...points.keys()], [...points.values()]]
  const [firstMs, lastMs] = [times[0] as number, times.at(-1) as number]
  let increase = (values.at(-1) as number) - (values[0] as number)
  for (let i = 1; i < values.length; i++) {
    if ((values[i] as number) < (values[i - 1] as number)) increase += values[i - 1] as number
  }
  const sampled = (lastMs - firstMs) / 1_000
  const between = sampled / (values.length - 1)
  const first = values[0] as number
  const toZero = increase > 0 && first >= 0 ? sampled * (first / increase) : Infinity
  const extend = (gap: number): number => (gap < between * 1.1 ? gap : between / 2)
  const before = toStart((firstMs - (endMs - rangeMs)) / 1_000, toZero, extend)
  return increase * ((sampled + before + extend((endMs - lastMs) / 1_000)) / sampled)
}
