import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FakeClock } from '../../src/kernel/fake-clock.ts'
import { type Entry, read } from '../../src/logbook/index.ts'
import type { Release } from '../../src/ship/index.ts'
import { openStore, type ReleasePointRow, type ReleaseRow } from '../../src/store/index.ts'
import { Counters, collector, makeRooms, settings } from './world.ts'

/** All that a release leaves in the store. */
export interface Template {
  readonly row: ReleaseRow
  readonly entries: readonly Entry[]
  readonly points: readonly ReleasePointRow[]
}

/** Releases as the hub itself makes them: one that was promoted, one that was taken back, one that is watched. */
export async function makeTemplates(): Promise<{ promoted: Template; takenBack: Template; watched: Template }> {
  const folder = mkdtempSync(join(tmpdir(), 'shipwatch-bench-template-'))
  const clock = new FakeClock()
  const store = await openStore({ clock, path: join(folder, 'template.db') })
  const stop = new AbortController()
  try {
    const rooms = makeRooms(store, clock, () => ({ order: settings() }), collector(new Counters(), 3))
    const leading = rooms.executor.run({ signal: stop.signal, releases: rooms.releases, check: () => {} })
    const until = async (id: string, ...phases: Release['state']['phase'][]): Promise<void> => {
      while (!phases.includes((await rooms.releases.find(id)).state.phase)) await clock.advance(1_000)
    }
    const deploy = async (version: string, ...phases: Release['state']['phase'][]): Promise<string> => {
      const { id } = await rooms.ship.deploy({ service: 'order', version, by: 'user/li', note: 'VAT for Norway' })
      await until(id, ...phases)
      return id
    }
    const templateOf = async (id: string): Promise<Template> => ({
      row: await store.db.selectFrom('releases').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
      entries: await read(store, { subject: `release/${id}`, limit: 1_000 }),
      points: await store.db.selectFrom('release_points').selectAll().where('release', '=', id).execute(),
    })
    await deploy('v1', 'ended')
    const promoted = await templateOf(await deploy('v2', 'ended'))
    const takenBack = await templateOf(await deploy('v3x', 'ended'))
    const id = await deploy('v4', 'watching')
    await clock.advance(20_000)
    const watched = await templateOf(id)
    stop.abort()
    await clock.advance(1_000)
    await leading
    return { promoted, takenBack, watched }
  } finally {
    await store.close()
    rmSync(folder, { recursive: true })
  }
}
