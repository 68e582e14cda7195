import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../src/kernel/fake-clock.ts'
import { harbour } from '../test/harbour.fixture.ts'
import { fits, movesInstances, newer, releaseOf, withEntry, withPoint, withRelease } from './arrive.ts'

const { world, bad } = harbour(new FakeClock(1_795_231_320_000))
const status = world.status()
const entry = world.entries.find(({ kind }) => kind === 'release.asked')
if (!entry) throw new Error('the story begins with an order')

describe('a release that comes in', () => {
  const { release } = bad

  it('never makes what is known older', () => {
    const older = { ...release, revision: release.revision - 1 }
    expect(newer(release, older)).toBe(release)
    expect(newer(older, release)).toBe(release)
    expect(newer(undefined, release)).toBe(release)
    expect(withRelease(status, older)).toBe(status)
  })

  it('moves the traffic of its service, and no other', () => {
    const moved = withRelease(status, { ...release, revision: release.revision + 1, weight: 50 })
    const order = moved.services.find(({ name }) => name === 'order')
    expect(order?.versions.map(({ version, weight }) => [version, weight])).toEqual([
      ['v2', 50],
      ['v3', 50],
    ])
    expect(moved.services.filter(({ name }) => name !== 'order')).toEqual(
      status.services.filter(({ name }) => name !== 'order'),
    )
  })

  it('leaves the overview when it is over, and cannot push out another one', () => {
    const over = withRelease(status, { ...release, revision: release.revision + 1, phase: 'ended' })
    expect(over.services.find(({ name }) => name === 'order')?.release).toBeNull()
    expect(withRelease(status, { ...release, id: 'rel_other' })).toBe(status)
    expect(withRelease(over, { ...release, id: 'rel_past', phase: 'ended' })).toBe(over)
  })

  it('asks for instances when they have moved, not each second', () => {
    expect(movesInstances(release, { ...release, candidate: { requests: 9_999, bad: 0 } })).toBe(false)
    expect(movesInstances(release, { ...release, weight: 50 })).toBe(true)
    expect(movesInstances(release, { ...release, phase: 'held' })).toBe(true)
    expect(movesInstances(undefined, release)).toBe(true)
  })
})

describe('points and entries that come in', () => {
  it('come once, however often they are sent', () => {
    const points = world.points.get(bad.id) ?? []
    const [last] = points.slice(-1)
    if (!last) throw new Error('the story has points')
    expect(withPoint(points, last)).toBe(points)
    expect(withPoint(points.slice(0, -1), last)).toEqual(points)
    expect(withEntry(world.entries, entry)).toBe(world.entries)
  })

  it('come in order, also where one was late', () => {
    const without = world.entries.filter(({ seq }) => seq !== entry.seq)
    expect(withEntry(without, entry)).toEqual(world.entries)
    expect(withEntry([], entry)).toEqual([entry])
  })

  it('are kept to a number', () => {
    const [point] = world.points.get(bad.id) ?? []
    if (!point) throw new Error('the story has points')
    const many = Array.from({ length: 1_200 }, () => point)
    expect(withPoint(many, { ...point, at: '2030-01-01T00:00:00Z' })).toHaveLength(1_200)
  })
})

describe('a filter', () => {
  it.each([
    [{}, true],
    [{ service: 'order' }, true],
    [{ service: 'payment' }, false],
    [{ kind: 'release' }, true],
    [{ kind: 'release.asked' }, true],
    [{ kind: 'rel' }, false],
    [{ actor: 'user/li' }, true],
    [{ actor: 'li' }, false],
    [{ since: '2026-01-01T00:00:00Z' }, true],
    [{ since: '2030-01-01T00:00:00Z' }, false],
  ])('%j lets it through: %s', (filter, through) => expect(fits(filter, entry)).toBe(through))

  it('knows which release an entry is about', () => {
    expect(releaseOf(entry)).toMatch(/^rel_/)
    expect(releaseOf({ ...entry, subject: 'hub' })).toBeUndefined()
  })
})
