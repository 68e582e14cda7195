import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { faultsIn } from './chronicle.fixture.ts'
import { type OnTestFinished, STORY_MS, serves, told, wholly } from './story.fixture.ts'
import { World } from './world.fixture.ts'

const SIZE_BYTES = 6 * 2 ** 20
const UNDECIDED = { type: 'canary', stages: [{ weight: '50%', for: '10m' }], earlyPromotion: false } as const

/** A small disk for a folder, which goes with the test. */
function mount(path: string): void {
  mkdirSync(path, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_BYTES}`, 'tmpfs', path], { stdio: 'pipe' })
}

/** Whether this user may mount a disk; says so when not. */
function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'shipwatch-mount-'))
  const path = join(folder, 'disk')
  try {
    mount(path)
    execFileSync('umount', [path])
    return true
  } catch {
    if (process.env['CI'] === 'true')
      throw new Error('needs the right to mount, and with CI=true nothing may be skipped')
    process.stdout.write('skipped: needs the right to mount\n')
    return false
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Leaves not a byte. */
function fill(folder: string): void {
  const file = openSync(join(folder, 'ballast'), 'a')
  try {
    for (let size = 2 ** 16; size >= 1; size = Math.floor(size / 2)) {
      try {
        for (;;) if (writeSync(file, Buffer.alloc(size)) < size) break
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
    }
  } finally {
    closeSync(file)
  }
}

function makeRoom(folder: string): void {
  rmSync(join(folder, 'ballast'))
}

/** A world of which `path`, in its data folder, lies on a small disk. */
async function worldOnSmallDisk(onTestFinished: OnTestFinished, path = ''): Promise<{ world: World; disk: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'shipwatch-world-'))
  const disk = join(folder, 'data', path)
  mount(disk)
  const world = new World({ folder })
  onTestFinished(() => world.close(() => execFileSync('umount', [disk])))
  await world.begin()
  return { world, disk }
}

describe.runIf(mayMount())('a disk that is full', () => {
  it.concurrent(
    'before a deploy: it is refused with what is full, and goes through when there is room',
    async ({ expect, onTestFinished }) => {
      const { world, disk } = await worldOnSmallDisk(onTestFinished)
      fill(disk)
      await expect(world.client.deploy('shop', { version: 'good-1' })).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining(`there is no space left to write ${world.data}/shipwatch.db`),
        hint: expect.stringContaining('Free space on that disk'),
      })
      expect(await serves(world, 'v1')).toEqual(wholly('v1'))
      makeRoom(disk)
      const { id } = await world.client.deploy('shop', { version: 'good-1' })
      expect(told(await world.untilOver(id)).kind).toBe('promoted')
      expect(await serves(world, 'good-1')).toEqual(wholly('good-1'))
    },
    STORY_MS,
  )

  it.concurrent(
    'in the middle of a release: traffic stays as it is, and the release goes on when there is room',
    async ({ expect, onTestFinished }) => {
      const { world, disk } = await worldOnSmallDisk(onTestFinished)
      const { id } = await world.client.deploy('shop', { version: 'good-1', strategy: UNDECIDED })
      await world.untilRelease(id, 'has traffic', ({ phase }) => phase === 'watching')
      const split = await world.split()
      fill(disk)
      await expect(world.client.order(id, 'promote')).rejects.toMatchObject({ code: 'unavailable' })
      expect(await world.split()).toEqual(split)
      makeRoom(disk)
      await world.client.order(id, 'promote')
      await world.untilOver(id)
      expect(faultsIn(await world.entriesOf(id), 'promoted')).toEqual([])
      expect(await world.client.verify()).toMatchObject({ intact: true })
      expect(await serves(world, 'good-1')).toEqual(wholly('good-1'))
    },
    STORY_MS,
  )

  it.concurrent(
    'when a hub starts: it says what is full, and the services go on without it',
    async ({ expect, onTestFinished }) => {
      const { world, disk } = await worldOnSmallDisk(onTestFinished)
      await world.hub.kill('SIGKILL')
      fill(disk)
      const refused = await world.spawnHub().first('refused')
      expect(refused.message).toContain(world.data)
      expect(refused.hint).toBeTruthy()
      const response = await fetch(world.gatewayUrl)
      expect(await response.text()).toBe('v1')
      makeRoom(disk)
      await world.startHub()
      expect(await serves(world, 'v1')).toEqual(wholly('v1'))
    },
    STORY_MS,
  )

  it.concurrent(
    'under the gateway alone: the release is taken back, and says that the gateway cannot write',
    async ({ expect, onTestFinished }) => {
      const { world, disk } = await worldOnSmallDisk(onTestFinished, 'gateway')
      fill(disk)
      const { id } = await world.client.deploy('shop', { version: 'good-1' })
      const stuck = await world.untilRelease(id, 'was given up', ({ outcome }) => outcome !== undefined)
      expect(told(stuck)).toEqual({
        kind: 'failed',
        reason: expect.stringContaining(`the gateway refused: cannot write ${disk}/config.json`),
        hint: 'The disk is full: make room. The configuration before stays in force.',
      })
      makeRoom(disk)
      await world.untilOver(id)
      expect(await serves(world, 'v1')).toEqual(wholly('v1'))
    },
    STORY_MS,
  )
})
