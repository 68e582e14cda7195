import { BadSettings } from './chassis/settings.ts'
import { readLoadArguments, USAGE } from './load/arguments.ts'
import { printSecond, printSummary } from './load/print.ts'
import { runLoad } from './load/run.ts'

const stop = new AbortController()
// Whoever reads the lines is gone: then so are we, rather than load a shop for nobody.
process.stdout.on('error', () => stop.abort())
process.on('SIGINT', () => stop.abort())
process.on('SIGTERM', () => stop.abort())

try {
  const { json, help, ...options } = readLoadArguments(process.argv.slice(2))
  if (help) console.log(USAGE)
  else {
    const load = runLoad(
      { ...options, onSecond: report => console.log(json ? JSON.stringify(report) : printSecond(report)) },
      stop.signal,
    )
    const summary = await load.done
    console.log(json ? JSON.stringify(summary) : printSummary(summary))
  }
} catch (error) {
  if (!(error instanceof BadSettings)) throw error
  console.error(`load: ${error.message}\n${USAGE}`)
  process.exitCode = 2
}
