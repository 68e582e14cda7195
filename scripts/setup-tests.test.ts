import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { conclude, findMissing, installCalls, type Machine, NEEDS, setUp } from './setup-tests.ts'

const haproxy = { name: 'haproxy', program: 'haproxy', package: 'haproxy' }
const nginx = { name: 'nginx', program: 'nginx', package: 'nginx-light' }

describe('setting up for the tests', () => {
  it('says nothing and changes nothing when all is there', () => {
    const machine = imagine({ programs: { haproxy: '', nginx: '', 'apt-get': 'exit 1' } })
    expect(machine.setUp()).toEqual({ exitCode: 0, lines: [] })
  })

  it('installs only what is missing, without questions, and without starting services', () => {
    const machine = imagine({
      programs: {
        haproxy: '',
        'apt-get': `echo "$DEBIAN_FRONTEND $*" >>calls; sh "$PWD/policy"; echo "services: $?" >>calls; touch nginx; chmod +x nginx`,
      },
    })
    expect(machine.setUp()).toEqual({ exitCode: 0, lines: ['installing for the tests: nginx-light'] })
    expect(machine.calls()).toEqual([
      'noninteractive -qq -o DPkg::Lock::Timeout=120 install --yes --no-install-recommends nginx-light',
      'services: 101',
    ])
    expect(existsSync(machine.policy)).toBe(false)
  })

  it('fetches the lists of packages only when those at hand do not do', () => {
    const machine = imagine({
      programs: {
        'apt-get': `echo "$4" >>calls; case "$4" in update) touch fresh;; install) [ -e fresh ] || exit 100; for p in haproxy nginx; do touch $p; chmod +x $p; done;; esac`,
      },
    })
    expect(machine.setUp().exitCode).toBe(0)
    expect(machine.calls()).toEqual(['install', 'update', 'install'])
  })

  it('says why an installation failed, and what is skipped for it', () => {
    const machine = imagine({
      programs: { haproxy: '', 'apt-get': 'echo "E: first" >&2; echo "E: no network" >&2; exit 100' },
    })
    expect(machine.setUp()).toEqual({
      exitCode: 0,
      lines: [
        'installing for the tests: nginx-light',
        'apt-get could not install them: E: no network',
        'skipped: needs nginx',
      ],
    })
  })

  it("leaves an administrator's own rule for services alone", () => {
    const machine = imagine({ programs: { 'apt-get': 'exit 100' } })
    writeFileSync(machine.policy, 'theirs')
    machine.setUp()
    expect(readFileSync(machine.policy, 'utf8')).toBe('theirs')
  })

  it.each([
    ['is not root', { isRoot: false, programs: { 'apt-get': 'touch nginx haproxy' } }],
    ['has no apt-get', { programs: {} }],
  ])('only names what is missing on a machine that %s', (_, kind) => {
    const machine = imagine(kind)
    expect(machine.setUp()).toEqual({ exitCode: 0, lines: ['skipped: needs haproxy', 'skipped: needs nginx'] })
  })

  it('fails where nothing may be skipped', () => {
    const machine = imagine({ isCi: true, programs: { haproxy: '' } })
    expect(machine.setUp()).toEqual({
      exitCode: 1,
      lines: ['skipped: needs nginx', 'With CI=true no test may be skipped. Install first: nginx-light'],
    })
    expect(conclude([], { isCi: true })).toEqual({ lines: [], exitCode: 0 })
  })

  it('does not take a file that cannot be run for a program', () => {
    const machine = imagine({ programs: { haproxy: '', nginx: '' } })
    chmodSync(join(machine.folder, 'nginx'), 0o644)
    expect(findMissing([haproxy, nginx], [machine.folder])).toEqual([nginx])
  })

  it('takes a whole path for a file, which nobody has to run', () => {
    const { folder } = imagine({ programs: {} })
    const fonts = { name: 'fonts', program: join(folder, 'fonts.ttc'), package: 'fonts' }
    expect(findMissing([fonts], [])).toEqual([fonts])
    writeFileSync(fonts.program, '')
    expect(findMissing([fonts], [])).toEqual([])
  })

  it('names each package once', () => {
    expect(installCalls(['a', 'b']).install.slice(-2)).toEqual(['a', 'b'])
    expect(new Set(NEEDS.map(need => need.package)).size).toBe(NEEDS.length)
  })

  it('runs as a program', () => {
    const script = fileURLToPath(new URL('setup-tests.ts', import.meta.url))
    // Nothing on PATH: there is no apt-get to call, and wrk, which lives nowhere else, is missing for sure.
    const run = (env: Readonly<Record<string, string>>) =>
      spawnSync(process.execPath, [script], { encoding: 'utf8', env: { PATH: '/nonexistent', ...env } })
    const { status, stdout } = run({})
    expect(stdout).toMatch(/^(skipped: needs [\w-]+\n)+$/)
    expect(stdout).toContain('skipped: needs wrk\n')
    expect(status).toBe(0)
    expect(run({ CI: 'true' })).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('With CI=true no test may be skipped.'),
    })
  })
})

interface Imagined {
  readonly folder: string
  readonly policy: string
  readonly setUp: () => { readonly exitCode: 0 | 1; readonly lines: readonly string[] }
  readonly calls: () => readonly string[]
}

/** A machine whose programs are these shell scripts, run in the folder that holds them. */
function imagine(kind: {
  readonly isRoot?: boolean
  readonly isCi?: boolean
  readonly programs: Readonly<Record<string, string>>
}): Imagined {
  const folder = mkdtempSync(join(tmpdir(), 'shipwatch-setup-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, script] of Object.entries(kind.programs)) {
    // The shell's own commands are all that these scripts may use beside those of the real system.
    const path = join(folder, name)
    writeFileSync(path, `#!/bin/sh\nPATH=/usr/bin:/bin\ncd "${folder}"\n${script}\n`)
    chmodSync(path, 0o755)
  }
  const policy = join(folder, 'policy')
  const machine: Machine = { isRoot: true, isCi: false, folders: [folder], servicePolicy: policy, ...kind }
  return {
    folder,
    policy,
    setUp() {
      const lines: string[] = []
      const exitCode = setUp(machine, [haproxy, nginx], line => lines.push(line))
      return { exitCode, lines }
    },
    calls: () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n'),
  }
}
