import type { Labels } from '../../../kernel/labels.ts'
import type { Answer, Element } from '../evaluate/result.ts'
import { almostEqual, almostSame, type NativeHistogram, printHistogram } from '../histogram/index.ts'
import { plainNumber } from '../plain-number.ts'
import type { Samples } from '../series/samples.ts'
import type { Series } from '../series/storage.ts'
import type { Expected, Point, SeriesLine, When } from './script.ts'

/** Floats are equal when they differ by less than this, relative to the sum of their sizes. */
const TOLERANCE = 1e-6

/** What differs between an answer and what a script expects, in one sentence; undefined where nothing does. */
export function differ(answer: Answer, expected: Expected, when: When, isOrdered: boolean): string | undefined {
  switch (expected.kind) {
    case 'scalar':
      if (answer.type !== 'scalar') return `expected a scalar, got a ${answer.type}`
      return sameFloat(answer.value, expected.value)
        ? undefined
        : `expected ${plainNumber(expected.value)}, got ${plainNumber(answer.value)}`
    case 'string':
      if (answer.type !== 'string') return `expected a string, got a ${answer.type}`
      return answer.value === expected.text
        ? undefined
        : `expected ${JSON.stringify(expected.text)}, got ${JSON.stringify(answer.value)}`
    case 'samples':
      if (answer.type !== 'matrix') return `expected a range vector, got a ${answer.type}`
      return differMatrix(answer.value, expected.series, expected)
    case 'series':
      if (answer.type === 'matrix' && when.kind === 'range') return differMatrix(answer.value, expected.series, when)
      if (answer.type !== 'vector') return `expected series, got a ${answer.type}`
      return differVector(answer.value, expected.series, isOrdered)
  }
}

function differVector(
  elements: readonly Element[],
  lines: readonly SeriesLine[],
  isOrdered: boolean,
): string | undefined {
  const byKey = new Map(lines.map((line, position) => [line.labels.key, { line, position }]))
  for (const [position, element] of elements.entries()) {
    const expected = byKey.get(element.labels.key)
    if (expected === undefined) return `unexpected ${element.labels.toString()} with ${show(pointOf(element))}`
    if (isOrdered && expected.position !== position) {
      return `expected ${element.labels.toString()} at position ${expected.position + 1}, but it is at ${position + 1}`
    }
    const wrong = differPoint(element.labels, pointOf(element), expected.line.points[0])
    if (wrong !== undefined) return wrong
    byKey.delete(element.labels.key)
  }
  for (const { line } of byKey.values())
    return `expected ${line.labels.toString()} with ${show(line.points[0])}, not found`
  return undefined
}

function differMatrix(
  series: readonly Series[],
  lines: readonly SeriesLine[],
  { startMs, stepMs }: { readonly startMs: number; readonly stepMs: number },
): string | undefined {
  const byKey = new Map(lines.map(line => [line.labels.key, line]))
  for (const { labels, samples } of series) {
    const line = byKey.get(labels.key)
    if (line === undefined) return `unexpected ${labels.toString()} with ${samples.timesMs.length} points`
    const found = new Map(pointsOf(samples))
    for (const [step, point] of line.points.entries()) {
      const timeMs = startMs + step * stepMs
      const wrong = differPoint(labels, found.get(timeMs), point)
      if (wrong !== undefined) return `${wrong} (at ${timeMs} ms)`
      found.delete(timeMs)
    }
    for (const [timeMs, point] of found) return `unexpected ${labels.toString()} with ${show(point)} at ${timeMs} ms`
    byKey.delete(labels.key)
  }
  for (const line of byKey.values()) return `expected ${line.labels.toString()}, not found`
  return undefined
}

function differPoint(labels: Labels, actual: Point | undefined, expected: Point | undefined): string | undefined {
  return samePoint(actual, expected)
    ? undefined
    : `expected ${labels.toString()} with ${show(expected)}, got ${show(actual)}`
}

function samePoint(actual: Point | undefined, expected: Point | undefined): boolean {
  if (actual === undefined || expected === undefined) return actual === expected
  if (actual.kind === 'float') {
    return expected.kind === 'float' && sameFloat(Number(actual.value), Number(expected.value))
  }
  if (expected.kind === 'float' || !almostEqual(actual.histogram, expected.histogram, TOLERANCE)) return false
  return !expected.hintIsSet || actual.histogram.counterReset === expected.histogram.counterReset
}

function sameFloat(a: number, b: number): boolean {
  return almostSame(a, b, TOLERANCE)
}

function pointOf(element: Element): Point {
  return element.histogram === undefined ? float(element.value) : histogramPoint(element.histogram)
}

function pointsOf({ timesMs, values, histograms }: Samples): [timeMs: number, point: Point][] {
  return Array.from(timesMs, (timeMs, i) => {
    const histogram = histograms?.[i]
    return [timeMs, histogram === undefined ? float(values[i] as number) : histogramPoint(histogram)]
  })
}

function float(value: number): Point {
  return { kind: 'float', value }
}

function histogramPoint(histogram: NativeHistogram): Point {
  return { kind: 'histogram', histogram, hintIsSet: false }
}

function show(point: Point | undefined): string {
  if (point === undefined) return 'nothing'
  if (point.kind === 'histogram') return printHistogram(point.histogram)
  return typeof point.value === 'number' ? plainNumber(point.value) : 'a stale marker'
}
