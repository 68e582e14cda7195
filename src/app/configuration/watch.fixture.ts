import { systemClock } from '../../kernel/index.ts'
import { loadConfiguration } from './load.ts'
import { Sample } from './sample.fixture.ts'
import { watchConfiguration } from './watch.ts'

/** A program that watches the configuration named in its first argument, and prints one line for each reading. */
const print = (line: string): void => void process.stdout.write(`${line}\n`)
const path = process.argv[2] ?? ''
const options = { path, env: process.env }
const current = await loadConfiguration(Sample, options)
await watchConfiguration(Sample, {
  ...options,
  current,
  clock: systemClock,
  signal: new AbortController().signal,
  reloaded: reload =>
    print(
      reload.kind === 'taken'
        ? `${reload.cause}: port ${reload.loaded.value.hub.port}`
        : `${reload.cause}: ${reload.message}`,
    ),
  failed: error => print(`failed: ${error.message}`),
})
print('watching')
process.stdin.resume()
