import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../kernel/index.ts'
import { openStore, type Store } from '../store/index.ts'
import { temporaryFolder } from '../store/temporary.fixture.ts'
import { append, readHead } from './store.ts'

const manual = readFileSync(new URL('../../docs/store.md', import.meta.url), 'utf8')

describe('the manual', () => {
  it('shows a line that has the hash it says', () => {
    const [, line = '', hash] = /^(\["0{64}.*\])\n([0-9a-f]{64})$/m.exec(manual) ?? []
    expect(createHash('sha256').update(line).digest('hex')).toBe(hash)
  })
})

describe.runIf(hasPython())("the manual's own check, in another language", () => {
  const check = async (file: string): Promise<{ stdout: string; stderr: string }> => {
    const [, script = ''] = /```python\n([\s\S]*?)```/.exec(manual) ?? []
    const path = join(temporaryFolder(), 'check.py')
    writeFileSync(path, script)
    return promisify(execFile)('python3', [path, file]).catch(failure => failure as { stdout: string; stderr: string })
  }

  it('agrees that a logbook is sound, whatever text is in it, beside the hub that writes it', async () => {
    const { store, file } = await fill()
    const { hash } = await readHead(store)
    expect((await check(file)).stdout).toBe(`5 entries are sound; the last hash is ${hash}\n`)
  })

  it.each([
    ["update entries set reason = 'other' where seq = 3", 'entry 3 is not what was written\n'],
    ['delete from entries where seq = 2', 'entry 2 is not what was written\n'],
    ['delete from entries where seq = 5', 'the end is not where the logbook says that it is\n'],
  ])('finds what was done by: %s', async (statement, said) => {
    const { file } = await fill()
    const database = new DatabaseSync(file)
    database.exec(statement)
    database.close()
    expect((await check(file)).stderr).toBe(said)
  })
})

async function fill(): Promise<{ store: Store; file: string }> {
  const file = join(temporaryFolder(), 'shipwatch.db')
  const store = await openStore({ clock: systemClock, path: file })
  onTestFinished(() => store.close())
  const texts = [
    'plain',
    '订单 \u{1f6d2}',
    'quote " backslash \\ slash / tab \t',
    '\u{1}\u{7f}\u{2028}\u{fffd}',
    '\0 \u{d800}',
  ]
  for (const text of texts) {
    const data = { [text]: [text, 0.1, 1e21, 1e-7, -0, null] }
    await store.transaction(tx =>
      append(tx, { kind: 'written', subject: `service/${text}`, actor: 'hub', reason: text, data }),
    )
  }
  return { store, file }
}

function hasPython(): boolean {
  if (spawnSync('python3', ['-c', 'import sqlite3']).status === 0) return true
  if (process.env['CI'] === 'true') throw new Error('needs python3, and with CI=true nothing may be skipped')
  process.stdout.write('skipped: needs python3\n')
  return false
}
