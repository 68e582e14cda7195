import { Engine } from '../engine.ts'
import type { EngineOptions } from '../options.ts'
import { runScript } from '../script/index.ts'

/** What is wrong with a script's evaluations, each with its expression; nothing where all is well. */
export async function faultsIn(script: string, options: EngineOptions = {}): Promise<string[]> {
  const faults: string[] = []
  let evaluations = 0
  for await (const { expr, fault } of runScript(script, new Engine({ experimental: true, ...options }))) {
    evaluations++
    if (fault !== undefined) faults.push(`${expr}: ${fault}`)
  }
  if (evaluations === 0) faults.push('the script evaluates nothing')
  return faults
}
