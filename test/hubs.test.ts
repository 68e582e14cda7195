import { describe, it } from 'vitest'
import { hasPostgres, sharedPostgres, startPostgres } from '../src/store/postgres.fixture.ts'
import { residentsOf } from './census.fixture.ts'
import { isStopped, until } from './child.fixture.ts'
import { faultsIn } from './chronicle.fixture.ts'
import { STORY_MS, serves, told, wholly, worldFor } from './story.fixture.ts'

const UNDECIDED = { type: 'canary', stages: [{ weight: '50%', for: '10m' }], earlyPromotion: false } as const

describe('a hub', () => {
  it.concurrent(
    'is refused where another one has the file, and disturbs nothing',
    async ({ expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished)
      const second = world.spawnHub()
      const refused = await second.first('refused')
      expect(refused).toMatchObject({
        code: 'conflict',
        message: expect.stringMatching(`^${world.data}/shipwatch.db is in use by process ${world.hub.pid} on `),
        hint: 'Stop that hub, or give this one a file of its own.',
      })
      expect((await second.ended).code).toBe(2)
      const { id } = await world.client.deploy('shop', { version: 'good-1' })
      expect(told(await world.untilOver(id)).kind).toBe('promoted')
      expect(await serves(world, 'good-1')).toEqual(wholly('good-1'))
    },
    STORY_MS,
  )

  it.concurrent(
    'that is asked to end in the middle of a release leaves everything as it is, and the next one goes on',
    async ({ expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished)
      const { id } = await world.client.deploy('shop', { version: 'good-1', strategy: UNDECIDED })
      const seen = await world.untilRelease(id, 'was counted', ({ candidate }) => candidate.requests > 20)
      const running = residentsOf(world.folder)
        .flatMap(({ instance }) => instance ?? [])
        .toSorted()
      const split = await world.split()
      expect(await world.hub.kill('SIGTERM')).toEqual({ code: 0, signal: null })
      expect(
        residentsOf(world.folder)
          .flatMap(({ instance }) => instance ?? [])
          .toSorted(),
      ).toEqual(running)
      expect(await world.split()).toEqual(split)
      await world.startHub()
      const resumed = await world.untilRelease(
        id,
        'is counted again',
        ({ candidate }) => candidate.requests > seen.candidate.requests,
      )
      expect(resumed.phase).toBe('watching')
      await world.client.order(id, 'promote')
      await world.untilOver(id)
      expect(faultsIn(await world.entriesOf(id), 'promoted')).toEqual([])
      expect(await serves(world, 'good-1')).toEqual(wholly('good-1'))
    },
    STORY_MS,
  )
})

describe.runIf(hasPostgres())('two hubs on one PostgreSQL', () => {
  it.concurrent(
    'are one that leads and one that takes over when it is killed in the middle of a release',
    async ({ expect, onTestFinished }) => {
      const databaseUrl = await (await sharedPostgres()).database()
      const world = await worldFor(onTestFinished, { databaseUrl })
      const second = world.spawnHub()
      const standby = await world.clientOf(second)
      expect((await world.client.status()).hub.leading).toBe(true)
      expect((await standby.status()).hub.leading).toBe(false)

      // Either takes orders; the one that leads carries them out.
      const { id } = await standby.deploy('shop', { version: 'good-1', strategy: UNDECIDED })
      const seen = await world.untilRelease(id, 'was counted', ({ candidate }) => candidate.requests > 20)
      expect((await standby.status()).services[0]?.release).toMatchObject({ id, phase: 'watching' })
      await world.hub.kill('SIGKILL')
      await until('the other hub to lead', async () => (await standby.status()).hub.leading, { everyMs: 200 })
      await world.startHub(second)
      const resumed = await world.untilRelease(
        id,
        'is counted again',
        ({ candidate }) => candidate.requests > seen.candidate.requests,
      )
      expect(resumed.phase).toBe('watching')
      await world.client.order(id, 'promote')
      await world.untilOver(id)
      expect(faultsIn(await world.entriesOf(id), 'promoted')).toEqual([])
      expect(await world.client.verify()).toMatchObject({ intact: true })
      expect(await serves(world, 'good-1')).toEqual(wholly('good-1'))
      const running = residentsOf(world.folder)
        .flatMap(({ instance }) => instance ?? [])
        .toSorted()
      expect(running).toEqual((await world.service()).instances.map(({ id }) => id).toSorted())
      expect(running).toHaveLength(2)
    },
    STORY_MS,
  )

  it.concurrent(
    'are one that leads and one that waits for the instances while the other is frozen and keeps them',
    async ({ expect, onTestFinished }) => {
      const databaseUrl = await (await sharedPostgres()).database()
      const world = await worldFor(onTestFinished, { databaseUrl })
      const frozen = world.hub
      const { id } = await world.client.deploy('shop', { version: 'good-1', strategy: UNDECIDED })
      const seen = await world.untilRelease(id, 'was counted', ({ candidate }) => candidate.requests > 20)
      const second = await world.startHub()
      process.kill(frozen.pid, 'SIGSTOP')
      await until('the other hub to say what it waits for', () => {
        return second.log.some(line => line.includes(`are kept by process ${frozen.pid} `))
      })
      await world.client.order(id, 'promote') // is written down, and done when it can be
      process.kill(frozen.pid, 'SIGCONT')
      const over = await world.untilOver(id)
      expect(over.candidate.requests).toBeGreaterThan(seen.candidate.requests)
      expect(second.exit).toBeUndefined()
      expect(frozen.exit).toBeUndefined()
      expect(faultsIn(await world.entriesOf(id), 'promoted')).toEqual([])
      await until('one hub to lead', async () => (await world.client.status()).hub.leading)
      expect(await serves(world, 'good-1')).toEqual(wholly('good-1'))
    },
    STORY_MS,
  )

  it.concurrent(
    'are one that leads and one that writes nothing any more when it wakes up with something to be written',
    async ({ expect, onTestFinished }) => {
      const databaseUrl = await (await sharedPostgres()).database()
      const world = await worldFor(onTestFinished, { databaseUrl })
      const frozen = world.hub
      const { id } = await world.client.deploy('shop', { version: 'good-1', strategy: UNDECIDED })
      await world.untilRelease(id, 'was counted', ({ candidate }) => candidate.requests > 20)
      await world.arm({ where: 'before-save evidence watching', nth: 1, by: 'SIGSTOP' })
      await until('the hub to freeze', () => isStopped(frozen.pid))
      const toldBefore = frozen.told.length
      const second = await world.startHub()
      await until('the other hub to lead', () => {
        return second.log.some(line => line.includes(`are kept by process ${frozen.pid} `))
      })
      const { revision } = await world.client.release(id)
      process.kill(frozen.pid, 'SIGCONT')
      await until('the frozen hub to stand by', () => frozen.log.some(line => line.includes('this hub stands by')))
      expect(frozen.told.slice(toldBefore)).toEqual([])
      const woken = frozen.log.slice(frozen.log.findIndex(line => line.includes('this hub carries out releases')) + 1)
      expect(woken.filter(line => !/stands by|the duty “\w+”|tells people/.test(line))).toEqual([])

      // The instances are free now: the one that leads goes on from what was written before.
      const resumed = await world.untilRelease(id, 'is counted again', now => now.revision > revision)
      expect(resumed.phase).toBe('watching')
      await world.client.order(id, 'promote')
      await world.untilOver(id)
      expect(faultsIn(await world.entriesOf(id), 'promoted')).toEqual([])
      expect(await world.client.verify()).toMatchObject({ intact: true })
      expect(await serves(world, 'good-1')).toEqual(wholly('good-1'))
      expect(frozen.told.slice(toldBefore)).toEqual([])
    },
    STORY_MS,
  )

  it.concurrent(
    'go on with a release when their database comes back',
    async ({ expect, onTestFinished }) => {
      const postgres = await startPostgres()
      onTestFinished(() => postgres.end())
      const world = await worldFor(onTestFinished, { databaseUrl: await postgres.database() })
      const { id } = await world.client.deploy('shop', { version: 'good-1', strategy: UNDECIDED })
      const seen = await world.untilRelease(id, 'was counted', ({ candidate }) => candidate.requests > 20)
      await postgres.stop('immediate')
      await expect(world.client.release(id)).rejects.toMatchObject({ code: 'unavailable', field: 'DATABASE_URL' })
      await postgres.start()
      await world.untilRelease(id, 'is counted again', ({ candidate }) => candidate.requests > seen.candidate.requests)
      await world.client.order(id, 'promote')
      await world.untilOver(id)
      expect(faultsIn(await world.entriesOf(id), 'promoted')).toEqual([])
      expect(await serves(world, 'good-1')).toEqual(wholly('good-1'))
    },
    STORY_MS,
  )
})
