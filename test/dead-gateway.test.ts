import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect as expecting, it } from 'vitest'
import { residentsOf } from './census.fixture.ts'
import { isStopped, until } from './child.fixture.ts'
import { faultsIn } from './chronicle.fixture.ts'
import { STORY_MS, serves, told, wholly, worldFor } from './story.fixture.ts'
import type { World } from './world.fixture.ts'

/** A stage that lasts until the test lets the gateway come back. */
const LONG = {
  type: 'canary',
  stages: [{ weight: '50%', until: 'verdict', within: '10m' }],
  earlyPromotion: true,
} as const
/** Nothing is decided without a person. */
const UNDECIDED = { type: 'canary', stages: [{ weight: '50%', for: '10m' }], earlyPromotion: false } as const

/** Misses that somebody's answer was, not the absence of anybody. */
function answeredBadly(world: World): readonly unknown[] {
  return (
    world.traffic?.misses.filter(({ status, version }) => status !== undefined && !version?.startsWith('bad')) ?? []
  )
}

/** What is in the way, in words and as data. */
const SILENT = {
  reason: expecting.stringContaining('does not answer'),
  because: { kind: 'gateway', fault: 'silent', at: expecting.any(String) },
}

describe('a gateway that is dead', () => {
  it.concurrent(
    'before a deploy: nothing is started, and the release says whom it misses',
    async ({ expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished)
      const before = residentsOf(world.folder).filter(({ instance }) => instance).length
      await world.traffic?.stop()
      await world.endGateway('SIGKILL')
      const release = await world.untilOver((await world.client.deploy('shop', { version: 'good-1' })).id)
      expect(told(release)).toEqual({
        kind: 'failed',
        reason: `the gateway at unix:${world.data}/gateway/admin.sock does not answer: connect ECONNREFUSED ${world.data}/gateway/admin.sock`,
        hint: 'Is `shipwatch gateway` running?',
      })
      expect(residentsOf(world.folder).filter(({ instance }) => instance)).toHaveLength(before)
      const { gateway } = await world.client.status()
      expect(gateway).toMatchObject({ reachable: false, problem: expect.stringContaining('does not answer') })
      await world.startGateway()
      expect(await serves(world, 'v1')).toEqual(wholly('v1'))
    },
    STORY_MS,
  )

  it.concurrent(
    'before the first users get a new version: the release says what is in the way before it gives up, and goes on',
    async ({ expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished)
      await world.arm({ where: 'before-effect split moving', nth: 1, by: 'SIGSTOP' })
      const { id } = await world.client.deploy('shop', { version: 'good-1', strategy: UNDECIDED })
      await until('the hub to freeze', () => isStopped(world.hub.pid))
      await world.endGateway('SIGKILL')
      process.kill(world.hub.pid, 'SIGCONT')
      const hindered = await world.untilRelease(id, 'says so', ({ blocked }) => blocked !== undefined)
      expect(hindered).toMatchObject({ phase: 'moving', blocked: SILENT })
      await world.startGateway()
      await world.untilRelease(id, 'is counted', ({ candidate }) => candidate.requests > 20)
      await world.client.order(id, 'promote')
      await world.untilOver(id)
      const entries = await world.entriesOf(id)
      const told = entries.filter(({ kind }) => kind === 'release.blocked')
      expect(told.map(({ reason }) => reason)).toEqual([expect.stringContaining('does not answer')])
      expect(
        faultsIn(
          entries.filter(({ kind }) => !/blocked|no-evidence/.test(kind)),
          'promoted',
        ),
      ).toEqual([])
      expect(await serves(world, 'good-1')).toMatchObject({ ...wholly('good-1'), lost: expect.any(Array) })
    },
    STORY_MS,
  )

  it.concurrent(
    'in the middle of a canary: it comes back with the weights it had, and the release goes on',
    async ({ expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished)
      const { id } = await world.client.deploy('shop', { version: 'good-1', strategy: UNDECIDED })
      await world.untilRelease(id, 'was counted', ({ candidate }) => candidate.requests > 20)
      const split = await world.split()
      await world.endGateway('SIGKILL')
      const alone = await world.untilRelease(id, 'misses evidence', ({ missing }) => missing !== undefined)
      expect(alone).toMatchObject({ phase: 'watching', missing: SILENT })
      await world.startGateway()
      expect(await world.split()).toEqual(split)
      const again = await world.untilRelease(
        id,
        'is counted again',
        ({ candidate }) => candidate.requests > alone.candidate.requests + 50,
      )
      expect(again.missing).toBeUndefined()
      await world.client.order(id, 'promote', 'enough was seen')
      await world.untilOver(id)
      const entries = await world.entriesOf(id)
      expect(entries.filter(({ kind }) => kind === 'release.no-evidence')).toHaveLength(1)
      expect(
        faultsIn(
          entries.filter(({ kind }) => kind !== 'release.no-evidence'),
          'promoted',
        ),
      ).toEqual([])
      expect(answeredBadly(world)).toEqual([])
      expect(await serves(world, 'good-1')).toMatchObject({ ...wholly('good-1'), lost: expect.any(Array) })
    },
    STORY_MS,
  )

  it.concurrent(
    'when a bad version is to be taken back: the release says what is in the way, and goes on when it is gone',
    async ({ expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished)
      const { id } = await world.client.deploy('shop', { version: 'bad30-1', strategy: UNDECIDED })
      await world.untilRelease(id, 'has traffic', ({ phase }) => phase === 'watching')
      await world.endGateway('SIGKILL')
      await world.client.order(id, 'rollback', 'it looks bad').catch((error: unknown) => {
        if (!String(error).includes('taking-back')) throw error // the verdict may be faster
      })
      const stuck = await world.untilRelease(id, 'is stuck', ({ blocked }) => blocked !== undefined)
      expect(stuck).toMatchObject({ phase: 'taking-back', blocked: SILENT })
      await world.startGateway()
      expect(told(await world.untilOver(id)).kind).toBe('rolled-back')
      expect(await serves(world, 'v1')).toMatchObject({ ...wholly('v1'), lost: expect.any(Array) })
      expect(answeredBadly(world)).toEqual([])
      const entries = await world.entriesOf(id)
      const blocked = entries.find(({ kind }) => kind === 'release.blocked')
      expect(blocked?.reason).toContain('does not answer')
      expect(blocked?.data['hint']).toBe('Is `shipwatch gateway` running?')
      expect(
        faultsIn(
          entries.filter(entry => entry !== blocked),
          'rolled-back',
        ),
      ).toEqual([])
    },
    STORY_MS,
  )

  it.concurrent(
    'when the verdict comes from before its death: nothing is decided from what it forgot',
    async ({ expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished)
      const { id } = await world.client.deploy('shop', { version: 'bad30-1', strategy: LONG })
      await world.untilRelease(id, 'has traffic', ({ phase }) => phase === 'watching')
      await world.endGateway('SIGKILL') // all counts begin anew
      await world.startGateway()
      const over = await world.untilOver(id)
      expect(told(over).kind).toBe('rolled-back')
      const answered = world.traffic?.answers.get('bad30-1')?.count ?? 0
      expect(over.candidate.requests).toBeLessThanOrEqual(answered)
      expect(await serves(world, 'v1')).toMatchObject({ ...wholly('v1'), lost: expect.any(Array) })
    },
    STORY_MS,
  )
})

describe('a gateway that is restarted', () => {
  it.concurrent.for<NodeJS.Signals>(['SIGTERM', 'SIGKILL'])(
    'by %s divides the traffic as before without any hub',
    { timeout: STORY_MS },
    async (signal, { expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished)
      const { id } = await world.client.deploy('shop', { version: 'good-1', strategy: UNDECIDED })
      await world.untilRelease(id, 'has traffic', ({ phase }) => phase === 'watching')
      const split = await world.split()
      await world.hub.kill('SIGKILL')
      const exit = await world.endGateway(signal)
      expect(exit).toMatchObject(signal === 'SIGTERM' ? { code: 0 } : { signal })
      await world.startGateway()
      expect(await world.split()).toEqual(split)
      const counts = (): readonly number[] =>
        ['v1', 'good-1'].map(version => world.traffic?.answers.get(version)?.count ?? 0)
      const [old = 0, young = 0] = counts()
      await until('both versions to serve', () => (counts()[0] ?? 0) > old + 10 && (counts()[1] ?? 0) > young + 10)
      await world.startHub()
      await world.client.order(id, 'promote')
      await world.untilOver(id)
      expect(await serves(world, 'good-1')).toMatchObject({ ...wholly('good-1'), lost: expect.any(Array) })
      expect(answeredBadly(world)).toEqual([])
    },
  )

  it.concurrent(
    'without what it was told gets it again from the hub',
    async ({ expect, onTestFinished }) => {
      const world = await worldFor(onTestFinished)
      const { id } = await world.client.deploy('shop', { version: 'good-1', strategy: UNDECIDED })
      await world.untilRelease(id, 'has traffic', ({ phase }) => phase === 'watching')
      for (const when of ['in the middle of a canary', 'on hold', 'at rest']) {
        if (when === 'on hold') await world.client.order(id, 'pause')
        if (when === 'at rest') {
          await world.client.order(id, 'promote')
          await world.untilOver(id)
        }
        const split = await world.split()
        await world.endGateway('SIGKILL')
        rmSync(join(world.data, 'gateway', 'config.json'))
        rmSync(join(world.data, 'gateway', 'config.json.bak'), { force: true })
        await world.startGateway()
        await until(`the split ${when}`, async () => JSON.stringify(await world.split()) === JSON.stringify(split))
      }
      expect(await serves(world, 'good-1')).toMatchObject({ ...wholly('good-1'), lost: expect.any(Array) })
      const entries = await world.entriesOf(id)
      expect(
        faultsIn(
          entries.filter(({ kind }) => !/paused|no-evidence/.test(kind)),
          'promoted',
        ),
      ).toEqual([])
    },
    STORY_MS,
  )
})
