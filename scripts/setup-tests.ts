/**
 * Puts on this machine what the tests need from the system, where that can be done without asking: on Debian
 * and its kin, as root. Elsewhere it names what is missing, and the tests that need it are skipped. With
 * CI=true nothing may be skipped, so something missing is an error.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A program of the system or a file, and the Debian package that brings it. */
export interface Need {
  readonly name: string
  /** A name that is looked for in folders, or the whole path of a file. */
  readonly program: string
  readonly package: string
}

export const NEEDS: readonly Need[] = [
  { name: 'postgresql', program: 'initdb', package: 'postgresql' },
  { name: 'haproxy', program: 'haproxy', package: 'haproxy' },
  { name: 'nginx', program: 'nginx', package: 'nginx-light' },
  { name: 'wrk', program: 'wrk', package: 'wrk' },
  { name: 'python3', program: 'python3', package: 'python3' },
  { name: 'zsh', program: 'zsh', package: 'zsh' },
  { name: 'fish', program: 'fish', package: 'fish' },
  { name: 'openssl', program: 'openssl', package: 'openssl' },
  { name: 'prometheus', program: 'prometheus', package: 'prometheus' },
  { name: 'chromium-headless-shell', program: 'chromium-headless-shell', package: 'chromium-headless-shell' },
  // Without it Chinese is boxes in the browser's pictures.
  {
    name: 'fonts-noto-cjk',
    program: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
    package: 'fonts-noto-cjk',
  },
]

/** What the machine is, as far as it matters here. */
export interface Machine {
  readonly isRoot: boolean
  readonly isCi: boolean
  /** Where programs are looked for. */
  readonly folders: readonly string[]
  /** Asked by package scripts whether they may start their service; 101 says no (Debian policy, invoke-rc.d). */
  readonly servicePolicy: string
}

export interface Outcome {
  readonly lines: readonly string[]
  readonly exitCode: 0 | 1
}

/** Looks, installs where it can, and says what is still missing. */
export function setUp(
  machine: Machine,
  needs: readonly Need[],
  say: (line: string) => void = console.log,
): Outcome['exitCode'] {
  const missing = findMissing(needs, machine.folders)
  const aptGet = find('apt-get', machine.folders)
  if (missing.length > 0 && machine.isRoot && aptGet !== undefined) {
    say(`installing for the tests: ${missing.map(need => need.package).join(', ')}`)
    const failure = install(aptGet, missing, machine)
    if (failure !== undefined) say(failure)
  }
  const { lines, exitCode } = conclude(findMissing(needs, machine.folders), machine)
  for (const line of lines) say(line)
  return exitCode
}

/** What to say of that which is still missing. */
export function conclude(missing: readonly Need[], { isCi }: Pick<Machine, 'isCi'>): Outcome {
  const lines = missing.map(({ name }) => `skipped: needs ${name}`)
  if (missing.length === 0 || !isCi) return { lines, exitCode: 0 }
  const packages = missing.map(need => need.package).join(' ')
  return { lines: [...lines, `With CI=true no test may be skipped. Install first: ${packages}`], exitCode: 1 }
}

export function findMissing(needs: readonly Need[], folders: readonly string[]): readonly Need[] {
  const isThere = ({ program }: Need): boolean =>
    program.startsWith('/') ? existsSync(program) : find(program, folders) !== undefined
  return needs.filter(need => !isThere(need))
}

/** The calls to make, in order, until one installs what is asked for: the lists are fetched only when those at hand do not do. */
export function installCalls(packages: readonly string[]): {
  readonly install: readonly string[]
  readonly update: readonly string[]
} {
  const patient = ['-qq', '-o', 'DPkg::Lock::Timeout=120']
  return {
    install: [...patient, 'install', '--yes', '--no-install-recommends', ...packages],
    update: [...patient, 'update'],
  }
}

/** What went wrong, if anything did. */
function install(aptGet: string, missing: readonly Need[], { servicePolicy, folders }: Machine): string | undefined {
  const calls = installCalls(missing.map(need => need.package))
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', PATH: folders.join(delimiter) }
  const run = (args: readonly string[]) =>
    spawnSync(aptGet, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const isOurPolicy = !existsSync(servicePolicy)
  // The tests start servers of their own; the packages' would take ports and memory from them.
  if (isOurPolicy) writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    if (run(calls.install).status === 0) return undefined
    run(calls.update)
    const second = run(calls.install)
    return second.status === 0 ? undefined : `apt-get could not install them: ${lastLine(second.stderr)}`
  } finally {
    if (isOurPolicy) rmSync(servicePolicy, { force: true })
  }
}

function lastLine(text: string | null): string {
  return text?.trim().split('\n').at(-1) ?? ''
}

function find(program: string, folders: readonly string[]): string | undefined {
  return folders.map(folder => join(folder, program)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** PATH, what root's PATH has beyond that of other users, and where Debian keeps each PostgreSQL version. */
function lookHere(): readonly string[] {
  const versions = '/usr/lib/postgresql'
  return [
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/local/sbin',
    '/usr/sbin',
    '/sbin',
    ...(existsSync(versions) ? readdirSync(versions).map(version => join(versions, version, 'bin')) : []),
  ]
}

if (import.meta.main) {
  process.exitCode = setUp(
    {
      isRoot: process.getuid?.() === 0,
      isCi: process.env['CI'] === 'true',
      get folders() {
        return lookHere()
      },
      servicePolicy: '/usr/sbin/policy-rc.d',
    },
    NEEDS,
  )
}
