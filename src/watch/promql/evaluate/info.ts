import { infoMatchers, joinInfo, wantedInfo } from '../functions/info.ts'
import type { Call, Expr, VectorSelector } from '../syntax/ast.ts'
import type { Frame } from './frame.ts'
import { referenceOf } from './info-reference.ts'
import { refuseTwins } from './names.ts'
import type { Run } from './run.ts'
import { selectVector } from './select.ts'
import { Vector } from './value.ts'

/**
 * `info(v, selector?)`: the engine's part of it is to select the info series, which depend on what v is worth. They
 * are looked at when v's series are, if those are all looked at together; else at each step's own time.
 */
export async function evaluateInfo(call: Call, frame: Frame, run: Run): Promise<Vector> {
  const [argument, selector] = call.args as [Expr, Expr?]
  const base = (await run.evaluate(argument, frame, 'info')) as Vector
  const wanted = wantedInfo(selector?.kind === 'vector-selector' ? selector : undefined)
  const matchers = await infoMatchers(base, wanted, run.budget)
  const nothing = new Vector(base.steps, 0)
  if (matchers === undefined) return joinInfo(base, nothing, nothing, wanted, run.budget)
  const { span } = call
  const reference = referenceOf(argument, run)
  const infos: VectorSelector = {
    kind: 'vector-selector',
    name: undefined,
    matchers,
    at: reference?.fixedMs === undefined ? undefined : { kind: 'time', timeMs: reference.fixedMs },
    offset: reference && { kind: 'fixed', ms: reference.offsetMs },
    extension: undefined,
    span,
  }
  const samples = await selectVector(infos, frame, run, { around: 'info' })
  const times = await selectVector(infos, frame, run, { around: 'info', wanted: 'times' })
  return refuseTwins(await joinInfo(base, samples, times, wanted, run.budget), run.budget)
}
