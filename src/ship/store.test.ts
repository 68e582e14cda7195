import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { beforeReasonsWereData } from './release/stored.fixture.ts'
import { Harbour } from './world.fixture.ts'

let harbour: Harbour
beforeEach(async () => {
  harbour = (await Harbour.open()).lead()
})
afterEach(() => harbour.close())

describe('services', () => {
  it('that have not changed are the same objects as before; one that has is another', async () => {
    const { releases, store } = harbour
    await harbour.inService('v1')
    const [first] = await releases.services()
    expect(first).toEqual(await releases.service('order'))
    expect((await releases.services())[0]).toBe(first)
    for (const change of [{ stable_version: 'v7' }, { stable_release: 'rel_7' }, { state: '{"versions":[]}' }]) {
      const [before] = await releases.services()
      await store.transaction(tx => tx.db.updateTable('services').set(change).execute())
      const [after] = await releases.services()
      expect(after).not.toBe(before)
      expect(after).toEqual(await releases.service('order'))
    }
  })
})

describe('what is under way', () => {
  it.each([
    ['of all', sql`select id, revision, phase from releases where active = ${1} order by id`],
    ['of a service', sql`select id from releases where active = ${1} and service = ${'order'} order by id`],
  ])('%s is found without a look at what is over', async (_, question) => {
    const { rows } = await sql<{ detail: string }>`explain query plan ${question}`.execute(harbour.store.db)
    expect(rows[0]?.detail).toMatch(/^SEARCH releases USING (COVERING )?INDEX releases_under_way \(active=\?/)
  })
})

describe('a release that an earlier version stored', () => {
  it('is read whole, whoever asks for it, and follows orders', async () => {
    const { releases, ship, store } = harbour
    await harbour.inService('v1')
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'watching')
    await ship.order(id, { kind: 'pause', by: 'user/li' })
    const { state } = await releases.find(id)
    const stored = JSON.stringify(beforeReasonsWereData(state))
    await store.transaction(tx => tx.db.updateTable('releases').set({ state: stored }).where('id', '=', id).execute())
    const reads = [await releases.find(id), ...(await releases.findAll([id])), ...(await releases.active('order'))]
    for (const read of [...reads, ...(await releases.list({ limit: 1 }))]) {
      expect(read.state.held).toMatchObject({
        reason: 'paused by user/li',
        because: { kind: 'ordered', order: 'pause' },
      })
    }
    const { state: after } = await ship.order(id, { kind: 'roll-back', by: 'user/li' })
    expect(after.outcome).toMatchObject({ because: { kind: 'ordered', order: 'roll-back' } })
  })
})
