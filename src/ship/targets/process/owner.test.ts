import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identify } from './group.ts'
import { never, processHarness } from './harness.fixture.ts'
import { own } from './owner.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shipwatch-owner-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

const path = () => join(folder, 'owner.json')

describe('a folder of instances', () => {
  it('is kept by one program at a time, which is named', async () => {
    const other = spawn('sleep', ['1000'], { stdio: 'ignore' })
    writeFileSync(path(), JSON.stringify(identify(other.pid ?? 0)))
    await expect(own(folder)).rejects.toMatchObject({
      message: `the instances in ${folder} are kept by process ${other.pid} (sleep 1000)`,
      hint: 'Stop that program first.',
    })
    other.kill('SIGKILL')
    await once(other, 'exit')
    const release = await own(folder)
    expect(existsSync(path())).toBe(true)
    await release()
    expect(existsSync(path())).toBe(false)
  })

  it.each([
    ['a process that is gone', () => JSON.stringify({ ...identify(process.pid), pid: 1, startTicks: -1 })],
    ['another start of the machine', () => JSON.stringify({ ...identify(1), bootId: 'before' })],
    ['nobody that can be understood', () => '{"pid":'],
  ])('is free when it was kept by %s', async (_, text) => {
    writeFileSync(path(), text())
    await expect(own(folder)).resolves.toBeTypeOf('function')
  })

  it('is made when it is not there', async () => {
    await own(join(folder, 'a', 'b'))
    expect(existsSync(join(folder, 'a', 'b', 'owner.json'))).toBe(true)
  })

  it('that another program keeps is not touched by a target, which says so', async () => {
    const harness = await processHarness()
    const other = spawn('sleep', ['1000'], { stdio: 'ignore' })
    const target = harness.open()
    await target.instances()
    writeFileSync(join(harness.stateDir, 'owner.json'), JSON.stringify(identify(other.pid ?? 0)))
    const second = harness.open()
    expect(await second.scale(harness.good('order', 'v1'), 1, never)).toMatchObject({
      ok: false,
      reason: expect.stringContaining(`are kept by process ${other.pid}`),
      hint: 'Stop that program first.',
    })
    await expect(second.stopAll(never)).rejects.toThrow('are kept by process')
    expect(harness.processes()).toEqual([])
    other.kill('SIGKILL')
    await once(other, 'exit')
    await harness.close()
  })
})
