import type { AnswerSeries } from './answer.ts'
import { sameFloat } from './compare.ts'
import type { Seen, Sides } from './differences.ts'

/** Whether Prometheus' answer is what its version 2 makes of the same samples, point by point. */
export async function isRateOfPrometheus2({ text, query, theirs }: Seen, { ours }: Sides): Promise<boolean> {
  const [, name, matrix = ''] = /^(rate|increase)\((.*)\)$/s.exec(text) ?? []
  if (name === undefined || query.times.kind !== 'instant' || theirs.kind !== 'series') return false
  const { timeMs } = query.times
  const window = windowOf(matrix, timeMs)
  const raw = await ours(matrix, query.times)
  if (window === undefined || raw.kind !== 'series') return false
  const byKey = new Map(raw.series.map(series => [series.labels.nameless.key, series]))
  return theirs.series.every(({ labels, points }) => {
    const samples = byKey.get(labels.key)
    const their = points.get(timeMs)
    if (samples === undefined || their === undefined) return false
    const increase = oldIncrease(samples, window)
    return sameFloat(their, name === 'rate' ? (increase / window.rangeMs) * 1_000 : increase)
  })
}

interface Window {
  readonly endMs: number
  readonly rangeMs: number
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** The range of a selector or subquery as it is written at the end of its text. */
function windowOf(matrix: string, timeMs: number): Window | undefined {
  const found = /\[(\w+)(?::\w*)?\]((?: offset -?\w+| @ [\d.]+)*)$/.exec(matrix)
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

/** Extrapolates to zero at most, and only then asks whether that is near enough. */
function oldIncrease({ points }: AnswerSeries, { endMs, rangeMs }: Window): number {
  const [times, values] = [[...points.keys()], [...points.values()]]
  const [firstMs, lastMs] = [times[0] as number, times.at(-1) as number]
  let increase = (values.at(-1) as number) - (values[0] as number)
  for (let i = 1; i < values.length; i++) {
    if ((values[i] as number) < (values[i - 1] as number)) increase += values[i - 1] as number
  }
  const sampledMs = lastMs - firstMs
  const betweenMs = sampledMs / (values.length - 1)
  const first = values[0] as number
  let toStartMs = firstMs - (endMs - rangeMs)
  if (increase > 0 && first >= 0) toStartMs = Math.min(toStartMs, sampledMs * (first / increase))
  const extend = (gapMs: number): number => (gapMs < 1.1 * betweenMs ? gapMs : betweenMs / 2)
  return (increase * (sampledMs + extend(toStartMs) + extend(endMs - lastMs))) / sampledMs
}
