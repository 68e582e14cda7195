import { describe, expect, it, onTestFinished } from 'vitest'
import { FakeClock } from '../kernel/fake-clock.ts'
import { systemClock } from '../kernel/index.ts'
import { describeOnBoth } from '../store/both.fixture.ts'
import { openStore, type Store, type StoreOptions } from '../store/index.ts'
import type { NewEntry } from './entry.ts'
import { append, type EntryFilter, type ReadOptions, read, readHead } from './store.ts'

describeOnBoth('the logbook', newPlace => {
  const open = async (options: Partial<StoreOptions> = {}): Promise<Store> => {
    const store = await openStore({ clock: systemClock, ...(await newPlace()), ...options })
    onTestFinished(() => store.close())
    return store
  }

  it('gives back what was written, numbered from 1 and in order', async () => {
    const clock = new FakeClock(1_700_000_000_000)
    const store = await open({ clock })
    const first = await store.transaction(tx =>
      append(tx, entry({ reason: '因为 errors rose', data: { b: [1, null], a: { 订单: '🛒\0' } } })),
    )
    await clock.advance(5)
    const second = await store.transaction(tx => append(tx, entry({ kind: 'release.ended' })))
    expect(first).toMatchObject({ seq: 1, at: 1_700_000_000_000, kind: 'release.started', reason: '因为 errors rose' })
    expect(first.data).toEqual({ a: { 订单: '🛒\0' }, b: [1, null] })
    expect(second).toMatchObject({ seq: 2, at: 1_700_000_000_005 })
    expect(await read(store, { limit: 10 })).toEqual([first, second])
    expect(await readHead(store)).toEqual({ seq: 2, hash: second.hash })
  })

  it('holds nothing of a change that was undone, and leaves no gap for it', async () => {
    const store = await open()
    const undone = store.transaction(async tx => {
      await append(tx, entry({ actor: 'user/undone' }))
      throw new Error('no')
    })
    await expect(undone).rejects.toThrow('no')
    const kept = await store.transaction(tx => append(tx, entry()))
    expect(kept.seq).toBe(1)
    expect(await read(store, { limit: 10 })).toEqual([kept])
  })

  it('takes several entries in one change', async () => {
    const store = await open()
    const written = await store.transaction(async tx => [
      await append(tx, entry()),
      await append(tx, entry()),
      await append(tx, entry()),
    ])
    expect(written.map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(await read(store, { limit: 10 })).toEqual(written)
  })

  it('keeps one chain when many write at once', async () => {
    const store = await open()
    await Promise.all(Array.from({ length: 30 }, () => store.transaction(tx => append(tx, entry()))))
    expect((await read(store, { limit: 100 })).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 30 }, (_, i) => i + 1),
    )
  })

  describe('finds entries', () => {
    const everything: readonly (Partial<NewEntry> & { readonly minute: number })[] = [
      { minute: 0, kind: 'release', subject: 'release/a', service: 'checkout' },
      { minute: 1, kind: 'release.started', subject: 'release/a', service: 'checkout', actor: 'cli/wang' },
      { minute: 2, kind: 'release.stage.ended', subject: 'release/b', service: 'cart' },
      { minute: 3, kind: 'releases', subject: 'service/cart' },
      { minute: 4, kind: 'release-note', subject: 'release/a' },
      { minute: 5, kind: 'hub.started', subject: 'hub' },
    ]
    const startMs = 1_700_000_000_000
    const filled = async (): Promise<Store> => {
      const clock = new FakeClock(startMs)
      const store = await open({ clock })
      for (const { minute, ...fields } of everything) {
        clock.jump(startMs + minute * 60_000)
        await store.transaction(tx => append(tx, entry(fields)))
      }
      return store
    }
    const table: readonly (readonly [
      EntryFilter & { afterSeq?: number; beforeSeq?: number; order?: 'newest' | 'oldest' },
      number[],
    ])[] = [
      [{}, [1, 2, 3, 4, 5, 6]],
      [{ subject: 'release/a' }, [1, 2, 5]],
      [{ service: 'cart' }, [3, 4]],
      [{ kind: 'release' }, [1, 2, 3]],
      [{ kind: 'release.started' }, [2]],
      [{ kind: 'release.stage' }, [3]],
      [{ kind: 'rel' }, []],
      [{ actor: 'cli/wang' }, [2]],
      [{ sinceMs: startMs + 240_000 }, [5, 6]],
      [{ afterSeq: 2, beforeSeq: 5 }, [3, 4]],
      [{ order: 'newest' }, [6, 5, 4, 3, 2, 1]],
      [{ order: 'newest', beforeSeq: 3 }, [2, 1]],
      [{ service: 'checkout', kind: 'release', afterSeq: 1 }, [2]],
      [{ subject: "release/a' or 1=1 --" }, []],
    ]

    it('by each filter and all together', async () => {
      const store = await filled()
      for (const [filter, seqs] of table) {
        const found = await read(store, { ...filter, limit: 100 })
        expect({ filter, seqs: found.map(({ seq }) => seq) }).toEqual({ filter, seqs })
      }
    })

    it('of many kinds in the order in which they were written', async () => {
      const store = await open()
      const kinds = ['b.y', 'b', 'c', 'b.x', 'a', 'b.x.z', 'b.x', 'bb', 'b-b', 'b.y']
      for (const kind of kinds) await store.transaction(tx => append(tx, entry({ kind })))
      for (const order of ['oldest', 'newest'] as const) {
        const all = [1, 2, 4, 6, 7, 10]
        const expected = order === 'newest' ? all.toReversed() : all
        for (const limit of [1, 3, 100]) {
          const found = await read(store, { kind: 'b', order, limit })
          expect(found.map(({ seq }) => seq)).toEqual(expected.slice(0, limit))
        }
      }
      expect((await read(store, { kind: 'b', afterSeq: 2, beforeSeq: 7, limit: 9 })).map(({ seq }) => seq)).toEqual([
        4, 6,
      ])
    })

    it('since a time, also when the clock was set back meanwhile', async () => {
      const clock = new FakeClock(startMs)
      const store = await open({ clock })
      for (const minute of [0, 5, 1, 6, 2, 7]) {
        clock.jump(startMs + minute * 60_000)
        await store.transaction(tx => append(tx, entry({ kind: `minute.m${minute}` })))
      }
      const since = async (minute: number, options: Partial<ReadOptions> = {}): Promise<number[]> => {
        const found = await read(store, { sinceMs: startMs + minute * 60_000, limit: 100, ...options })
        return found.map(({ seq }) => seq)
      }
      expect(await since(5)).toEqual([2, 4, 6])
      expect(await since(5, { order: 'newest', limit: 2 })).toEqual([6, 4])
      expect(await since(2, { kind: 'minute' })).toEqual([2, 4, 5, 6])
      expect(await since(2, { afterSeq: 4, subject: 'release/rel_1' })).toEqual([5, 6])
      expect(await since(8)).toEqual([])
      const all = [0, 5, 1, 6, 2, 7]
      for (let minute = 0; minute <= 8; minute++) {
        const young = [6, 5, 4, 3, 2, 1].filter(seq => (all[seq - 1] ?? -1) >= minute)
        for (let limit = 1; limit <= 7; limit++) {
          expect(await since(minute, { order: 'newest', limit })).toEqual(young.slice(0, limit))
          const older = young.filter(seq => seq < 5)
          expect(await since(minute, { order: 'newest', limit, beforeSeq: 5 })).toEqual(older.slice(0, limit))
        }
      }
    })

    it('at most as many as asked for, oldest or newest first', async () => {
      const store = await filled()
      expect((await read(store, { limit: 2 })).map(({ seq }) => seq)).toEqual([1, 2])
      expect((await read(store, { limit: 2, order: 'newest' })).map(({ seq }) => seq)).toEqual([6, 5])
      expect(await read(store, { limit: 0 })).toEqual([])
    })
  })
})

function entry(fields: Partial<NewEntry> = {}): NewEntry {
  return { kind: 'release.started', subject: 'release/rel_1', actor: 'user/li', ...fields }
}
