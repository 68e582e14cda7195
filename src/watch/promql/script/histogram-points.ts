import { InvalidInput } from '../../../kernel/errors.ts'
import { add, type NativeHistogram, subtract } from '../histogram/index.ts'
import { parseHistogram } from '../histogram/parse.ts'
import { ScriptError } from './error.ts'
import type { Point } from './script.ts'

const SEQUENCE = /^(\{\{.*?\}\})(?:([+-])(\{\{.*?\}\}))?(?:x(\d+))?$/
const MOST_POINTS = 100_000

/** `{{…}}`, `{{…}}x3` (four times the same), `{{…}}+{{…}}x3` */
export function readHistogramPoints(item: string, line: number): Point[] {
  const [, first, sign, step, times] = SEQUENCE.exec(item) ?? []
  if (first === undefined || (step !== undefined && times === undefined)) {
    throw new ScriptError(line, `"${item}" is no histogram: {{…}}, {{…}}x3 or {{…}}+{{…}}x3 is expected`)
  }
  const count = times === undefined ? 1 : Number(times) + 1
  if (count > MOST_POINTS) throw new ScriptError(line, `more than ${MOST_POINTS} histograms`)
  let histogram = read(first, line)
  const change = step === undefined ? undefined : read(step, line)
  const points: Point[] = []
  for (let i = 0; i < count; i++) {
    if (i > 0 && change !== undefined) histogram = moved(histogram, change, sign === '-', line)
    points.push({ kind: 'histogram', histogram, hintIsSet: first.includes('counter_reset_hint') })
  }
  return points
}

function read(text: string, line: number): NativeHistogram {
  try {
    return parseHistogram(text)
  } catch (error) {
    if (error instanceof InvalidInput) throw new ScriptError(line, error.message)
    throw error
  }
}

function moved(from: NativeHistogram, by: NativeHistogram, down: boolean, line: number): NativeHistogram {
  const result = down ? subtract(from, by) : add(from, by)
  if (result === undefined)
    throw new ScriptError(line, 'these histograms cannot be added: their buckets are of two kinds')
  return { ...result.histogram, counterReset: from.counterReset }
}
