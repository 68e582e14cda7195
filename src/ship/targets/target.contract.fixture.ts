import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Instance, InstanceEvent, Target, Workload } from './target.ts'

/** What the contract needs of a provider: a place of its own to run things in, and programs that behave in a known way. */
export interface TargetHarness {
  /** A target on the harness' one place, as each hub that starts makes it. */
  open(): Target
  /** Answers every request with its version. */
  good(service: string, version: string): Workload
  /** As `good`, but ready only from when `open` is called. Its readiness times out late. */
  gated(service: string, version: string): { readonly workload: Workload; open(): Promise<void> }
  /** Runs and never becomes ready; its readiness times out soon. */
  neverReady(service: string, version: string): Workload
  /** Writes `boom` and ends with exit code 3, each time it is started. */
  crashing(service: string, version: string): Workload
  /** Names something to run that is not there. */
  absent(service: string, version: string): Workload
  /** Ends an instance without the target's knowledge, as the kernel does when memory runs out; resolves when it is dead. */
  kill(instance: Instance): Promise<void>
  /** Stops everything; throws when something was left running. */
  close(): Promise<void>
}

const PATIENCE = { timeout: 15_000, interval: 20 }

/** The tests that every target passes. */
export function targetContract(name: string, makeHarness: () => Promise<TargetHarness>): void {
  describe(`the contract of a target: ${name}`, () => {
    let harness: TargetHarness
    let hub: AbortController
    let target: Target
    let running: Promise<void>
    let events: InstanceEvent[]

    /** Starts a hub's part of it, as after a restart. */
    function start(): void {
      hub = new AbortController()
      target = harness.open()
      events = []
      target.watch(event => events.push(event))
      running = target.run(hub.signal)
    }

    async function end(): Promise<void> {
      hub.abort()
      await running
    }

    async function scale(workload: Workload, count: number): Promise<readonly Instance[]> {
      const scaled = await target.scale(workload, count, new AbortController().signal)
      if (!scaled.ok) throw new Error(scaled.reason)
      return scaled.instances
    }

    beforeEach(async () => {
      harness = await makeHarness()
      start()
    })

    afterEach(async () => {
      await end()
      await harness.close()
    })

    it('starts as many as asked, answers when all are ready, and each is reachable', async () => {
      const instances = await scale(harness.good('order', 'v1'), 3)
      expect(instances.map(instance => instance.state)).toEqual(['ready', 'ready', 'ready'])
      expect(new Set(instances.map(instance => instance.id)).size).toBe(3)
      expect(await Promise.all(instances.map(ask))).toEqual(['v1', 'v1', 'v1'])
      for (const { readySinceMs, restarts } of instances) {
        expect(readySinceMs).toBeGreaterThan(0)
        expect(restarts).toBe(0)
      }
      expect(await target.instances('order')).toEqual(instances)
    })

    it('changes nothing when there are already as many', async () => {
      const before = await scale(harness.good('order', 'v1'), 2)
      expect(await scale(harness.good('order', 'v1'), 2)).toEqual(before)
      expect(await target.instances()).toEqual(before)
    })

    it('adds only what is missing and stops the youngest first', async () => {
      const [first] = await scale(harness.good('order', 'v1'), 1)
      const three = await scale(harness.good('order', 'v1'), 3)
      expect(three[0]).toEqual(first)
      expect(await scale(harness.good('order', 'v1'), 1)).toEqual([first])
      expect(await target.instances()).toEqual([first])
      for (const gone of three.slice(1)) await expect(ask(gone)).rejects.toThrow()
    })

    it('stops all when none is asked for, and again when there is none', async () => {
      const [instance] = await scale(harness.good('order', 'v1'), 1)
      expect(await scale(harness.good('order', 'v1'), 0)).toEqual([])
      expect(await scale(harness.good('order', 'v1'), 0)).toEqual([])
      expect(await target.instances()).toEqual([])
      await expect(ask(instance)).rejects.toThrow()
    })

    it('keeps versions and services apart', async () => {
      const [one] = await scale(harness.good('order', 'v1'), 1)
      const [two] = await scale(harness.good('order', 'v2'), 1)
      const [pay] = await scale(harness.good('payment', 'v1'), 1)
      expect(await Promise.all([one, two, pay].map(ask))).toEqual(['v1', 'v2', 'v1'])
      expect(await target.instances('order')).toEqual([one, two])
      expect(await target.instances()).toEqual([one, two, pay])
      await scale(harness.good('order', 'v1'), 0)
      expect(await target.instances()).toEqual([two, pay])
    })

    it('carries out calls for one version one after the other', async () => {
      const workload = harness.good('order', 'v1')
      const counts = await Promise.all([3, 1, 2].map(async count => (await scale(workload, count)).length))
      expect(counts).toEqual([3, 1, 2])
      expect(await target.instances()).toHaveLength(2)
    })

    it('does not let one version wait for another', async () => {
      const gated = harness.gated('order', 'v1')
      const waiting = scale(gated.workload, 1)
      await scale(harness.good('order', 'v2'), 1)
      expect((await target.instances()).map(({ version, state }) => [version, state])).toContainEqual(['v2', 'ready'])
      await gated.open()
      expect(await waiting).toHaveLength(1)
    })

    it.each([
      ['absent', 'cannot-start', /./],
      ['crashing', 'crash-loop', /exit code 3[^]*boom/],
      ['neverReady', 'not-ready', /not ready within/],
    ] as const)(
      'says that a version that is %s fails with %s, and leaves nothing of it',
      async (what, kind, reason) => {
        const scaled = await target.scale(harness[what]('order', 'v9'), 2, new AbortController().signal)
        expect(scaled.ok ? 'ok' : scaled.kind).toBe(kind)
        expect(scaled.ok ? 'ok' : scaled.reason).toMatch(/order v9/)
        expect(scaled.ok ? 'ok' : scaled.reason).toMatch(reason)
        expect(scaled.ok ? '' : scaled.hint).toMatch(/./)
        expect(await target.instances()).toEqual([])
      },
    )

    it('leaves alone what was ready when it cannot start more', async () => {
      const before = await scale(harness.good('order', 'v1'), 1)
      const scaled = await target.scale(harness.neverReady('order', 'v1'), 3, new AbortController().signal)
      expect(scaled.ok).toBe(false)
      expect(await target.instances()).toEqual(before)
      expect(await ask(before[0])).toBe('v1')
    })

    it('rejects with the reason of its signal, and goes on from there when asked again', async () => {
      const gated = harness.gated('order', 'v1')
      const controller = new AbortController()
      const scaling = target.scale(gated.workload, 1, controller.signal)
      const [begun] = await vi.waitFor(async () => {
        const instances = await target.instances()
        expect(instances).toHaveLength(1)
        return instances
      }, PATIENCE)
      controller.abort(new Error('changed my mind'))
      await expect(scaling).rejects.toThrow('changed my mind')
      expect((await target.instances()).map(({ id, state }) => [id, state])).toEqual([[begun?.id, 'starting']])
      const again = scale(gated.workload, 1)
      await gated.open()
      expect((await again).map(({ id, state }) => [id, state])).toEqual([[begun?.id, 'ready']])
    })

    it('begins nothing when its signal was aborted before', async () => {
      const aborted = AbortSignal.abort(new Error('too late'))
      await expect(target.scale(harness.good('order', 'v1'), 1, aborted)).rejects.toThrow('too late')
      expect(await target.instances()).toEqual([])
    })

    it('leaves everything running when the hub ends, and adopts it when it starts again', async () => {
      const before = await scale(harness.good('order', 'v1'), 2)
      await end()
      expect(await Promise.all(before.map(ask))).toEqual(['v1', 'v1'])
      start()
      expect(await target.instances()).toEqual(before)
      expect(await scale(harness.good('order', 'v1'), 2)).toEqual(before)
      const after = await scale(harness.good('order', 'v1'), 3)
      expect(after.slice(0, 2)).toEqual(before)
      expect(await scale(harness.good('order', 'v1'), 0)).toEqual([])
    })

    it.each(['started', 'adopted'])(
      'starts an instance that it %s again when it ends, in the same place',
      async how => {
        const [before] = await scale(harness.good('order', 'v1'), 1)
        if (how === 'adopted') {
          await end()
          start()
          await target.instances()
        }
        if (before) await harness.kill(before)
        await vi.waitFor(
          () => expect(events.map(event => event.kind)).toEqual(['exited', 'restarted', 'ready']),
          PATIENCE,
        )
        const [after] = await target.instances()
        expect(after).toMatchObject({ id: before?.id, url: before?.url, state: 'ready', restarts: 1 })
        expect(await ask(after)).toBe('v1')
      },
    )

    it('starts again what ended while no hub was running', async () => {
      const [before] = await scale(harness.good('order', 'v1'), 1)
      await end()
      if (before) await harness.kill(before)
      start()
      const [after] = await scale(harness.good('order', 'v1'), 1)
      expect(after).toMatchObject({ id: before?.id, url: before?.url, state: 'ready', restarts: 1 })
      expect(events.map(event => event.kind)).toEqual(['exited', 'restarted', 'ready'])
    })

    it('tells a watcher nothing more once it has left', async () => {
      const seen: string[] = []
      const leave = target.watch(event => seen.push(event.kind))
      const [instance] = await scale(harness.good('order', 'v1'), 1)
      leave()
      if (instance) await harness.kill(instance)
      await vi.waitFor(() => expect(events.map(event => event.kind)).toContain('restarted'), PATIENCE)
      expect(seen).toEqual([])
    })
  })
}

async function ask(instance: Instance | undefined): Promise<string> {
  if (!instance) throw new Error('there is no instance to ask')
  const response = await fetch(instance.url, { signal: AbortSignal.timeout(10_000) })
  return response.text()
}
