/**
 * Carries out scripts of Prometheus' language for trying PromQL, and says per file how many evaluations passed:
 *
 *     npm run promql:scripts -- FILE…
 */
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { Engine, runScript, ScriptError } from '../src/watch/promql/index.ts'

const USAGE = `Carries out scripts in Prometheus' test language for PromQL.

  npm run promql:scripts -- [--stable] [--immediate-names] FILE…

  --stable           without experimental functions and modifiers
  --immediate-names  names are dropped at each operation, as a server does by default, and not at the end
                     of a query, as Prometheus' own scripts expect

Ends with 1 if anything failed.
`

interface Tally {
  readonly passed: number
  readonly failed: number
}

async function runFile(path: string, engine: Engine): Promise<Tally> {
  let [passed, failed] = [0, 0]
  const faults: string[] = []
  try {
    for await (const { line, expr, fault } of runScript(await readFile(path, 'utf8'), engine)) {
      if (fault === undefined) passed++
      else {
        failed++
        faults.push(`  ${path}:${line}  ${expr}\n    ${fault}`)
      }
    }
  } catch (error) {
    const isTheirs = error instanceof ScriptError || (error instanceof Error && 'code' in error)
    if (!isTheirs) throw error
    failed++
    faults.push(`  ${path}: ${error.message}`)
  }
  console.log(`${path}: ${passed} passed, ${failed} failed`)
  for (const fault of faults) console.log(fault)
  return { passed, failed }
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      stable: { type: 'boolean', default: false },
      'immediate-names': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help || positionals.length === 0) {
    console.log(USAGE)
    return values.help ? 0 : 1
  }
  const engine = new Engine({ experimental: !values.stable, delayedNameRemoval: !values['immediate-names'] })
  const tallies: Tally[] = []
  for (const path of positionals) tallies.push(await runFile(path, engine))
  const total = (key: keyof Tally): number => tallies.reduce((sum, tally) => sum + tally[key], 0)
  console.log(`${positionals.length} files: ${total('passed')} passed, ${total('failed')} failed`)
  return total('failed') === 0 ? 0 : 1
}

process.exitCode = await main()
