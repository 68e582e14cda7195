import { HubUnreachable, type Problem, Refused } from '../client/index.ts'
import { messageOf, ShipwatchError, Unavailable } from '../kernel/index.ts'

/** What the program ends with; docs/cli.md lists them for users. */
export const EXIT = {
  ok: 0,
  /** Rolled back, failed, cancelled, superseded; a logbook that was changed. */
  lost: 1,
  /** Wrong usage or configuration, or a request that was refused. */
  refused: 2,
  /** Held, inconclusive, or not settled within `--timeout`. */
  held: 3,
  /** The hub, or what it needs, does not answer. */
  unreachable: 4,
  /** A defect of this program: EX_SOFTWARE of sysexits.h. */
  defect: 70,
  /** Ctrl-C: 128 + SIGINT, as shells say it. */
  interrupted: 130,
} as const

/** The command line was not understood. */
export class Misuse extends ShipwatchError {
  readonly code = 'invalid_input'
}

/** The time given by `--timeout` is over, and the release is not. */
export class NotSettled extends ShipwatchError {
  readonly code = 'not_settled'
}

/** Somebody pressed Ctrl-C. */
export class Interrupted extends ShipwatchError {
  readonly code = 'interrupted'
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof HubUnreachable || error instanceof Unavailable) return EXIT.unreachable
  if (error instanceof NotSettled) return EXIT.held
  if (error instanceof Interrupted) return EXIT.interrupted
  if (error instanceof Refused && error.status >= 500) {
    return error.code === 'internal' ? EXIT.defect : EXIT.unreachable
  }
  return error instanceof ShipwatchError ? EXIT.refused : EXIT.defect
}

/** An error as the API writes it. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof ShipwatchError)) {
    const hint = 'This is a defect of shipwatch; SHIPWATCH_DEBUG=1 shows where.'
    return { error: { code: 'internal', message: messageOf(error), hint } }
  }
  const { code, hint, field } = error
  // The cause is said only where the message leaves out why.
  const message = error instanceof HubUnreachable ? messageOf(error) : error.message
  return { error: { code, message, ...(field ? { field } : {}), ...(hint ? { hint } : {}) } }
}

/**
 * A line for each fault (several only where a configuration has several), and one for the hint. Never a stack
 * trace, unless the reader debugs this program.
 */
export function faultLines(error: unknown, debug: boolean): string[] {
  const { message, hint } = problemOf(error).error
  const lines = [...message.split('\n').map(line => `shipwatch: ${line}`), ...(hint ? [`hint: ${hint}`] : [])]
  return debug && error instanceof Error ? [...lines, error.stack ?? String(error)] : lines
}
