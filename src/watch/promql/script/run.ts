import type { Engine, Result } from '../engine.ts'
import { PromQLError } from '../error.ts'
import type { Element } from '../evaluate/result.ts'
import type { NativeHistogram } from '../histogram/native-histogram.ts'
import { MemorySeries } from '../series/memory-series.ts'
import type { Expr } from '../syntax/ast.ts'
import { parse } from '../syntax/parse.ts'
import { print } from '../syntax/print.ts'
import { differ } from './compare.ts'
import { nativeFromClassic } from './nhcb.ts'
import { pin } from './pin.ts'
import { readScript } from './read.ts'
import { hintWhenStored } from './reset-hints.ts'
import type { Evaluate, Expectation, Load, SeriesLine } from './script.ts'

/** How one evaluation of a script went. */
export interface Outcome {
  readonly line: number
  readonly expr: string
  /** What is wrong; undefined where it passed. */
  readonly fault: string | undefined
}

/** Depends on the query's own span, so that a wider query has another answer. */
const ASKS_FOR_THE_QUERY = /(start|end|range|step)\(\)/

/** Where a note is about; Prometheus' own scripts leave it out, ours may say it. */
const POSITION = / \(\d+:\d+\)$/

const MINUTE_MS = 60_000

/**
 * Carries out a script of Prometheus' test language: loads what it says and evaluates what it says, each instant query
 * also with its time written into it (`@`) at other times, and as the middle step of a range query. Throws ScriptError
 * where the script is none.
 */
export async function* runScript(text: string, engine: Engine): AsyncGenerator<Outcome> {
  let storage = new MemorySeries()
  for (const command of readScript(text)) {
    switch (command.kind) {
      case 'clear':
        storage = new MemorySeries()
        break
      case 'load':
        load(command, storage)
        break
      case 'evaluate':
        yield { line: command.line, expr: command.expr, fault: await faultOf(command, storage, engine) }
    }
  }
}

function load(command: Load, storage: MemorySeries): void {
  for (const line of command.series) append(line, command.stepMs, storage)
  if (command.withNhcb) for (const line of nativeFromClassic(command)) append(line, command.stepMs, storage)
}

function append({ labels, points }: SeriesLine, stepMs: number, storage: MemorySeries): void {
  let previous: NativeHistogram | undefined
  for (const [step, point] of points.entries()) {
    if (point?.kind === 'float') storage.append(labels, step * stepMs, point.value)
    if (point?.kind === 'histogram') {
      const counterReset = hintWhenStored(point.histogram, previous)
      storage.appendHistogram(labels, step * stepMs, { ...point.histogram, counterReset })
    }
    if (point !== undefined) previous = point.kind === 'histogram' ? point.histogram : undefined
  }
}

async function faultOf(command: Evaluate, storage: MemorySeries, engine: Engine): Promise<string | undefined> {
  const { when, expr } = command
  if (when.kind === 'range') {
    return check(command, () => engine.range(storage, expr, when.startMs, when.endMs, when.stepMs))
  }
  for (const { query, timeMs } of [{ query: expr, timeMs: when.atMs }, ...pinnedQueries(expr, when.atMs)]) {
    const fault =
      (await check(command, () => engine.instant(storage, query, timeMs))) ??
      (await checkAsMiddle(command, query, timeMs, storage, engine))
    if (fault !== undefined) return query === expr ? fault : `${fault}, asked as ${query} at ${timeMs} ms`
  }
  return undefined
}

/** The same query with its time written into it, and times at which it must still have the same answer. */
function pinnedQueries(text: string, atMs: number): { query: string; timeMs: number }[] {
  let expr: Expr
  try {
    expr = parse(text, { experimental: true })
  } catch (error) {
    if (error instanceof PromQLError) return []
    throw error
  }
  const pinned = pin(expr, atMs)
  if (pinned === undefined) return []
  const query = print(pinned)
  const timesMs = atMs === 0 ? [-1_000, 0, 1_000] : [-10 * atMs, 0, Math.trunc(atMs / 5), atMs, 10 * atMs]
  return timesMs.map(timeMs => ({ query, timeMs }))
}

async function check(command: Evaluate, ask: () => Promise<Result>): Promise<string | undefined> {
  const failures = command.expectations.filter(({ type }) => type === 'fail')
  let result: Result
  try {
    result = await ask()
  } catch (error) {
    if (!(error instanceof PromQLError)) throw error
    if (failures.length === 0) return `failed: ${error.message}`
    const unmet = failures.find(({ test }) => test && !test.matches(error.message))
    return unmet && `expected it to fail with ${unmet.test?.words}, but it said ${error.message}`
  }
  if (failures.length > 0) return 'expected it to fail, but it did not'
  return (
    faultOfNotes(command, 'warn', result.warnings) ??
    faultOfNotes(command, 'info', result.infos) ??
    differ(result, command.expected, command.when, isOrdered(command))
  )
}

function isOrdered({ expectations }: Evaluate): boolean {
  return expectations.some(({ type }) => type === 'ordered')
}

function faultOfNotes(command: Evaluate, type: 'warn' | 'info', notes: readonly string[]): string | undefined {
  const wanted = command.expectations.filter(each => each.type === type)
  if (notes.length > 0 && command.expectations.some(each => each.type === `no_${type}`)) {
    return `expected no ${type}, got ${notes.join('; ')}`
  }
  if (wanted.length === 0) return undefined
  if (notes.length === 0) return `expected ${type}, but there is none`
  const unmet = wanted.find(({ test }) => test && !notes.some(note => fits(test, note)))
  if (unmet) return `expected ${type} ${unmet.test?.words}, got ${notes.join('; ')}`
  if (wanted.some(({ test, allowsOthers }) => allowsOthers || !test)) return undefined
  const other = notes.find(note => !wanted.some(({ test }) => test && fits(test, note)))
  return other && `unexpected ${type}: ${other}`
}

function fits(test: NonNullable<Expectation['test']>, note: string): boolean {
  return test.matches(note) || test.matches(note.replace(POSITION, ''))
}

/** The query as the middle step of a range of three must have the same answer. */
async function checkAsMiddle(
  command: Evaluate,
  query: string,
  timeMs: number,
  storage: MemorySeries,
  engine: Engine,
): Promise<string | undefined> {
  const { expected, expectations } = command
  const hasOneValue = expected.kind === 'scalar' || expected.kind === 'series'
  const hasFailed = expectations.some(({ type }) => type === 'fail')
  if (!hasOneValue || hasFailed || ASKS_FOR_THE_QUERY.test(query)) return undefined
  let result: Result
  try {
    result = await engine.range(storage, query, timeMs - MINUTE_MS, timeMs + MINUTE_MS, MINUTE_MS)
  } catch (error) {
    if (error instanceof PromQLError) return `failed as the middle of a range: ${error.message}`
    throw error
  }
  if (isOrdered(command) || result.type !== 'matrix') return undefined
  const elements = result.value.flatMap(({ labels, samples: { timesMs, values, histograms } }): Element[] => {
    const i = timesMs.indexOf(timeMs)
    if (i < 0) return []
    const histogram = histograms?.[i]
    return [histogram === undefined ? { labels, value: values[i] as number } : { labels, histogram }]
  })
  const answer =
    expected.kind === 'scalar'
      ? ({ type: 'scalar', value: elements[0]?.value ?? NaN } as const)
      : ({ type: 'vector', value: elements } as const)
  const difference = differ(answer, expected, command.when, false)
  return difference && `as the middle of a range: ${difference}`
}
