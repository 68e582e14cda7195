import { describe, expect, it } from 'vitest'
import { Conflict } from '../kernel/index.ts'
import { explain, isConnectionLoss, isPassing } from './trouble.ts'

const failure = (fields: object, message = 'what the driver says'): Error => Object.assign(new Error(message), fields)

describe('a failure of the database', () => {
  it.each([
    // [what, error, name, part of the message]
    ['SQLite: full', { errcode: 13 }, 'Unavailable', 'no space left to write PLACE'],
    ['SQLite: read-only', { errcode: 8 }, 'Unavailable', 'PLACE cannot be written'],
    ['SQLite: read-only, refined', { errcode: 8 | (5 << 8) }, 'Unavailable', 'PLACE cannot be written'],
    ['SQLite: cannot open', { errcode: 14 }, 'InvalidInput', 'PLACE cannot be opened'],
    ['SQLite: corrupt', { errcode: 11 }, 'Unavailable', 'PLACE is damaged'],
    ['SQLite: not a database', { errcode: 26 }, 'InvalidInput', 'PLACE is no database'],
    ['SQLite: I/O error on fsync', { errcode: 1034 }, 'Unavailable', 'the disk failed to read or write PLACE'],
    ['SQLite: busy', { errcode: 5 }, 'Unavailable', 'PLACE is kept busy'],
    ['the system: disk full', { code: 'ENOSPC' }, 'Unavailable', 'no space left to write PLACE'],
    ['the system: quota', { code: 'EDQUOT' }, 'Unavailable', 'no space left to write PLACE'],
    ['the system: no right', { code: 'EACCES' }, 'Unavailable', 'PLACE cannot be written'],
    ['the system: read-only disk', { code: 'EROFS' }, 'Unavailable', 'PLACE cannot be written'],
    ['the system: no socket', { code: 'ENOENT', syscall: 'connect' }, 'Unavailable', 'PLACE cannot be reached'],
    ['PostgreSQL: disk full', { code: '53100' }, 'Unavailable', 'no space left to write PLACE'],
    ['PostgreSQL: wrong password', { code: '28P01' }, 'Unavailable', 'PLACE does not let us in'],
    ['PostgreSQL: no such database', { code: '3D000' }, 'InvalidInput', 'no such database at PLACE'],
    ['PostgreSQL: standby', { code: '25006' }, 'Conflict', 'PLACE only allows reading'],
    ['PostgreSQL: no right', { code: '42501' }, 'Unavailable', 'PLACE forbids this'],
    ['PostgreSQL: too many connections', { code: '53300' }, 'Unavailable', 'PLACE cannot be reached'],
    ['PostgreSQL: starting', { code: '57P03' }, 'Unavailable', 'PLACE cannot be reached'],
    ['PostgreSQL: statement timeout', { code: '57014' }, 'Unavailable', 'PLACE took too long'],
    ['PostgreSQL: lock timeout', { code: '55P03' }, 'Unavailable', 'PLACE is kept busy'],
    ['PostgreSQL: deadlock', { code: '40P01' }, 'Unavailable', 'PLACE is kept busy'],
  ])('%s is told with its place and a hint', (_, fields, name, part) => {
    const error = failure(fields)
    const told = explain(error, 'PLACE') as Conflict
    expect(told).toMatchObject({ name, cause: error, hint: expect.stringMatching(/\.$/) })
    expect(told.message).toContain(part)
  })

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
    'Query read timeout',
  ])('that the driver only words, “%s”, is a lost connection', message => {
    expect(isConnectionLoss(new Error(message))).toBe(true)
    expect(explain(new Error(message), 'PLACE')).toMatchObject({
      name: 'Unavailable',
      message: `the database at PLACE cannot be reached: ${message}`,
    })
  })

  it('of each address of a host name is one failure', () => {
    const refused = new AggregateError(
      [failure({ code: 'ECONNREFUSED' }), failure({ code: 'ECONNREFUSED' })],
      'all failed',
    )
    expect(isConnectionLoss(refused)).toBe(true)
    expect(explain(refused, 'PLACE')).toMatchObject({ name: 'Unavailable' })
  })

  it('that was told already is not told again', () => {
    const error = new Conflict('told')
    expect(explain(error, 'PLACE')).toBe(error)
  })

  it.each([
    ['a bug', new TypeError('x is not a function')],
    ['a broken constraint', failure({ code: '23505' })],
    ['a broken constraint of SQLite', failure({ code: 'ERR_SQLITE_ERROR', errcode: 1555 })],
    ['a file that is not there', failure({ code: 'ENOENT', syscall: 'open' })],
    ['not even an error', 'text'],
  ])('that is %s comes back as it is', (_, error) => {
    expect(explain(error, 'PLACE')).toBe(error)
    expect(isPassing(error)).toBe(false)
  })
})

describe('what is worth another try', () => {
  it.each([
    { code: '40001' },
    { code: '40P01' },
    { errcode: 5 },
    { errcode: 517 },
    { errcode: 6 },
    { code: 'ECONNRESET' },
    { code: '57P01' },
  ])('is %o', fields => {
    expect(isPassing(failure(fields))).toBe(true)
  })

  it.each([
    { code: '55P03' },
    { code: '57014' },
    { errcode: 13 },
    { errcode: 11 },
    { code: '28P01' },
    { code: '42601' },
    {},
  ])('is not %o', fields => {
    expect(isPassing(failure(fields))).toBe(false)
  })
})
