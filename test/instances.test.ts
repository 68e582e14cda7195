import { describe, it } from 'vitest'
import { residentsOf } from './census.fixture.ts'
import { until } from './child.fixture.ts'
import { STORY_MS, serves, told, wholly, worldFor } from './story.fixture.ts'
import { World } from './world.fixture.ts'

const LASTING = { type: 'canary', stages: [{ weight: '50%', for: '10m' }], earlyPromotion: false } as const

describe('instances', () => {
  it.concurrent(
    'that die while no hub runs are started again by the next one, where traffic is sent to',
    async ({ expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished)
      const before = await world.service()
      await world.hub.kill('SIGKILL')
      await world.traffic?.stop()
      const first = residentsOf(world.folder).find(({ instance }) => instance !== undefined)
      process.kill(first?.pid ?? 0, 'SIGKILL')
      const alone = await fetch(world.gatewayUrl)
      expect(await alone.text()).toBe('v1') // the other one answers for both
      await world.startHub()
      await until('both to be ready', async () => {
        const { instances } = await world.service()
        return instances.length === 2 && instances.every(({ state }) => state === 'ready')
      })
      const after = await world.service()
      expect(after.instances.map(({ url }) => url)).toEqual(before.instances.map(({ url }) => url))
      expect(after.instances.map(({ restarts }) => restarts).toSorted((a, b) => a - b)).toEqual([0, 1])
      expect(await serves(world, 'v1')).toEqual(wholly('v1'))
    },
    STORY_MS,
  )

  it.concurrent(
    'of a new version that end again and again take the release back, also when no customer is there to notice',
    async ({ expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished, {
        run: { restart: { backoff: '50ms', crashLoop: { exits: 3, within: '1m' } } },
      })
      const { id } = await world.client.deploy('shop', { version: 'good-1', strategy: LASTING })
      await world.untilRelease(id, 'has traffic', ({ phase }) => phase === 'watching')
      await world.traffic?.stop()
      const { instances } = await world.service()
      const young = instances.find(({ version }) => version === 'good-1')?.id
      const over = await until(
        'the release to be taken back',
        async () => {
          for (const { pid, instance } of residentsOf(world.folder))
            if (instance === young) process.kill(pid, 'SIGKILL')
          const release = await world.client.release(id)
          return release.outcome && release
        },
        { everyMs: 100 },
      )
      expect(told(over).kind).toBe('rolled-back')
      expect(told(over).reason).toMatch(/^shop good-1 .*SIGKILL/)
      await world.untilOver(id)
      expect(await serves(world, 'v1')).toMatchObject({ ...wholly('v1'), lost: expect.any(Array) })
    },
    STORY_MS,
  )
})

describe('a version that ends soon after it got ready', () => {
  it.concurrent(
    'is taken back, and costs only requests that it had begun and nobody may repeat',
    async ({ expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished)
      const { id } = await world.client.deploy('shop', { version: 'doomed-1', strategy: LASTING })
      const over = await world.untilOver(id)
      expect(told(over).kind).toMatch(/^(rolled-back|failed)$/) // on a busy machine it may end before it has traffic
      const misses = world.traffic?.misses ?? []
      expect(misses.filter(({ method, status }) => method !== 'POST' || status !== 502)).toEqual([])
      expect(await serves(world, 'v1')).toMatchObject({ ...wholly('v1'), lost: misses })
    },
    STORY_MS,
  )
})

describe('a service', () => {
  it.concurrent(
    'whose first version cannot start has none, and takes the next',
    async ({ expect, onTestFinished }) => {
      const world = new World({ run: { ready: { http: '/readyz', every: '50ms', timeout: '6s' } } })
      onTestFinished(() => world.close())
      await world.startGateway()
      await world.startHub()
      const first = await world.client.deploy('shop', { version: 'deaf-1' })
      expect(told(await world.untilOver(first.id)).kind).toBe('failed')
      expect(await world.service()).toMatchObject({ stable: null, versions: [], instances: [], release: null })
      expect(residentsOf(world.folder).filter(({ instance }) => instance)).toEqual([])
      const second = await world.client.deploy('shop', { version: 'good-1' })
      expect(told(await world.untilOver(second.id)).kind).toBe('promoted')
      expect(await serves(world, 'good-1')).toEqual(wholly('good-1'))
    },
    STORY_MS,
  )

  it.concurrent(
    'that two people release at the same moment gets one release of a version',
    async ({ expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished)
      const asked = await Promise.allSettled(
        Array.from({ length: 4 }, () => world.client.deploy('shop', { version: 'good-1' })),
      )
      const ids = asked.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value.id] : []))
      expect(ids).toHaveLength(1)
      for (const answer of asked)
        if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'conflict' })
      expect(told(await world.untilOver(ids[0] ?? '')).kind).toBe('promoted')
      expect(await serves(world, 'good-1')).toEqual(wholly('good-1'))
    },
    STORY_MS,
  )

  it.concurrent(
    'keeps one earlier version warm, through as many releases as come',
    async ({ expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished, { service: { warmFor: '10m' } })
      for (const version of ['good-1', 'good-2']) {
        const { id } = await world.client.deploy('shop', { version, strategy: { type: 'all-at-once', watch: '200ms' } })
        await world.untilRelease(id, 'is promoted', ({ phase }) => phase === 'baking')
      }
      await until('v1 to be gone', async () =>
        (await world.service()).instances.every(({ version }) => version !== 'v1'),
      )
      const { instances } = await world.service()
      expect(instances.map(({ version }) => version).toSorted()).toEqual(['good-1', 'good-1', 'good-2', 'good-2'])
      await world.client.rollBack('shop')
      await until('good-1 to be back', async () => (await world.service()).stable === 'good-1')
      await until('good-2 to be gone', async () => (await world.service()).instances.length === 2)
      expect(await serves(world, 'good-1')).toEqual(wholly('good-1'))
    },
    STORY_MS,
  )
})
