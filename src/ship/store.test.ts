import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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
