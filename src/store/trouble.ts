import { Conflict, InvalidInput, messageOf, ShipwatchError, Unavailable } from '../kernel/index.ts'

/** What a failure of the database means to a person; what is nobody's fault but the program's comes back as it is. */
export function explain(error: unknown, where: string): unknown {
  if (error instanceof ShipwatchError) return error
  const tell = TROUBLES.find(([codes]) => codes.some(code => codesOf(error).includes(code)))?.[1]
  if (tell) return tell(where, error)
  return isConnectionLoss(error) ? unreachable(where, error) : error
}

/** Whether the same transaction may well succeed when it is tried again from its beginning. */
export function isPassing(error: unknown): boolean {
  return isConnectionLoss(error) || PASSING.some(code => codesOf(error).includes(code))
}

/** Whether the connection went away, so that what was sent last may or may not have been carried out. */
export function isConnectionLoss(error: unknown): boolean {
  return (
    CONNECTION_LOSS.some(code => codesOf(error).includes(code)) ||
    LOST.test(error instanceof Error ? error.message : '')
  )
}

type Tell = (where: string, cause: unknown) => ShipwatchError

/** SQLSTATE: serialisation failure, deadlock. SQLite's result codes: busy, locked. */
const PASSING = ['40001', '40P01', 'sqlite:5', 'sqlite:6']

/** SQLSTATE classes 08 and 57P (shutdown, crash, starting), too many connections; and the system's own. */
const CONNECTION_LOSS =
  '08000 08001 08003 08004 08006 57P01 57P02 57P03 53300 ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT EHOSTUNREACH ENETUNREACH ENOTFOUND EAI_AGAIN connect:ENOENT'.split(
    ' ',
  )

/** What the driver says without any code. */
const LOST =
  /query read timeout|connection terminated|connection timeout|timeout exceeded when trying to connect|connection error and is not queryable|client was closed/i

const unreachable: Tell = (where, cause) =>
  new Unavailable(`the database at ${where} cannot be reached: ${messageOf(cause)}`, {
    field: 'DATABASE_URL',
    hint: 'Check that the server runs and that its address and port are right.',
    cause,
  })

const full: Tell = (where, cause) =>
  new Unavailable(`there is no space left to write ${where}`, {
    hint: 'Free space on that disk and try again; nothing that was acknowledged is lost.',
    cause,
  })

const unwritable: Tell = (where, cause) =>
  new Unavailable(`${where} cannot be written: ${messageOf(cause)}`, {
    hint: 'Give this user the right to write the file and its folder, or choose another folder.',
    cause,
  })

const unopenable: Tell = (where, cause) =>
  new InvalidInput(`${where} cannot be opened: ${messageOf(cause)}`, {
    hint: 'Check the path, and that this user may read and write the file and its folder.',
    cause,
  })

const damaged: Tell = (where, cause) =>
  new Unavailable(`${where} is damaged: ${messageOf(cause)}`, {
    hint: 'Keep a copy of it, and restore the last backup.',
    cause,
  })

const foreign: Tell = (where, cause) =>
  new InvalidInput(`${where} is no database: ${messageOf(cause)}`, {
    hint: 'Point to another file, or restore this one from a backup.',
    cause,
  })

const ioFailed: Tell = (where, cause) =>
  new Unavailable(`the disk failed to read or write ${where}: ${messageOf(cause)}`, {
    hint: "Look at the system's log for errors of that disk.",
    cause,
  })

const rejected: Tell = (where, cause) =>
  new Unavailable(`the database at ${where} does not let us in: ${messageOf(cause)}`, {
    field: 'DATABASE_URL',
    hint: 'Check the user and the password in DATABASE_URL, and pg_hba.conf of the server.',
    cause,
  })

const forbidden: Tell = (where, cause) =>
  new Unavailable(`the database at ${where} forbids this: ${messageOf(cause)}`, {
    field: 'DATABASE_URL',
    hint: 'Grant the user CREATE on the database, or make the schema for it beforehand.',
    cause,
  })

const missing: Tell = (where, cause) =>
  new InvalidInput(`there is no such database at ${where}: ${messageOf(cause)}`, {
    field: 'DATABASE_URL',
    hint: 'Create it (createdb) or correct the name at the end of DATABASE_URL.',
    cause,
  })

const contended: Tell = (where, cause) =>
  new Unavailable(`${where} is kept busy by somebody else: ${messageOf(cause)}`, {
    hint: 'Look for a long transaction in another program, and try again.',
    cause,
  })

const tooSlow: Tell = (where, cause) =>
  new Unavailable(`the database at ${where} took too long: ${messageOf(cause)}`, {
    hint: 'Look at the load of the database server, and try again.',
    cause,
  })

const readOnlyServer: Tell = (where, cause) =>
  new Conflict(`the database at ${where} only allows reading: ${messageOf(cause)}`, {
    field: 'DATABASE_URL',
    hint: 'Point to the primary server, not to a standby.',
    cause,
  })

const TROUBLES: readonly (readonly [codes: readonly string[], tell: Tell])[] = [
  [['sqlite:13', 'ENOSPC', 'EDQUOT', '53100'], full],
  [['sqlite:8', 'EACCES', 'EPERM', 'EROFS'], unwritable],
  [['sqlite:14', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ELOOP', 'ENAMETOOLONG'], unopenable],
  [['sqlite:11'], damaged],
  [['sqlite:26'], foreign],
  [['sqlite:10'], ioFailed],
  [['28P01', '28000'], rejected],
  [['42501'], forbidden],
  [['3D000'], missing],
  [['25006'], readOnlyServer],
  [[...PASSING, '55P03'], contended],
  [['57014', '25P03'], tooSlow],
]

/** The codes an error carries: SQLSTATE, the system's, or `sqlite:` and the primary result code. */
function codesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return []
  const { code, errcode, syscall } = error as { code?: unknown; errcode?: unknown; syscall?: unknown }
  return [
    ...(typeof code === 'string' ? [code] : []),
    // A server's socket that is not there is another trouble than a file that is not.
    ...(syscall === 'connect' ? [`connect:${String(code)}`] : []),
    // The low byte is the primary code, the rest refines it (https://sqlite.org/rescode.html).
    ...(typeof errcode === 'number' ? [`sqlite:${errcode & 0xff}`] : []),
    // Several addresses of one host name, each refused.
    ...(error instanceof AggregateError ? error.errors.flatMap(codesOf) : []),
  ]
}
