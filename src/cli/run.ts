import { ShipwatchError } from '../kernel/index.ts'
import { EXIT, exitCodeOf, faultLines, Interrupted, problemOf } from './fault.ts'
import type { Deps, Io } from './io.ts'
import { parse } from './program.ts'
import { readUrl } from './read.ts'
import { Session } from './session.ts'
import { VERBS } from './table.ts'
import { lookOf, printable } from './terminal/look.ts'
import { drawVersion } from './verbs/version.ts'

const HELP_WIDTH = 100

/**
 * Carries out one command line; `argv` begins behind the program's name. Resolves with the exit code, and
 * never rejects: what goes wrong is said on stderr in one line and a hint, or with `--json` as the API's
 * error object.
 */
export async function runCommandLine(argv: readonly string[], io: Io, deps: Deps): Promise<number> {
  try {
    return await carryOut(argv, io, deps)
  } catch (thrown) {
    // Whatever failed after Ctrl-C failed because of it.
    const error = io.signal.aborted && !(thrown instanceof ShipwatchError) ? new Interrupted('stopped') : thrown
    tell(error, argv, io)
    return exitCodeOf(error)
  }
}

async function carryOut(argv: readonly string[], io: Io, deps: Deps): Promise<number> {
  const parsed = parse(argv, VERBS, Math.min(io.stdout.columns || 80, HELP_WIDTH))
  switch (parsed.kind) {
    case 'version':
      io.stdout.write(`${drawVersion(deps.version)}\n`)
      return EXIT.ok
    case 'help':
      ;(parsed.asked ? io.stdout : io.stderr).write(parsed.text)
      return parsed.asked ? EXIT.ok : EXIT.refused
    case 'run': {
      const hub = parsed.globals.hub ?? (io.env['SHIPWATCH_HUB'] ? readUrl(io.env['SHIPWATCH_HUB']) : undefined)
      const session = new Session(io, deps, { ...parsed.globals, hub })
      // The table typed the verb by the very inputs that were just read for it.
      return parsed.verb.run(session, parsed.given as never)
    }
  }
}

function tell(error: unknown, argv: readonly string[], io: Io): void {
  const json = argv.includes('--json') && !argv.slice(0, argv.indexOf('--json')).includes('--')
  const debug = (io.env['SHIPWATCH_DEBUG'] ?? '') !== ''
  if (json) {
    io.stderr.write(`${JSON.stringify(problemOf(error))}\n`)
    return
  }
  const look = lookOf({ stdout: io.stderr, env: io.env }, !argv.includes('--no-color'))
  const [first = '', ...rest] = faultLines(error, debug)
  // A stack trace has lines of its own; everything else is one.
  const lines = [look.paint.red(printable(first, look)), ...rest.map(line => (debug ? line : printable(line, look)))]
  io.stderr.write(`${lines.join('\n')}\n`)
}
