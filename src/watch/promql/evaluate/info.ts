import { infoMatchers, joinInfo, wantedInfo } from '../functions/info.ts'
import type { Call, Expr, VectorSelector } from '../syntax/ast.ts'
import { childrenOf } from '../syntax/children.ts'
import type { Frame } from './frame.ts'
import { refuseTwins } from './names.ts'
import type { Run } from './run.ts'
import { selectVector } from './select.ts'
import { Vector } from './value.ts'

/** `info(v, selector?)`: the engine's part of it is to select the info series, which depend on what v is worth. */
export async function evaluateInfo(call: Call, frame: Frame, run: Run): Promise<Vector> {
  const [argument, selector] = call.args as [Expr, Expr?]
  const base = (await run.evaluate(argument, frame, 'info')) as Vector
  const wanted = wantedInfo(selector?.kind === 'vector-selector' ? selector : undefined)
  const matchers = infoMatchers(base, wanted)
  const nothing = new Vector(base.steps, 0)
  if (matchers === undefined) return joinInfo(base, nothing, nothing, wanted)
  const infos = { ...selectorLike(argument, call), matchers }
  const samples = await selectVector(infos, frame, run, { around: 'info' })
  const times = await selectVector(infos, frame, run, { around: 'info', wanted: 'times' })
  return refuseTwins(joinInfo(base, samples, times, wanted))
}

/** Info series are looked at when the series are: `@` and `offset` of the first selector hold for them, too. */
function selectorLike(expr: Expr, { span }: Call): VectorSelector {
  const found = firstSelector(expr)
  const nothing = { name: undefined, offset: undefined, at: undefined }
  return { ...nothing, ...found, kind: 'vector-selector', matchers: [], extension: undefined, span }
}

function firstSelector(expr: Expr): VectorSelector | undefined {
  if (expr.kind === 'vector-selector') return expr
  for (const child of childrenOf(expr)) {
    const found = firstSelector(child)
    if (found !== undefined) return found
  }
  return undefined
}
