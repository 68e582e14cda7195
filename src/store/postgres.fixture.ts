import { execFile, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { systemClock } from '../kernel/index.ts'

/** A PostgreSQL of the tests' own: no port, only a socket in a temporary folder, and nothing kept safe on disk. */
export interface TestPostgres {
  /** Makes an empty database and gives its address. */
  readonly database: () => Promise<string>
}

export interface PrivatePostgres extends TestPostgres {
  /** Ends it as an administrator (`fast`) or a power cut (`immediate`) does. */
  readonly stop: (how: 'fast' | 'immediate') => Promise<void>
  readonly start: () => Promise<void>
  /** Ends it for good. */
  readonly end: () => Promise<void>
}

/**
 * Whether the tests can run a PostgreSQL here. Says so when not, and fails where everything has to be there.
 * Debian keeps each version's programs in a folder of its own, outside PATH.
 */
export function hasPostgres(): boolean {
  if (findPrograms() !== undefined) return true
  if (process.env['CI'] === 'true') throw new Error('needs postgresql, and with CI=true nothing may be skipped')
  process.stdout.write('skipped: needs postgresql\n')
  return false
}

/** The one server that all tests of this process share, in whichever thread they run. It ends with the process. */
export async function sharedPostgres(): Promise<TestPostgres> {
  const folder = join(tmpdir(), `shipwatch-postgres-${process.pid}`)
  try {
    mkdirSync(folder)
  } catch {
    await ready(folder) // another thread is starting it, or has
    return { database: () => makeDatabase(folder) }
  }
  await launch(folder)
  return { database: () => makeDatabase(folder) }
}

/** A server for one test alone, which may stop and start it. */
export async function startPostgres(): Promise<PrivatePostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'shipwatch-postgres-own-'))
  await launch(folder)
  const control = async (...args: string[]): Promise<void> => {
    const [program = '', ...rest] = [
      ...asPostgres(),
      join(programs(), 'pg_ctl'),
      '-D',
      join(folder, 'data'),
      '-w',
      ...args,
    ]
    await promisify(execFile)(program, rest)
  }
  return {
    database: () => makeDatabase(folder),
    stop: how => control('-m', how, 'stop'),
    start: () => control('-l', join(folder, 'server.log'), '-o', serverOptions(folder), 'start'),
    end: async () => {
      rmSync(join(folder, 'ready'))
      await until(() => !existsSync(folder))
    },
  }
}

/**
 * Starts the server and a watcher that outlives this process: however the tests end, the watcher ends the
 * server and removes the folder. Taking away the file `ready` is the sign to do so earlier.
 */
async function launch(folder: string): Promise<void> {
  const run = asPostgres().join(' ')
  const script = `
    trap '' INT TERM HUP
    ${run === '' ? '' : `chown postgres "${folder}"`}
    cd "${folder}"
    { ${run} "${programs()}/initdb" -D data -U postgres -A trust -E UTF8 --locale=C --no-sync >start.log 2>&1 &&
      ${run} "${programs()}/pg_ctl" -D data -w -l server.log -o "${serverOptions(folder)}" start >>start.log 2>&1; } || touch failed
    touch ready
    while [ -e ready ] && kill -0 ${process.pid} 2>/dev/null; do sleep 0.2; done
    ${run} "${programs()}/pg_ctl" -D data -m immediate stop >/dev/null 2>&1
    cd / && rm -rf "${folder}"`
  spawn('sh', ['-c', script], { detached: true, stdio: 'ignore' }).unref()
  await ready(folder)
}

function serverOptions(folder: string): string {
  return [
    `-c listen_addresses='' -c unix_socket_directories='${folder}'`,
    '-c fsync=off -c full_page_writes=off -c autovacuum=off -c max_connections=100 -c shared_buffers=16MB',
  ].join(' ')
}

async function ready(folder: string): Promise<void> {
  await until(() => existsSync(join(folder, 'ready')))
  if (existsSync(join(folder, 'failed')))
    throw new Error(`PostgreSQL did not start: ${readFileSync(join(folder, 'start.log'), 'utf8')}`)
}

async function makeDatabase(folder: string): Promise<string> {
  const address = (database: string): string =>
    `postgres://postgres@localhost/${database}?host=${encodeURIComponent(folder)}`
  const client = new pg.Client({ connectionString: address('postgres') })
  await client.connect()
  try {
    const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
    await client.query(`create database ${name}`)
    return address(name)
  } finally {
    await client.end()
  }
}

/** PostgreSQL refuses to run as root. */
function asPostgres(): readonly string[] {
  return process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : []
}

function programs(): string {
  const found = findPrograms()
  if (found === undefined) throw new Error('needs postgresql')
  return found
}

function findPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map(version => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ]
  const found = folders.find(folder => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'pg_ctl')))
  if (found === undefined || process.getuid?.() !== 0) return found
  try {
    execFileSync('id', ['-u', 'postgres'], { stdio: 'ignore' })
    return found
  } catch {
    return undefined // root, and nobody to hand it to
  }
}

async function until(isSo: () => boolean): Promise<void> {
  const deadlineMs = systemClock.elapsed() + 60_000
  while (!isSo()) {
    if (systemClock.elapsed() > deadlineMs) throw new Error('PostgreSQL takes too long')
    await systemClock.sleep(20)
  }
}
