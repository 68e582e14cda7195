import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { FakeClock } from '../kernel/fake-clock.ts'
import { type Clock, systemClock } from '../kernel/index.ts'
import { describeOnBoth } from '../store/both.fixture.ts'
import { openStore, type Store, type StoreOptions } from '../store/index.ts'
import { hasPostgres, sharedPostgres } from '../store/postgres.fixture.ts'
import type { Entry } from './entry.ts'
import { type FollowOptions, follow } from './follow.ts'
import { append } from './store.ts'

describeOnBoth('following the logbook', newPlace => {
  const open = async (options: Partial<StoreOptions> = {}): Promise<Store> => {
    const store = await openStore({ clock: systemClock, ...(await newPlace()), ...options })
    onTestFinished(() => store.close())
    return store
  }

  it('gives what is there already, then each entry as it is committed, without waiting for time to pass', async () => {
    const store = await open()
    await write(store, 'one', 'two')
    const followed = listen(store, { afterSeq: 0 }, new FakeClock())
    await followed.until(2)
    await write(store, 'three')
    await followed.until(3)
    await write(store, 'four', 'five')
    expect(await followed.until(5)).toEqual(['one', 'two', 'three', 'four', 'five'])
  })

  it('begins behind the last entry unless told where', async () => {
    const store = await open()
    await write(store, 'old')
    const followed = listen(store, {}, new FakeClock())
    await followed.started
    await write(store, 'new')
    expect(await followed.until(1)).toEqual(['new'])
  })

  it('gives only what matches', async () => {
    const store = await open()
    const followed = listen(store, { afterSeq: 0, actor: 'user/b' }, new FakeClock())
    for (const actor of ['user/a', 'user/b', 'user/a', 'user/b']) {
      await store.transaction(tx => append(tx, { kind: 'said', subject: actor, actor }))
    }
    expect(await followed.until(2)).toEqual(['user/b', 'user/b'])
  })

  it('gives more than a page at once, each entry once', async () => {
    const store = await open()
    const names = Array.from({ length: 505 }, (_, i) => `n${i}`)
    await write(store, ...names)
    expect(await listen(store, { afterSeq: 0 }, new FakeClock()).until(505)).toEqual(names)
  })

  it('sees what another program commits when it looks again', async () => {
    const place = await newPlace()
    const writer = await open(place)
    const reader = await open({ ...place, readOnly: true })
    const clock = new FakeClock()
    const followed = listen(reader, { afterSeq: 0 }, clock)
    await write(writer, 'elsewhere')
    await vi.waitFor(
      async () => {
        await clock.advance(500)
        expect(followed.seen).toEqual(['elsewhere'])
      },
      { timeout: 15_000, interval: 5 },
    )
  })

  it('ends when told to, also while waiting', async () => {
    const store = await open()
    const followed = listen(store, { afterSeq: 0 }, new FakeClock())
    await followed.started
    followed.stop()
    await followed.over
    await write(store, 'late')
    expect(followed.seen).toEqual([])
  })

  it('ends at once when told to before it began', async () => {
    const store = await open()
    await write(store, 'there')
    const entries: Entry[] = []
    for await (const entry of follow(store, { afterSeq: 0 }, new FakeClock(), AbortSignal.abort())) entries.push(entry)
    expect(entries).toEqual([])
  })

  it('fails when the store is closed under it, instead of waiting for ever', async () => {
    const store = await open()
    await write(store, 'one', 'two')
    const following = follow(store, { afterSeq: 0 }, systemClock, new AbortController().signal)
    expect((await following.next()).value).toMatchObject({ subject: 'one' })
    expect((await following.next()).value).toMatchObject({ subject: 'two' })
    await store.close()
    await expect(following.next()).rejects.toThrow('is closed')
  })
})

describe.runIf(hasPostgres())('following what several hubs write at once', () => {
  it('misses nothing, repeats nothing, and keeps the order', async () => {
    const url = await (await sharedPostgres()).database()
    const open = async (): Promise<Store> => {
      const store = await openStore({ clock: systemClock, url })
      onTestFinished(() => store.close())
      return store
    }
    const hubs = await Promise.all([open(), open(), open()])
    const each = 60
    const abort = new AbortController()
    const listening = hubs.map(async hub => {
      const seqs: number[] = []
      for await (const { seq } of follow(hub, { afterSeq: 0 }, systemClock, abort.signal)) {
        seqs.push(seq)
        if (seqs.length === each * hubs.length) break
      }
      return seqs
    })
    await Promise.all(
      hubs.map(async hub => {
        for (let i = 0; i < each; i++) await write(hub, `n${i}`)
      }),
    )
    const expected = Array.from({ length: each * hubs.length }, (_, i) => i + 1)
    for (const seqs of await Promise.all(listening)) expect(seqs).toEqual(expected)
  })
})

interface Followed {
  /** The subjects, in the order in which they came. */
  readonly seen: string[]
  readonly until: (count: number) => Promise<string[]>
  /** Once it stands and waits, or has given something. */
  readonly started: Promise<void>
  readonly over: Promise<void>
  readonly stop: () => void
}

function listen(store: Store, options: FollowOptions, clock: Clock): Followed {
  const abort = new AbortController()
  onTestFinished(() => abort.abort())
  const seen: string[] = []
  const waiting: { count: number; resolve: (seen: string[]) => void }[] = []
  const started = Promise.withResolvers<void>()
  const watched: Clock = {
    now: () => clock.now(),
    elapsed: () => clock.elapsed(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    after(ms, run) {
      started.resolve()
      return clock.after(ms, run)
    },
  }
  const run = async (): Promise<void> => {
    for await (const { subject } of follow(store, options, watched, abort.signal)) {
      seen.push(subject)
      for (const { count, resolve } of waiting) if (seen.length >= count) resolve(seen)
    }
  }
  const over = run()
  // Heard by whoever waits for it; one that a closing store cuts off after the test is nobody's concern.
  over.catch(() => 'heard below')
  return {
    seen,
    started: started.promise,
    over,
    stop: () => abort.abort(),
    until: count => {
      const reached = new Promise<string[]>(resolve => {
        waiting.push({ count, resolve })
        if (seen.length >= count) resolve(seen)
      })
      return Promise.race([reached, over.then(() => reached)])
    },
  }
}

async function write(store: Store, ...subjects: string[]): Promise<void> {
  await store.transaction(async tx => {
    for (const subject of subjects) await append(tx, { kind: 'said', subject, actor: 'hub' })
  })
}
