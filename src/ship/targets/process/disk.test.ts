import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { InstanceEvent } from '../target.ts'
import { ask, never, type ProcessHarness, patience, pidOf, processHarness, whereThereIs } from './harness.fixture.ts'
import type { ProcessTarget } from './index.ts'
import { rotate } from './logs.ts'

const probe = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt'])

whereThereIs('tmpfs (root, to mount a small disk)', probe.status === 0, () => {
  describe('on a full disk', () => {
    let harness: ProcessHarness
    let target: ProcessTarget
    let hub: AbortController
    let running: Promise<void>
    let events: InstanceEvent[]
    let steps: string[]
    let disk: string

    beforeAll(() => expect(process.getuid?.()).toBe(0))

    beforeEach(async () => {
      harness = await processHarness()
      disk = harness.stateDir
      mkdirSync(disk)
      run('mount', '-t', 'tmpfs', '-o', 'size=64k', 'shipwatch-test', disk)
      hub = new AbortController()
      steps = []
      target = harness.open({ onStep: step => steps.push(step) })
      events = []
      target.watch(event => events.push(event))
      running = target.run(hub.signal)
      await target.instances()
    })

    afterEach(async () => {
      free()
      await target.stopAll(never)
      hub.abort()
      await running
      run('umount', disk)
      await harness.close()
    })

    afterAll(() =>
      expect(spawnSync('findmnt', ['--noheadings', '--source', 'shipwatch-test']).stdout.toString()).toBe(''),
    )

    const run = (command: string, ...args: string[]): void => {
      const { status, stderr } = spawnSync(command, args)
      if (status !== 0) throw new Error(`${command}: ${stderr.toString()}`)
    }

    function fill(): void {
      const file = openSync(join(disk, 'filler'), 'w')
      try {
        for (;;) writeSync(file, Buffer.alloc(4096))
      } catch (error) {
        expect(error).toMatchObject({ code: 'ENOSPC' })
      } finally {
        closeSync(file)
      }
    }

    const free = (): void => rmSync(join(disk, 'filler'), { force: true })

    it('nothing new is started, and that is said', async () => {
      fill()
      expect(await target.scale(harness.good('order', 'v1'), 2, never)).toEqual({
        ok: false,
        kind: 'cannot-start',
        because: {
          kind: 'cannot-start',
          service: 'order',
          version: 'v1',
          fault: { kind: 'disk-full', path: join(disk, 'instances') },
        },
        reason: `order v1 cannot be started: the disk is full: nothing can be written to ${join(disk, 'instances')}`,
        hint: 'Free space there and try again.',
      })
      expect(steps.filter(step => step === 'intended' || step === 'spawned')).toEqual([])
      expect(harness.processes()).toEqual([])
      expect(await target.instances()).toEqual([])
      free()
      expect(await target.scale(harness.good('order', 'v1'), 1, never)).toMatchObject({ ok: true })
    })

    it('a process whose record cannot be completed is stopped again', async () => {
      hub.abort()
      await running
      hub = new AbortController()
      target = harness.open({
        onStep: step => {
          if (step === 'spawned') fill()
        },
      })
      running = target.run(hub.signal)
      const scaled = await target.scale(harness.good('order', 'v1'), 1, never)
      expect(scaled).toMatchObject({ ok: false, kind: 'cannot-start' })
      expect(harness.processes()).toEqual([])
      expect(readdirSync(join(disk, 'instances'))).toEqual([])
    })

    it('what runs goes on, is started again when it ends, and can be stopped', async () => {
      await target.scale(harness.good('order', 'v1'), 1, never)
      const [before] = await target.instances()
      fill()
      expect(await ask(before, '/write')).toBe('v1')
      process.kill(pidOf(before), 'SIGKILL')
      await vi.waitFor(
        () => expect(events.map(event => event.kind)).toEqual(['exited', 'restarted', 'ready']),
        patience,
      )
      const [after] = await target.instances()
      expect(after).toMatchObject({ id: before?.id, state: 'ready' })
      expect(after?.facts?.['record']).toMatch(/the disk is full/)
      free()
      await vi.waitFor(async () => expect((await target.instances())[0]?.facts).not.toHaveProperty('record'), patience)
      fill()
      expect(await target.scale(harness.good('order', 'v1'), 0, never)).toEqual({ ok: true, instances: [] })
      expect(harness.processes()).toEqual([])
    })

    it('a log is cut: first at the cost of the oldest, then of itself', async () => {
      const path = join(disk, 'a.log')
      const write = (name: string, pages: number): void => {
        const file = openSync(join(disk, name), 'w')
        writeSync(file, Buffer.alloc(4096 * pages, 'x'))
        closeSync(file)
      }
      write('a.log', 4)
      write('a.log.1', 4)
      write('a.log.2', 4)
      fill()
      expect(await rotate(path, { maxSizeBytes: 10, keep: 3 })).toBe('rotated')
      expect([statSync(path).size, statSync(`${path}.1`).size]).toEqual([0, 4096 * 4])
      write('a.log', 4)
      fill()
      rmSync(`${path}.1`)
      rmSync(`${path}.2`, { force: true })
      fill()
      expect(await rotate(path, { maxSizeBytes: 10, keep: 3 })).toBe('cut')
      expect(statSync(path).size).toBe(0)
    })
  })
})
