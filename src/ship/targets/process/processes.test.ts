import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Instance, InstanceEvent } from '../target.ts'
import { ask, never, type ProcessHarness, patience, pidOf, processHarness } from './harness.fixture.ts'
import type { ProcessTarget, ProcessTargetOptions } from './index.ts'
import { isAlive, readBootId, readStat } from './proc.ts'

let harness: ProcessHarness
let target: ProcessTarget
let hub: AbortController
let running: Promise<void>
let events: InstanceEvent[]
const strangers: number[] = []

function start(options: Partial<ProcessTargetOptions> = {}): void {
  hub = new AbortController()
  target = harness.open(options)
  events = []
  target.watch(event => events.push(event))
  running = target.run(hub.signal)
}

async function end(): Promise<void> {
  hub.abort()
  await running
}

async function one(run: Record<string, unknown> = {}, program?: string): Promise<Instance> {
  const scaled = await target.scale(harness.run('order', 'v1', run, program), 1, never)
  if (!scaled.ok) throw new Error(scaled.reason)
  const [instance] = scaled.instances
  if (!instance) throw new Error('there is none')
  return instance
}

const stop = () => target.scale(harness.good('order', 'v1'), 0, never)
const logOf = (instance: Instance): string => readFileSync(instance.facts?.['log'] ?? '', 'utf8')

async function childOf(instance: Instance): Promise<number> {
  const pid = await vi.waitFor(() => Number(/^child (\d+)$/m.exec(logOf(instance))?.[1] ?? Number.NaN), patience)
  expect(isAlive(readStat(pid))).toBe(true)
  return pid
}

/** A process that has nothing to do with us, leading a group of its own as instances do. */
function stranger(): number {
  const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' })
  if (child.pid === undefined) throw new Error('no sleep')
  strangers.push(child.pid)
  return child.pid
}

beforeEach(async () => {
  harness = await processHarness()
  start()
})

afterEach(async () => {
  await end()
  for (const pid of strangers.splice(0)) process.kill(pid, 'SIGKILL')
  await harness.close()
})

describe('an instance', () => {
  it('is a process group of its own, with its folder, its environment and its words', async () => {
    harness.write(
      'show.mjs',
      `import { createServer } from 'node:http'
       const { argv, env } = process
       createServer((_, response) => response.end(JSON.stringify({ argv: argv.slice(2), env, cwd: process.cwd() })))
         .listen(Number(env.PORT), '127.0.0.1')`,
    )
    await end()
    start({ env: { PATH: process.env['PATH'], DATABASE_URL: 'postgres://hub' } })
    const instance = await one({
      command: `'${process.execPath}' show.mjs "two words" --version={version} {port}`,
      env: { SELF: 'http://127.0.0.1:{port}/{version}' },
    })
    const { port } = new URL(instance.url)
    expect(JSON.parse(await ask(instance))).toEqual({
      argv: ['two words', '--version=v1', port],
      cwd: join(harness.folder, 'programs'),
      env: {
        PATH: process.env['PATH'],
        PORT: port,
        SELF: `http://127.0.0.1:${port}/v1`,
        VERSION: 'v1',
        SHIPWATCH_SERVICE: 'order',
        SHIPWATCH_VERSION: 'v1',
        SHIPWATCH_INSTANCE: instance.id,
      },
    })
    expect(readStat(pidOf(instance))?.groupId).toBe(pidOf(instance))
  })

  it('writes both its streams into one log, in their order, also after its hub is gone', async () => {
    harness.write(
      'talk.mjs',
      `import { createServer } from 'node:http'
       let n = 0
       createServer((_, response) => { console[++n % 2 ? 'log' : 'error']('line ' + n); response.end() })
         .listen(Number(process.env.PORT), '127.0.0.1')`,
    )
    const instance = await one({ ready: { tcp: true } }, 'talk.mjs')
    await ask(instance)
    await ask(instance)
    await end()
    await ask(instance)
    expect(logOf(instance)).toBe('line 1\nline 2\nline 3\n')
    start()
  })

  it('has its log rotated while it runs', async () => {
    const instance = await one({ logs: { maxSize: 4000, keep: 2 } })
    const folder = join(harness.stateDir, 'logs', 'order')
    const files = () => readdirSync(folder).toSorted((a, b) => a.localeCompare(b))
    await vi.waitFor(async () => {
      for (let i = 0; i < 6; i++) await ask(instance, '/write')
      expect(files()).toEqual([`${instance.id}.log`, `${instance.id}.log.1`, `${instance.id}.log.2`])
    }, patience)
    for (const file of files()) expect(readFileSync(join(folder, file), 'utf8')).toMatch(/^(?:x{999}\n)*$/)
  })
})

describe('a target whose run has ended', () => {
  it('takes its instances over again when it is asked for something', async () => {
    const before = await one()
    await end()
    const scaled = await target.scale(harness.good('order', 'v1'), 2, never)
    expect(scaled.ok || scaled.reason).toBe(true)
    expect((await target.instances()).map(({ id }) => id)).toContain(before.id)
    expect(harness.processes()).toHaveLength(2)
    running = target.run(hub.signal) // aborted already: it has nothing to end
    await running
    hub = new AbortController()
    running = target.run(hub.signal)
    expect(await target.instances()).toHaveLength(2)
  })

  it('fails a call that was under way, and leaves what it had started to the next', async () => {
    const gated = harness.gated('order', 'v1')
    const scaling = target.scale(gated.workload, 1, never)
    await vi.waitFor(() => expect(harness.processes()).toHaveLength(1), patience)
    await end()
    expect(await scaling).toMatchObject({ ok: false, reason: expect.stringContaining('the hub ends') })
    const [pid] = harness.processes()
    start()
    await gated.open()
    const scaled = await target.scale(gated.workload, 1, never)
    expect(scaled.ok && pidOf(scaled.instances[0])).toBe(pid)
  })
})

describe('stopping', () => {
  it('lets an instance go on answering while it drains', async () => {
    const instance = await one({ stop: { drain: '300ms', grace: '5s' } })
    const stopping = stop()
    await vi.waitFor(async () => expect(await target.instances()).toMatchObject([{ state: 'stopping' }]), patience)
    expect(await ask(instance)).toBe('v1')
    expect(await stopping).toEqual({ ok: true, instances: [] })
    expect(harness.processes()).toEqual([])
  })

  it('kills what ignores SIGTERM', async () => {
    const instance = await one({ env: { STUBBORN: '1' }, stop: { grace: '150ms' } })
    expect(await stop()).toEqual({ ok: true, instances: [] })
    expect(harness.processes()).toEqual([])
    expect(logOf(instance)).toContain('I stay')
  })

  it.each(['1', 'away', 'stubborn'])('ends the processes that an instance has started, too (%s)', async CHILD => {
    const child = await childOf(await one({ env: { CHILD }, stop: { grace: '150ms' } }))
    await stop()
    expect(isAlive(readStat(child))).toBe(false)
    expect(harness.processes()).toEqual([])
  })

  it('of everything ends what is just being started, and says so to whoever waits for it', async () => {
    await one()
    const gated = harness.gated('payment', 'v1')
    const waiting = target.scale(gated.workload, 2, never)
    await vi.waitFor(async () => expect(await target.instances()).toHaveLength(3), patience)
    await target.stopAll(never)
    expect(await target.instances()).toEqual([])
    expect(harness.processes()).toEqual([])
    expect(await waiting).toMatchObject({ ok: false, reason: expect.stringContaining('everything is being stopped') })
    expect(events).toEqual([])
  })

  it('is waited for no longer than wanted, and is finished all the same', async () => {
    await one({ stop: { drain: '100ms', grace: '5s' } })
    const controller = new AbortController()
    const stopping = target.scale(harness.good('order', 'v1'), 0, controller.signal)
    await vi.waitFor(async () => expect(await target.instances()).toMatchObject([{ state: 'stopping' }]), patience)
    controller.abort(new Error('enough'))
    await expect(stopping).rejects.toThrow('enough')
    await vi.waitFor(async () => expect(await target.instances()).toEqual([]), patience)
  })

  it('keeps the logs of the latest ended instances only', async () => {
    await end()
    start({ keepEndedLogs: 2 })
    const ids: string[] = []
    for (let i = 0; i < 4; i++) {
      ids.push((await one()).id)
      await stop()
    }
    const files = readdirSync(join(harness.stateDir, 'logs', 'order')).toSorted((a, b) => a.localeCompare(b))
    expect(files).toEqual(ids.slice(2).map(id => `${id}.log`))
  })
})

describe('children that outlive their leader', () => {
  it.each(['1', 'away', 'stubborn'])('are ended before it is started again (%s)', async CHILD => {
    const instance = await one({ env: { CHILD }, stop: { grace: '150ms' }, restart: { backoff: '20ms' } })
    const child = await childOf(instance)
    process.kill(pidOf(instance), 'SIGKILL')
    await vi.waitFor(() => expect(events.map(event => event.kind)).toEqual(['exited', 'restarted', 'ready']), patience)
    expect(isAlive(readStat(child))).toBe(false)
    expect(harness.processes()).toHaveLength(2)
  })
})

describe('a pid that was used again', () => {
  /** Makes the record say that the instance's process is another one. */
  function rewrite(
    instance: Instance,
    change: (leader: { pid: number; startTicks: number; bootId: string }) => object,
  ) {
    const path = join(harness.stateDir, 'instances', `${instance.id}.json`)
    const record = JSON.parse(readFileSync(path, 'utf8')) as { leader: Parameters<typeof change>[0] }
    writeFileSync(path, JSON.stringify({ ...record, leader: change(record.leader) }))
  }

  it.each([
    ['another start time', (pid: number) => ({ pid, startTicks: 1, bootId: readBootId() }), 'while no hub was running'],
    [
      'another start of the machine',
      (pid: number) => ({ pid, startTicks: readStat(pid)?.startTicks, bootId: 'before' }),
      'when the machine was restarted',
    ],
  ])('is known by %s: its process is never signalled, and the instance is started again', async (_, leader, how) => {
    const instance = await one()
    await end()
    await harness.kill(instance)
    const foreign = stranger()
    rewrite(instance, () => leader(foreign))
    const signalled: number[] = []
    start({
      kill: (pid, signal) => {
        signalled.push(pid)
        process.kill(pid, signal)
      },
    })
    await vi.waitFor(() => expect(events.map(event => event.kind)).toEqual(['exited', 'restarted', 'ready']), patience)
    expect(events[0]?.reason).toContain(how)
    const [again] = await target.instances()
    expect(again).toMatchObject({ id: instance.id, url: instance.url, restarts: 1 })
    await stop()
    expect(signalled).toEqual([-pidOf(again)])
    expect(isAlive(readStat(foreign))).toBe(true)
  })

  it('is not signalled by the end of a stop that was begun before', async () => {
    const instance = await one()
    await end()
    await harness.kill(instance)
    const foreign = stranger()
    rewrite(instance, ({ bootId }) => ({ pid: foreign, startTicks: 1, bootId }))
    const path = join(harness.stateDir, 'instances', `${instance.id}.json`)
    writeFileSync(path, readFileSync(path, 'utf8').replace('"running"', '"stopping"'))
    start()
    await vi.waitFor(async () => expect(await target.instances()).toEqual([]), patience)
    expect(isAlive(readStat(foreign))).toBe(true)
  })

  it('does not hide the process that still runs: it is found by its mark, and ended before another is started', async () => {
    const instance = await one()
    await end()
    rewrite(instance, ({ bootId }) => ({ pid: stranger(), startTicks: 1, bootId }))
    start()
    await vi.waitFor(() => expect(events.map(event => event.kind)).toContain('ready'), patience)
    expect(isAlive(readStat(pidOf(instance)))).toBe(false)
    expect(harness.processes()).toEqual([pidOf((await target.instances())[0])])
  })
})
