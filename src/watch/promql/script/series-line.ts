import { Labels, NAME } from '../../../kernel/labels.ts'
import { STALE } from '../series/samples.ts'
import { ScriptError } from './error.ts'
import { readHistogramPoints } from './histogram-points.ts'
import { readFloat } from './number.ts'
import type { Point, SeriesLine } from './script.ts'
import { unquote } from './unquote.ts'

const ITEM = /\{\{.*?\}\}(?:[+-]\{\{.*?\}\})?(?:x\d+)?|\S+/g
const FLOAT = String.raw`[+-]?(?:inf|nan|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)`
const SEQUENCE = new RegExp(`^(${FLOAT})(?:([+-])(${FLOAT}))?x(\\d+)$`, 'i')
const STRING = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|` + '`[^`]*`'
/** `name="value"`, `"any name"="value"`, or the name of the metric alone, quoted. */
const LABEL = new RegExp(
  `^(?:([a-zA-Z_][a-zA-Z0-9_]*)(?=\\s*=\\s*["'\`])|(${STRING}))\\s*(?:=\\s*(${STRING}))?\\s*,?\\s*`,
)
const MOST_POINTS = 1_000_000

/** `name{label="value"} 1 2+3x4 _ stale {{schema:0 …}}` */
export function readSeriesLine(text: string, line: number): SeriesLine {
  if (/^\S*@st\s/.test(text)) throw new ScriptError(line, 'start timestamps (@st) are not supported')
  const { labels, rest } = readLabels(text, line)
  const points = (rest.match(ITEM) ?? []).flatMap(item => readPoints(item, line))
  if (points.length > MOST_POINTS) throw new ScriptError(line, `more than ${MOST_POINTS} points`)
  return { line, labels, points }
}

function readPoints(item: string, line: number): (Point | undefined)[] {
  if (item.startsWith('{{')) return readHistogramPoints(item, line)
  if (item === '_') return [undefined]
  if (item === 'stale') return [float(STALE)]
  const gaps = /^_x(\d+)$/.exec(item)
  if (gaps) return repeat(Number(gaps[1]), line, () => undefined)
  const single = readFloat(item)
  if (single !== undefined) return [float(single)]
  const [, first = '', sign, size = '0', times = ''] = SEQUENCE.exec(item) ?? []
  if (times === '')
    throw new ScriptError(line, `"${item}" is no sample: a number, 1+2x3, _, stale or {{…}} is expected`)
  const step = (readFloat(size) ?? 0) * (sign === '-' ? -1 : 1)
  // Added one by one, as Prometheus does: a product would round otherwise.
  let value = readFloat(first) ?? 0
  return repeat(Number(times) + 1, line, index => {
    if (index > 0 && sign !== undefined) value += step
    return float(value)
  })
}

function float(value: number | typeof STALE): Point {
  return { kind: 'float', value }
}

function repeat<T>(times: number, line: number, make: (index: number) => T): T[] {
  if (times > MOST_POINTS) throw new ScriptError(line, `more than ${MOST_POINTS} points`)
  return Array.from({ length: times }, (_, index) => make(index))
}

/** The labels at the beginning of a line, and what follows them. */
function readLabels(text: string, line: number): { labels: Labels; rest: string } {
  const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(text)?.[0] ?? ''
  let rest = text.slice(name.length)
  const pairs: [string, string][] = name === '' ? [] : [[NAME, name]]
  if (!rest.trimStart().startsWith('{') || rest.trimStart().startsWith('{{')) {
    if (name === '') throw new ScriptError(line, `"${text}" does not begin with a series`)
    return { labels: Labels.from(pairs), rest }
  }
  rest = rest.trimStart().slice(1).trimStart()
  while (!rest.startsWith('}')) {
    const pair = LABEL.exec(rest)
    if (!pair) throw new ScriptError(line, `"${rest}" is no label: name="value" is expected`)
    const [whole, label, quoted = '', value] = pair
    const key = label ?? unquote(quoted, line)
    pairs.push(value === undefined ? [NAME, key] : [key, unquote(value, line)])
    rest = rest.slice(whole.length)
  }
  return { labels: Labels.from(pairs), rest: rest.slice(1) }
}
