import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../../kernel/index.ts'
import type { Instance } from '../target.ts'
import { ask, never, type ProcessHarness, patience, processHarness } from './harness.fixture.ts'
import type { HubOrders } from './hub.fixture.ts'
import type { ProcessTarget, ProcessTargetOptions } from './index.ts'
import type { InstanceRecord } from './records.ts'

let harness: ProcessHarness
let target: ProcessTarget
let hub: AbortController
let running: Promise<void>

/** Runs a hub that kills itself; resolves when it is dead. */
async function hubThatDies(orders: Omit<HubOrders, 'options'>): Promise<void> {
  const options = { stateDir: harness.stateDir, root: join(harness.folder, 'programs'), probeEveryMs: 50 }
  const script = fileURLToPath(new URL('hub.fixture.ts', import.meta.url))
  const child = spawn(process.execPath, [script, JSON.stringify({ options, ...orders })], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code, signal] = await once(child, 'exit')
  expect([code, signal]).toEqual([null, 'SIGKILL'])
}

/** The hub that comes after. */
function nextHub(options: Partial<ProcessTargetOptions> = {}): void {
  hub = new AbortController()
  target = harness.open(options)
  running = target.run(hub.signal)
}

async function scale(count: number, workload = harness.good('order', 'v1')): Promise<readonly Instance[]> {
  const scaled = await target.scale(workload, count, never)
  if (!scaled.ok) throw new Error(scaled.reason)
  return scaled.instances
}

beforeEach(async () => {
  harness = await processHarness()
})

afterEach(async () => {
  hub.abort()
  await running
  await harness.close()
})

describe('a hub that is killed', () => {
  it.each(['intended', 'spawned', 'recorded', 'ready'] as const)(
    'while it starts an instance, right after it was %s, leaves neither an orphan nor a twin',
    async step => {
      await hubThatDies({ workload: harness.good('order', 'v1'), count: 1, dieAfter: { step, times: 1 } })
      const survivors = harness.processes()
      expect(survivors).toHaveLength(step === 'intended' ? 0 : 1)
      nextHub()
      const [instance] = await scale(1)
      expect(harness.processes()).toHaveLength(1)
      const pid = Number(await ask(instance, '/pid'))
      if (step !== 'intended') expect([pid]).toEqual(survivors)
      expect(instance).toMatchObject({ state: 'ready', restarts: 0, facts: { pid: String(pid) } })
      expect(await target.instances()).toHaveLength(1)
    },
  )

  it.each([1, 2, 3] as const)(
    'while it starts three instances, right after the process number %i, is followed by one that has three',
    async times => {
      await hubThatDies({ workload: harness.good('order', 'v1'), count: 3, dieAfter: { step: 'spawned', times } })
      const survivors = harness.processes()
      expect(survivors).toHaveLength(times)
      nextHub()
      const instances = await scale(3)
      const pids = await Promise.all(instances.map(async instance => Number(await ask(instance, '/pid'))))
      expect(new Set(pids)).toEqual(new Set(harness.processes()))
      for (const survivor of survivors) expect(pids).toContain(survivor)
    },
  )

  it.each(['intended', 'spawned', 'recorded'] as const)(
    'while it starts an instance again, right after it was %s, is followed by one that has the instance in its place',
    async step => {
      const dieAfter = { step, times: 2 }
      await hubThatDies({ workload: harness.good('order', 'v1'), count: 1, dieAfter, endInstance: true })
      nextHub()
      const [found] = await target.instances()
      const [instance] = await scale(1)
      expect(instance).toMatchObject({ id: found?.id, url: found?.url, state: 'ready' })
      expect(harness.processes()).toEqual([Number(await ask(instance, '/pid'))])
    },
  )

  it.each(['stop-recorded', 'terminated', 'ended', 'forgotten'] as const)(
    'while it stops an instance, right after it was %s, is followed by one that finishes the stop unasked',
    async step => {
      nextHub()
      await scale(1)
      hub.abort()
      await running
      await hubThatDies({ workload: harness.good('order', 'v1'), count: 0, dieAfter: { step, times: 1 } })
      nextHub()
      await vi.waitFor(async () => expect(await target.instances()).toEqual([]), patience)
      expect(harness.processes()).toEqual([])
      expect(readdirSync(join(harness.stateDir, 'instances'))).toEqual([])
      expect(await scale(1)).toHaveLength(1)
    },
  )

  it('touches no instance: it answers, writes its log and keeps its process', async () => {
    const workload = harness.good('order', 'v1')
    await hubThatDies({ workload, count: 1, dieAfter: { step: 'ready', times: 1 } })
    const [pid] = harness.processes()
    nextHub()
    const [instance] = await target.instances()
    for (let i = 0; i < 20; i++) await ask(instance, '/write')
    expect(Number(await ask(instance, '/pid'))).toBe(pid)
  })

  it('is followed by one that believes that an instance is ready, but vouches for it only when it was asked', async () => {
    const gate = join(harness.folder, 'gate')
    writeFileSync(gate, '')
    const workload = harness.run('order', 'v1', { env: { GATE: gate } })
    await hubThatDies({ workload, count: 1, dieAfter: { step: 'ready', times: 1 } })
    nextHub()
    await scale(1, workload)
    hub.abort()
    await running
    unlinkSync(gate)
    nextHub()
    expect(await target.instances()).toMatchObject([{ state: 'ready' }])
    let vouched = false
    const scaling = scale(1, workload).then(instances => {
      vouched = true
      return instances
    })
    await vi.waitFor(async () => expect(await target.instances()).toMatchObject([{ state: 'unready' }]), patience)
    expect(vouched).toBe(false)
    writeFileSync(gate, '')
    expect(await scaling).toMatchObject([{ state: 'ready' }])
  })

  it('between fork and exec of a process is followed by one that looks a second time', async () => {
    const workload = harness.good('order', 'v1')
    await hubThatDies({ workload, count: 1, dieAfter: { step: 'intended', times: 1 } })
    const [file = ''] = readdirSync(join(harness.stateDir, 'instances'))
    const { id, port } = JSON.parse(readFileSync(join(harness.stateDir, 'instances', file), 'utf8')) as InstanceRecord
    let pid: number | undefined
    /** The process gets its mark while the next hub waits. */
    const sleep: typeof systemClock.sleep = (delayMs, signal) => {
      pid ??= spawn(process.execPath, ['server.mjs'], {
        cwd: join(harness.folder, 'programs'),
        env: { PORT: String(port), VERSION: 'v1', SHIPWATCH_INSTANCE: id },
        detached: true,
        stdio: 'ignore',
      }).pid
      return systemClock.sleep(delayMs, signal)
    }
    nextHub({ clock: { ...systemClock, sleep } })
    expect(await target.instances()).toMatchObject([{ id, facts: { pid: String(pid) } }])
    expect(await scale(1, workload)).toMatchObject([{ id, state: 'ready', restarts: 0 }])
  })

  it('does not make its successor forget how often an instance crashed', async () => {
    const workload = harness.run('order', 'v1', { restart: { backoff: '20ms', crashLoop: { exits: 2, within: '5m' } } })
    const dieAfter = { step: 'spawned', times: 2 } as const
    await hubThatDies({ workload, count: 1, dieAfter, endInstance: true })
    nextHub()
    const kinds: string[] = []
    target.watch(event => kinds.push(event.kind))
    const [instance] = await scale(1, workload)
    expect(kinds).not.toContain('crash-loop')
    await ask(instance, '/exit').catch(() => 'it ended instead of answering')
    await vi.waitFor(() => expect(kinds).toContain('crash-loop'), patience)
  })
})
