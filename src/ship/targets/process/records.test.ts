import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { find } from './adopt.ts'
import { planRun } from './plan.ts'
import { readBootId, readStat, type Seen } from './proc.ts'
import { type InstanceRecord, Records } from './records.ts'
import { NO_PAST } from './restarts.ts'
import { ProcessRun } from './schema.ts'

let folder: string
let records: Records

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'shipwatch-records-')), 'instances')
  records = new Records(folder)
})

afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

const record: InstanceRecord = {
  format: 1,
  id: 'ins_1',
  service: 'order',
  version: 'v1',
  port: 20_000,
  plan: planRun(ProcessRun.parse({ command: 'node server.ts', limits: { cpu: 1 } }), 'v1', '/srv'),
  createdMs: 1,
  phase: 'running',
  groups: { version: 1, cpu: '/sys/fs/cgroup/cpu/shipwatch-x/ins_1' },
  startedMs: 1,
  restarts: 0,
  past: NO_PAST,
}

describe('the records of instances', () => {
  it('are read as they were written, replaced and removed', async () => {
    expect(await records.read()).toEqual([])
    await records.write(record)
    await records.write({ ...record, id: 'ins_2' })
    const completed = { ...record, leader: { pid: 5, startTicks: 6, bootId: 'b' }, readySinceMs: 7, unlimited: 'why' }
    await records.write(completed)
    expect(await records.read()).toEqual([completed, { ...record, id: 'ins_2' }])
    await records.remove('ins_1')
    await records.remove('ins_1')
    expect((await records.read()).map(({ id }) => id)).toEqual(['ins_2'])
  })

  it('are for this user alone, because a plan may hold secrets', async () => {
    await records.read()
    await records.write(record)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, 'ins_1.json')).mode & 0o777).toBe(0o600)
  })

  it('leave nothing behind when they cannot be written', async () => {
    await records.read()
    await expect(records.write({ ...record, id: 'no/such' })).rejects.toMatchObject({ code: 'ENOENT' })
    expect(readdirSync(folder)).toEqual([])
  })

  it('that were not finished are cleared away, and the whole one before is in force', async () => {
    await records.read()
    await records.write(record)
    writeFileSync(join(folder, 'ins_1.json.new'), '{')
    expect(await records.read()).toEqual([record])
    expect(existsSync(join(folder, 'ins_1.json.new'))).toBe(false)
  })

  it.each([
    ['{"format":1', /cannot be read: .*ins_9\.json/],
    ['{"format":2}', /cannot be read: .*ins_9\.json/],
    ['[]', /cannot be read/],
  ])('that cannot be understood are named and not touched: %s', async (text, message) => {
    await records.read()
    writeFileSync(join(folder, 'ins_9.json'), text)
    await expect(records.read()).rejects.toThrow(message)
    await expect(records.read()).rejects.toMatchObject({ hint: expect.stringContaining('SHIPWATCH_INSTANCE=ins_9') })
    expect(existsSync(join(folder, 'ins_9.json'))).toBe(true)
  })

  it('may hold more than is known yet', async () => {
    await records.read()
    writeFileSync(join(folder, 'ins_1.json'), JSON.stringify({ ...record, colour: 'red' }))
    expect(await records.read()).toEqual([record])
  })
})

describe('what became of an instance while no hub was running', () => {
  const self = readStat(process.pid)
  if (!self) throw new Error('this process is not there')
  const alive = { pid: process.pid, startTicks: self.startTicks, bootId: readBootId() }
  const gone = { ...alive, startTicks: alive.startTicks + 1 }
  const marked = (pid: number, groupId: number): Seen => ({ ...self, pid, groupId, mark: 'ins_1' })
  const { startTicks } = self

  it.each([
    ['it was to be started, and was not', {}, [], { kind: 'forget' }],
    [
      'its process was started, and not recorded',
      {},
      [marked(process.pid, process.pid)],
      {
        kind: 'running',
        leader: { pid: process.pid, startTicks, bootId: readBootId() },
      },
    ],
    [
      'its process was started and ended, and left a child',
      {},
      [marked(process.pid, 1)],
      {
        kind: 'ended',
        fault: { kind: 'unseen', when: 'no-hub' },
      },
    ],
    ['it runs', { leader: alive }, [], { kind: 'running', leader: alive }],
    ['it ended', { leader: gone }, [], { kind: 'ended', fault: { kind: 'unseen', when: 'no-hub' } }],
    [
      'it ended before it was to be started again',
      { readySinceMs: 1 },
      [],
      {
        kind: 'ended',
        fault: { kind: 'unseen', when: 'no-hub' },
      },
    ],
    [
      'the machine was restarted',
      { leader: { ...alive, bootId: 'before' } },
      [],
      {
        kind: 'ended',
        fault: { kind: 'unseen', when: 'restart' },
      },
    ],
    ['it was being stopped', { leader: alive, phase: 'stopping' as const }, [], { kind: 'stopping' }],
  ])('%s', (_, change, seen, expected) => {
    expect(find({ ...record, ...change }, seen)).toEqual(expected)
  })
})
