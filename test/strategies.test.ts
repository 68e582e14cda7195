import { fileURLToPath } from 'node:url'
import { describe, it } from 'vitest'
import { fromRfc3339 } from '../src/kernel/index.ts'
import { residentsOf } from './census.fixture.ts'
import { faultsIn, faultsInAny } from './chronicle.fixture.ts'
import { STORY_MS, serves, told, wholly, worldFor } from './story.fixture.ts'
import type { World } from './world.fixture.ts'

function running(world: World): readonly string[] {
  return residentsOf(world.folder)
    .flatMap(({ instance }) => instance ?? [])
    .toSorted()
}

/** Prints how long after the decision the version was still met. Not asserted: it depends on the machine. */
function measure(world: World, version: string, decidedAt: string, what: string): void {
  const last = world.traffic?.answers.get(version)?.lastMs ?? 0
  const decidedMs = fromRfc3339(decidedAt) ?? 0
  process.stdout.write(`${what}: last answer of ${version} ${last - decidedMs} ms after the decision\n`)
}

describe('releases on real processes', () => {
  it.concurrent(
    'replace instances a few at a time',
    async ({ expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished, { service: { instances: 3 } })
      const strategy = { type: 'rolling', maxSurge: 1, maxUnavailable: 1, pause: '0s', watch: '500ms' }
      const { id } = await world.client.deploy('shop', { version: 'good-1', strategy })
      const over = await world.untilOver(id)
      expect(over.stages.map(({ name }) => name)).toEqual(['2 of 3', '3 of 3'])
      expect(faultsIn(await world.entriesOf(id), 'promoted')).toEqual([])
      expect(await serves(world, 'good-1')).toEqual(wholly('good-1'))
      expect(running(world)).toHaveLength(3)
    },
    STORY_MS,
  )

  it.concurrent(
    'replace a few at a time, and put all back when the new version is bad',
    async ({ expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished, { service: { instances: 3 } })
      const strategy = { type: 'rolling', maxSurge: 1, pause: '2s', watch: '10m' }
      const { id } = await world.client.deploy('shop', { version: 'bad30-1', strategy })
      const over = await world.untilOver(id)
      expect(told(over)).toMatchObject({ kind: 'rolled-back', reason: expect.stringContaining('errors') })
      expect(await serves(world, 'v1')).toEqual(wholly('v1'))
      expect(running(world)).toHaveLength(3)
      measure(world, 'bad30-1', over.outcome?.decidedAt ?? '', 'rolling, by verdict')
    },
    STORY_MS,
  )

  it.concurrent(
    'show a new version to a few users, switch, and switch back while the old one stands by',
    async ({ expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished, { service: { warmFor: '10m' } })
      const old = running(world)
      const preview = { header: 'x-preview', value: 'yes' }
      const strategy = { type: 'blue-green', preview, previewFor: '2s', watch: '1s' }
      const { id } = await world.client.deploy('shop', { version: 'good-1', strategy })
      await world.untilRelease(id, 'is previewed', ({ phase }) => phase === 'watching')
      const answer = async (headers: Record<string, string>): Promise<string> =>
        (await fetch(world.gatewayUrl, { headers })).text()
      expect([await answer({}), await answer({ 'x-preview': 'yes' })]).toEqual(['v1', 'good-1'])
      await world.untilRelease(id, 'is promoted', ({ phase }) => phase === 'baking')
      expect(await serves(world, 'good-1')).toMatchObject({ answers: 'good-1', gateway: ['good-1 100 %'], lost: [] })
      expect(running(world)).toHaveLength(4)

      await world.client.rollBack('shop', { to: 'v1', note: 'the basket is empty' })
      const over = await world.untilOver(id)
      expect(told(over)).toMatchObject({ kind: 'rolled-back', reason: 'the basket is empty' })
      expect(await serves(world, 'v1')).toEqual(wholly('v1'))
      expect(running(world)).toEqual(old) // the same instances as before: none had to start
      measure(world, 'good-1', over.outcome?.decidedAt ?? '', 'to a version that stands by, by a person')
    },
    STORY_MS,
  )

  it.concurrent(
    'go all at once, and back to a version that is not there any more',
    async ({ expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished, { service: { warmFor: '0s' } })
      const { id } = await world.client.deploy('shop', {
        version: 'good-1',
        strategy: { type: 'all-at-once', watch: '500ms' },
      })
      await world.untilOver(id)
      expect(await serves(world, 'good-1')).toEqual(wholly('good-1'))
      await expect(world.client.rollBack('shop')).rejects.toMatchObject({
        code: 'conflict',
        hint: 'Name the version: shipwatch rollback shop --to VERSION',
      })
      await expect(world.client.rollBack('shop', { to: 'v0' })).rejects.toMatchObject({
        code: 'not_found',
        message: 'shop was never deployed as v0',
      })
      const back = await world.client.rollBack('shop', { to: 'v1' })
      const over = await world.untilOver(back.id)
      expect(over).toMatchObject({ version: 'v1', previous: 'good-1', strategy: 'all-at-once', back: true })
      expect(await serves(world, 'v1')).toEqual(wholly('v1'))
      expect(running(world)).toHaveLength(2)
      measure(world, 'good-1', over.createdAt, 'to a version that has to start, by a person')
    },
    STORY_MS,
  )

  it.concurrent(
    'make room for a newer one',
    async ({ expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished)
      const strategy = { type: 'canary', stages: [{ weight: '50%', for: '10m' }], earlyPromotion: false }
      const older = await world.client.deploy('shop', { version: 'good-1', strategy })
      await world.untilRelease(older.id, 'has traffic', ({ phase }) => phase === 'watching')
      const newer = await world.client.deploy('shop', { version: 'good-2' })
      expect(told(await world.untilOver(older.id))).toMatchObject({
        kind: 'superseded',
        reason: 'superseded by good-2',
      })
      expect(told(await world.untilOver(newer.id)).kind).toBe('promoted')
      expect(faultsIn(await world.entriesOf(newer.id), 'promoted')).toEqual([])
      expect(await serves(world, 'good-2')).toEqual(wholly('good-2'))
      expect(running(world)).toHaveLength(2)
    },
    STORY_MS,
  )

  it.concurrent(
    'are taken back when a bad version is shown to be worse',
    async ({ expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished, { requestsPerSecond: 200 })
      const strategy = { type: 'canary', stages: [{ weight: '20%', until: 'verdict', within: '10m' }] }
      for (const version of ['bad5-1', 'bad30-2']) {
        const { id } = await world.client.deploy('shop', { version, strategy })
        const over = await world.untilOver(id)
        expect(told(over).kind).toBe('rolled-back')
        expect(await serves(world, 'v1')).toEqual(wholly('v1'))
        const { secondsToVerdict = 0, servedAfterDecision = 0 } = over.outcome ?? {}
        measure(
          world,
          version,
          over.outcome?.decidedAt ?? '',
          `canary, by verdict after ${secondsToVerdict} s, ${over.candidate.bad} bad requests, ${servedAfterDecision} answered after it`,
        )
      }
    },
    STORY_MS,
  )

  it.concurrent(
    'are held instead of taken back where the old version differs from itself',
    async ({ expect, onTestFinished }) => {
      const command = [process.execPath, fileURLToPath(new URL('./uneven.fixture.ts', import.meta.url))]
      const world = await worldFor(onTestFinished, { requestsPerSecond: 200, run: { command } })
      const strategy = { type: 'canary', stages: [{ weight: '20%', for: '10m' }], earlyPromotion: false }
      const { id } = await world.client.deploy('shop', { version: 'bad33-1', strategy })
      const held = await world.untilRelease(id, 'is held', ({ phase, outcome }) => phase === 'held' || !!outcome)
      expect(held).toMatchObject({ phase: 'held', held: { why: 'disarmed', by: 'hub' } })
      expect(held.held?.reason).toMatch(/not taken back by itself, since instances of v1 differ among themselves$/)
      expect(held.guards?.instances).toMatchObject({ kind: 'differ', reason: expect.stringContaining('errors: ') })
      expect(held.latency).toBeDefined()
      await world.client.order(id, 'resume', 'it is looked at')
      const { candidate } = held
      const on = await world.untilRelease(id, 'is seen again', now => now.candidate.requests > candidate.requests)
      expect(on).toMatchObject({ phase: 'watching', guards: { answeredBy: 'cli/test' } })
      await world.client.rollBack('shop')
      await world.untilOver(id)
      const entries = await world.entriesOf(id)
      expect(faultsInAny(entries)).toEqual([])
      expect(entries.filter(({ kind }) => kind === 'release.disarmed')).toHaveLength(1)
      expect((await world.service()).versions).toEqual([{ version: 'v1', weight: 100, instances: 2 }])
    },
    STORY_MS,
  )
})
