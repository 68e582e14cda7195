import { parseDuration } from '../../../kernel/duration.ts'
import { compile } from '../../../kernel/matcher.ts'
import { ScriptError } from './error.ts'
import { readNumber } from './number.ts'
import type { Clear, Command, Evaluate, Expectation, Expected, Load, SeriesLine, When } from './script.ts'
import { readSeriesLine } from './series-line.ts'
import { unquote } from './unquote.ts'

interface Line {
  readonly number: number
  readonly text: string
}

const LOAD = /^load(_with_nhcb)?\s+(.+?)$/
const INSTANT = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(.+?))?\s+(.+)$/
const RANGE = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+?)\s+(.+)$/
const EXPECT = /^expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?$/
const EXPECT_SAMPLES = /^expect range vector\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+)$/
const EXPECT_STRING = 'expect string'
const OLD_MESSAGE = 'expected_fail_message'
const OLD_PATTERN = 'expected_fail_regexp'

/** The commands of a script. Throws ScriptError, which names the line, at the first that is none. */
export function readScript(text: string): readonly Command[] {
  return blocksOf(text).flatMap(readBlock)
}

/** Lines that belong together: a blank line or a comment ends them. */
function blocksOf(text: string): Line[][] {
  const blocks: Line[][] = [[]]
  for (const [index, raw] of text.split('\n').entries()) {
    const line = { number: index + 1, text: raw.trim() }
    if (line.text === '' || line.text.startsWith('#')) blocks.push([])
    else blocks.at(-1)?.push(line)
  }
  return blocks.filter(block => block.length > 0)
}

/** A block may hold several commands: those that need no more lines end by themselves. */
function readBlock(lines: readonly Line[]): Command[] {
  const commands: Command[] = []
  let rest = lines
  for (let head = rest[0]; head !== undefined; head = rest[0]) {
    const [command, after] = readCommand(head, rest.slice(1))
    commands.push(command)
    rest = after
  }
  return commands
}

function readCommand(head: Line, body: readonly Line[]): [Command, readonly Line[]] {
  const word = head.text.split(/[\t ]/, 1)[0]?.toLowerCase() ?? ''
  if (word === 'clear') return [{ kind: 'clear', line: head.number } satisfies Clear, body]
  if (word.startsWith('load')) return [readLoad(head, body), []]
  if (word.startsWith('eval')) return readEvaluate(head, body)
  throw new ScriptError(head.number, `invalid command "${head.text}"`)
}

function readLoad(head: Line, body: readonly Line[]): Load {
  const [, nhcb, step = ''] = LOAD.exec(head.text) ?? []
  if (step === '') throw new ScriptError(head.number, 'invalid load command. (load[_with_nhcb] <step:duration>)')
  return {
    kind: 'load',
    line: head.number,
    stepMs: readTime(step, 'step', head),
    withNhcb: nhcb !== undefined,
    series: body.map(({ text, number }) => readSeriesLine(text, number)),
  }
}

function readEvaluate(head: Line, body: readonly Line[]): [Evaluate, readonly Line[]] {
  const { mode, expr, when } = readQuery(head)
  const expectations: Expectation[] = mode === undefined ? [] : [old(mode)]
  const series: SeriesLine[] = []
  let special: Expected | undefined
  let samples: { startMs: number; stepMs: number } | undefined
  let read = 0
  for (const line of body) {
    read++
    const { text, number } = line
    if (mode === 'fail' && (text.startsWith(OLD_MESSAGE) || text.startsWith(OLD_PATTERN))) {
      expectations.push(oldFailure(text, number))
      break
    }
    if (text.startsWith('expect range vector')) {
      samples = readSampleTimes(line)
      continue
    }
    if (text.startsWith(EXPECT_STRING)) {
      special = { kind: 'string', text: unquote(text.slice(EXPECT_STRING.length).trim(), number) }
      continue
    }
    if (text.split(' ', 1)[0] === 'expect') {
      expectations.push(readExpectation(line))
      refuseContradictions(expectations, line)
      continue
    }
    const value = readNumber(text)
    if (value !== undefined) {
      special = { kind: 'scalar', value }
      break
    }
    series.push(readExpectedSeries(line, when, samples !== undefined))
  }
  const expected: Expected = special ?? (samples ? { kind: 'samples', ...samples, series } : { kind: 'series', series })
  return [{ kind: 'evaluate', line: head.number, expr, when, expectations, expected }, body.slice(read)]
}

function readQuery(head: Line): { mode: string | undefined; expr: string; when: When } {
  const instant = INSTANT.exec(head.text)
  if (instant) {
    const [, mode, at = '', expr = ''] = instant
    return { mode, expr, when: { kind: 'instant', atMs: readTime(at, 'timestamp', head) } }
  }
  const range = RANGE.exec(head.text)
  if (range) {
    const [, mode, from = '', to = '', step = '', expr = ''] = range
    return { mode, expr, when: { kind: 'range', ...readTimes(from, to, step, head) } }
  }
  throw new ScriptError(
    head.number,
    'invalid evaluation command: either `eval instant at <time> <query>` or `eval range from <time> to <time> step <step> <query>`',
  )
}

function readExpectedSeries({ text, number }: Line, when: When, isSamples: boolean): SeriesLine {
  const line = readSeriesLine(text, number)
  if (line.points.length > 1 && when.kind === 'instant' && !isSamples) {
    throw new ScriptError(
      number,
      'an instant query has one value a series; for a range vector say `expect range vector`',
    )
  }
  return line
}

function readSampleTimes(line: Line): { startMs: number; stepMs: number } {
  const [, from = '', to = '', step = ''] = EXPECT_SAMPLES.exec(line.text) ?? []
  if (from === '') throw new ScriptError(line.number, `invalid range vector definition "${line.text}"`)
  return readTimes(from, to, step, line)
}

function readTimes(
  from: string,
  to: string,
  step: string,
  line: Line,
): { startMs: number; endMs: number; stepMs: number } {
  const [startMs, endMs] = [readTime(from, 'start', line), readTime(to, 'end', line)]
  if (endMs < startMs) throw new ScriptError(line.number, `the end (${to}) is before the start (${from})`)
  return { startMs, endMs, stepMs: readTime(step, 'step', line) }
}

function readTime(text: string, what: string, { number }: Line): number {
  const ms = parseDuration(text)
  if (ms === undefined)
    throw new ScriptError(number, `invalid ${what} definition "${text}": a duration such as 5m or 90s`)
  return ms
}

function readExpectation({ text, number }: Line): Expectation {
  const match = EXPECT.exec(text)
  if (!match) throw new ScriptError(number, 'invalid expect line: `expect <type> [msg:|regex:] <text>`')
  const [, type, how, words = ''] = match
  const trimmed = words.trim()
  return {
    type: type as Expectation['type'],
    allowsOthers: false,
    test: (how && testOf(how === 'regex', trimmed)) || undefined,
  }
}

function refuseContradictions(expectations: readonly Expectation[], { number }: Line): void {
  const count = (type: Expectation['type']): number => expectations.filter(each => each.type === type).length
  for (const [wanted, unwanted] of [
    ['info', 'no_info'],
    ['warn', 'no_warn'],
  ] as const) {
    if (count(wanted) > 0 && count(unwanted) > 0) {
      throw new ScriptError(number, `${wanted} and ${unwanted} cannot be expected together`)
    }
  }
  if (count('fail') > 1) throw new ScriptError(number, 'a query fails once: there are several `expect fail` lines')
}

/** `eval_fail`, `eval_warn`, `eval_info`, `eval_ordered` */
function old(mode: string): Expectation {
  return { type: mode as Expectation['type'], test: undefined, allowsOthers: true }
}

function oldFailure(text: string, line: number): Expectation {
  const isPattern = text.startsWith(OLD_PATTERN)
  const words = text.slice((isPattern ? OLD_PATTERN : OLD_MESSAGE).length).trim()
  if (words === '') throw new ScriptError(line, `${text} says nothing`)
  return { type: 'fail', test: testOf(isPattern, words), allowsOthers: true }
}

function testOf(isPattern: boolean, words: string): Expectation['test'] {
  if (!isPattern) return { words, matches: message => message === words }
  const pattern = compile(words)
  return { words, matches: message => pattern.matcher(message).find() }
}
