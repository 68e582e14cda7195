import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FixtureHub } from './hub.fixture.ts'
import { release, STORY, takenBack, verdict } from './sample.fixture.ts'
import { screenAfter } from './screen.fixture.ts'
import { ESCAPE } from './terminal/width.ts'

/** util-linux' script gives a program a terminal of its own, and what it is sent as if it were typed. */
const SCRIPT = 'script'
const hasTerminal = spawnSync(SCRIPT, ['--version']).status === 0
if (!hasTerminal) process.stdout.write('skipped: needs script\n')

let hub: FixtureHub
beforeEach(async () => {
  hub = await new FixtureHub().start()
})
afterEach(() => hub.stop())

const MAIN = new URL('terminal.fixture.ts', import.meta.url).pathname

/** The command line on a real terminal of 80 columns and 40 rows. */
class Terminal {
  out = ''
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>

  constructor(line: string) {
    const command = `stty rows 40 cols 80; exec ${process.execPath} ${MAIN} ${line}`
    this.#child = spawn(SCRIPT, ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
      env: { ...process.env, SHIPWATCH_HUB: hub.url, LC_ALL: 'C.UTF-8', TERM: 'xterm', NO_COLOR: '', TZ: 'UTC' },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#closed = once(this.#child, 'close')
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.out += text
    })
  }

  async shows(text: string): Promise<void> {
    while (!this.out.includes(text)) await once(this.#child.stdout ?? this.#child, 'data')
  }

  types(text: string): void {
    this.#child.stdin?.write(text)
  }

  async exitCode(): Promise<number | null> {
    await this.#closed
    return this.#child.exitCode
  }
}

describe('on a real terminal', () => {
  if (!hasTerminal) {
    test('script is needed', () => expect(process.env['CI'], 'with CI=true nothing may be skipped').not.toBe('true'))
    return
  }

  test('a release is watched in one picture until it is taken back', async () => {
    hub.put(release({ verdict: verdict() }))
    hub.write(...STORY)
    const terminal = new Terminal('show order --wait')
    await terminal.shows('to be taken back')
    await terminal.shows('stage    50 %')
    hub.put(takenBack())
    expect(await terminal.exitCode()).toBe(1)
    expect(terminal.out).toContain(`${ESCAPE}[1morder v2 → v3${ESCAPE}[22m`)
    const { rows, cursorShown } = screenAfter(terminal.out, 80)
    expect(rows.filter(row => row.startsWith('order v2 → v3'))).toHaveLength(1)
    expect(rows.join('\n')).toContain('order v3 was taken back 13s after its first traffic\n12 bad of 1,204 requests')
    expect(cursorShown).toBe(true)
  })

  test('Ctrl-C is typed: the watching ends, the cursor is back, the release goes on', async () => {
    hub.put(release())
    const terminal = new Terminal('show order --wait')
    await terminal.shows('watched at 50 %')
    terminal.types('\u0003')
    expect(await terminal.exitCode()).toBe(130)
    expect(terminal.out).toContain('No longer watching. The release of order v3 goes on.')
    expect(screenAfter(terminal.out, 80).cursorShown).toBe(true)
    expect(hub.asked.every(({ method }) => method === 'GET')).toBe(true)
  })
})
