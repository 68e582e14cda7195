import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { FakeClock } from '../kernel/fake-clock.ts'
import { systemClock } from '../kernel/index.ts'
import { describeOnBoth } from './both.fixture.ts'
import { isHeld } from './fence.ts'
import { type LeaseOptions, lead, type Term } from './lease.ts'
import { hasPostgres, type PrivatePostgres, sharedPostgres, startPostgres } from './postgres.fixture.ts'
import { addService, serviceNames } from './store.contract.fixture.ts'
import { openStore, type Store } from './store.ts'

describeOnBoth('a duty', newPlace => {
  const open = async (): Promise<Store> => {
    const store = await openStore({ clock: systemClock, ...(await newPlace()) })
    onTestFinished(() => store.close())
    return store
  }

  it('falls to the only one who asks, and ends when its work ends', async () => {
    const store = await open()
    const tokens: number[] = []
    await lead(store, options(), never(), async ({ token }) => void tokens.push(token))
    expect(tokens).toEqual([1])
  })

  it('is free again at once after its work has ended, under a greater token', async () => {
    const store = await open()
    const tokens: number[] = []
    for (let i = 0; i < 3; i++) {
      await lead(
        store,
        options({ ttlMs: 3_600_000, holder: `hub ${i}` }),
        never(),
        async ({ token }) => void tokens.push(token),
      )
    }
    expect(tokens).toEqual([1, 2, 3])
  })

  it('is given up when the hub stops, after its work has been told to', async () => {
    const store = await open()
    const stop = new AbortController()
    const held = hold(store, options({ ttlMs: 3_600_000 }), stop.signal)
    await held.begun()
    stop.abort(new Error('stopping'))
    await held.over
    expect(held.terms).toEqual([{ token: 1, ended: 'stopping' }])
    const next = hold(store, options())
    await next.begun()
    expect(next.terms).toMatchObject([{ token: 2 }])
  })

  it('passes on what its work throws, and is free again', async () => {
    const store = await open()
    const failing = lead(store, options({ ttlMs: 3_600_000 }), never(), () => Promise.reject(new Error('a bug')))
    await expect(failing).rejects.toThrow('a bug')
    await lead(store, options(), never(), async ({ token }) => expect(token).toBe(2))
  })

  it('is not begun by a hub that was already told to stop', async () => {
    const store = await open()
    await lead(store, options(), AbortSignal.abort(), () => Promise.reject(new Error('begun')))
    expect(await store.db.selectFrom('leases').selectAll().execute()).toEqual([])
  })

  it('is not the same duty under another name', async () => {
    const store = await open()
    await lead(store, options(), never(), () =>
      lead(store, options({ name: 'other' }), never(), async ({ token }) => expect(token).toBe(1)),
    )
  })
})

describeOnBoth('the store of a term', newPlace => {
  const open = async (): Promise<Store> => {
    const store = await openStore({ clock: systemClock, ...(await newPlace()) })
    onTestFinished(() => store.close())
    return store
  }

  it('works while the duty is held, and changes nothing any more once it has passed to another', async () => {
    const store = await open()
    let old: Term | undefined
    await lead(store, options(), never(), async term => {
      old = term
      expect(await term.store.transaction(async tx => addService(tx, 'first').then(() => 'done'))).toBe('done')
    })
    if (!old) throw new Error('never led')
    let begun = false
    await lead(store, options(), never(), async term => {
      const late = old?.store.transaction(async tx => {
        begun = true
        await addService(tx, 'late')
      })
      await expect(late).rejects.toMatchObject({
        name: 'Conflict',
        message: 'the duty “drive” has passed to another hub',
      })
      await term.store.transaction(tx => addService(tx, 'second'))
    })
    expect(begun).toBe(false)
    expect(await serviceNames(old.store)).toEqual(['first', 'second'])
    expect(old.store).toMatchObject({ dialect: store.dialect, where: store.where })
  })

  it('has no way around: a single statement is refused', async () => {
    const store = await open()
    await lead(store, options(), never(), async ({ store: own }) => {
      await expect(own.statement(db => db.deleteFrom('services').execute())).rejects.toThrow('needs a transaction')
    })
  })

  it('ends the term when it refuses: it is lost, and contended for again', async () => {
    const store = await open()
    const terms: number[] = []
    const clock = new FakeClock()
    const stop = new AbortController()
    const over = lead(store, options({ clock }), stop.signal, async term => {
      terms.push(term.token)
      if (terms.length > 1) return
      await store.statement(db => db.updateTable('leases').set({ token: 7, expires_at_ms: 0 }).execute())
      const refused = term.store.transaction(tx => addService(tx, 'late'))
      await expect(refused).rejects.toThrow('has passed to another hub')
      expect(term.signal.reason).toMatchObject({ message: 'the duty “drive” was lost' })
      expect(() => term.check()).toThrow('the duty “drive” was lost')
      await refused // what the work makes of it is no failure of the hub
    })
    await until(() => terms.length === 1)
    await until(async () => {
      await clock.advance(1_000)
      return terms.length > 1
    })
    await over
    expect(terms[0]).toBe(1)
    expect(terms[1]).toBeGreaterThan(7)
    expect(await serviceNames(store)).toEqual([])
  })

  it('passes on what fails for another reason, and leaves the term as it is', async () => {
    const store = await open()
    await lead(store, options(), never(), async term => {
      const failing = term.store.transaction(() => Promise.reject(new Error('a bug')))
      await expect(failing).rejects.toThrow('a bug')
      expect(term.signal.aborted).toBe(false)
      term.check()
    })
  })
})

describe.runIf(hasPostgres())('several hubs on one PostgreSQL', () => {
  const openAt = async (url: string): Promise<Store> => {
    const store = await openStore({ clock: systemClock, url })
    onTestFinished(() => store.close())
    return store
  }
  const open = async (): Promise<Store> => openAt(await (await sharedPostgres()).database())

  it('have one leader at a time, each later one with a greater token, also when connections break', async () => {
    const url = await (await sharedPostgres()).database()
    const hubs = await Promise.all([openAt(url), openAt(url), openAt(url)])
    let leading = 0
    const tokens: number[] = []
    const enough = new AbortController()
    const duty = async ({ signal, token }: Term): Promise<void> => {
      leading += 1
      expect(leading).toBe(1)
      tokens.push(token)
      if (tokens.length === 6) enough.abort()
      // Whoever leads loses every connection, and with them, sooner or later, the duty; or ends it.
      if (token % 2 === 0) await breakConnections(hubs[0])
      await (token % 3 === 0 ? setImmediate() : aborted(signal))
      expect(leading).toBe(1)
      leading -= 1
      if (!signal.aborted) throw new Error('ended by itself')
    }
    const loop = async (store: Store, hub: number): Promise<void> => {
      while (!enough.signal.aborted) {
        const stop = AbortSignal.any([enough.signal, AbortSignal.timeout(150)])
        await lead(store, options({ holder: `hub ${hub}`, ttlMs: 1_200 }), stop, duty).catch(error =>
          expect(error.message).toMatch('ended by itself'),
        )
      }
    }
    await Promise.all(hubs.map(loop))
    expect(tokens).toEqual(tokens.toSorted((a, b) => a - b))
    expect(new Set(tokens).size).toBe(tokens.length)
  })

  it('wait for as long as the leader renews, however often its time would have run out', async () => {
    const url = await (await sharedPostgres()).database()
    const store = await openAt(url)
    const [clock, otherClock] = [new SleepyClock(), new SleepyClock()]
    const leader = hold(store, options({ clock, ttlMs: 60_000, holder: 'first' }))
    await leader.begun()
    const other = hold(await openAt(url), options({ clock: otherClock, ttlMs: 60_000, holder: 'second' }))
    for (let third = 0; third < 12; third++) {
      await clock.sleepOver(20_000)
      await otherClock.sleepOver(20_000)
    }
    expect(await row(store)).toMatchObject({ holder: 'first', token: 1 })
    expect(leader.terms).toEqual([{ token: 1 }])
    expect(other.terms).toEqual([])
  })

  it('pass the duty on when the leader is killed', async () => {
    const url = await (await sharedPostgres()).database()
    const store = await openAt(url)
    const child = spawn(process.execPath, [fileURLToPath(new URL('leader.fixture.ts', import.meta.url)), url, '400'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [said] = await once(child.stdout, 'data')
    expect(String(said)).toBe('1\n')
    const heir = hold(store, options({ ttlMs: 400 }))
    child.kill('SIGKILL')
    await heir.begun()
    expect(heir.terms[0]?.token).toBeGreaterThan(1)
  })

  it('stop leading before anybody else can, when the database does not answer', async () => {
    const store = await open()
    const clock = new FakeClock()
    const leader = hold(store, options({ clock, ttlMs: 30_000 }))
    await leader.begun()
    const blocked = Promise.withResolvers<void>()
    onTestFinished(() => blocked.resolve())
    // A lock on its row: the renewal neither succeeds nor fails.
    const locked = Promise.withResolvers<void>()
    const blocking = store.transaction(async tx => {
      await tx.db.selectFrom('leases').selectAll().forUpdate().execute()
      locked.resolve()
      await blocked.promise
    })
    await locked.promise
    await clock.advance(26_999)
    expect(leader.terms).toEqual([{ token: 1 }])
    await clock.advance(1)
    await until(() => leader.terms[0]?.ended !== undefined)
    expect(leader.terms).toEqual([{ token: 1, ended: 'the duty “drive” was lost' }])
    blocked.resolve()
    await blocking
  })

  it('contend again after a loss', async () => {
    const store = await open()
    const clock = new SleepyClock()
    const leader = hold(store, options({ clock, ttlMs: 60_000 }))
    await leader.begun()
    await store.statement(db => db.updateTable('leases').set({ token: 7, holder: 'thief', expires_at_ms: 0 }).execute())
    await clock.sleepOver(20_000)
    await until(() => leader.terms[0]?.ended !== undefined)
    await clock.sleepOver(20_000) // it looks again after some time, not to ask with all the others at once
    await leader.begun(2)
    expect(leader.terms).toEqual([{ token: 1, ended: 'the duty “drive” was lost' }, { token: 8 }])
  })

  it('do not mind a wall clock that is set, forward or back', async () => {
    const url = await (await sharedPostgres()).database()
    const store = await openAt(url)
    const clock = new SleepyClock()
    const leader = hold(store, options({ clock, ttlMs: 600_000, holder: 'first' }))
    await leader.begun()
    const otherClock = new SleepyClock(9_000_000_000_000)
    const other = hold(await openAt(url), options({ clock: otherClock, ttlMs: 600_000, holder: 'second' }))
    for (const wall of [0, 9_999_999_999_999, 8_888_888_888_888, 1]) {
      clock.jump(wall)
      await clock.sleepOver(200_000)
      otherClock.jump(9_999_999_999_999 - wall)
      await otherClock.sleepOver(200_000)
    }
    expect(leader.terms).toEqual([{ token: 1 }])
    expect(other.terms).toEqual([])
  })

  it('notice after a suspension that their time is over, before any timer tells them', async () => {
    const store = await open()
    const clock = new SuspendedClock()
    const stop = new AbortController()
    await lead(store, options({ clock, ttlMs: 10_000 }), stop.signal, async term => {
      clock.sleptMs = 8_999
      term.check()
      expect(term.signal.aborted).toBe(false)
      clock.sleptMs = 9_000
      expect(() => term.check()).toThrow('the duty “drive” was lost')
      expect(term.signal.aborted).toBe(true)
      stop.abort()
    })
    expect(stop.signal.aborted).toBe(true)
  })

  it('hold a fenced change and a change of hands apart', async () => {
    const store = await open()
    const leader = hold(store, options({ ttlMs: 60_000 }))
    await leader.begun()
    const order: string[] = []
    const looked = Promise.withResolvers<void>()
    const writing = store.transaction(async tx => {
      expect(await isHeld(tx, { name: 'drive', token: 1 })).toBe(true)
      looked.resolve()
      await until(async () => (await waitingForLocks(store)) > 0)
      order.push('written')
    })
    await looked.promise
    const taken = store
      .statement(db => db.updateTable('leases').set({ token: 2 }).execute())
      .then(() => order.push('taken'))
    await Promise.all([writing, taken])
    expect(order).toEqual(['written', 'taken'])
  })
})

describe.runIf(hasPostgres())('a database server that restarts', () => {
  it('costs the leader its duty only if it stays away too long, and never gives it to two', async () => {
    const server = await startPostgres()
    onTestFinished(() => server.end())
    const store = await openStore({ clock: systemClock, url: await server.database() })
    onTestFinished(() => store.close())
    const troubles: unknown[] = []
    const patient = hold(store, options({ name: 'patient', ttlMs: 20_000, trouble: error => troubles.push(error) }))
    const hasty = hold(store, options({ name: 'hasty', ttlMs: 200, trouble: error => troubles.push(error) }))
    await Promise.all([patient.begun(), hasty.begun()])
    await restart(server, () => hasty.terms[0]?.ended !== undefined)
    await hasty.begun(2)
    expect(hasty.terms[0]?.ended).toBe('the duty “hasty” was lost')
    expect(hasty.terms[1]?.token).toBeGreaterThan(hasty.terms[0]?.token ?? 0)
    expect(patient.terms).toEqual([{ token: 1 }])
    expect(troubles.map(String).join('\n')).toMatch(/cannot be reached|did not answer/)
  })

  async function restart(server: PrivatePostgres, isTime: () => boolean): Promise<void> {
    await server.stop('immediate')
    await until(isTime)
    await server.start()
  }
})

/** Time that goes on only once somebody sleeps, so that it does not run away from a real database. */
class SleepyClock extends FakeClock {
  #fallen = 0
  #woken = 0

  override sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    this.#fallen += 1
    return super.sleep(delayMs, signal)
  }

  async sleepOver(byMs: number): Promise<void> {
    await until(() => this.#fallen > this.#woken)
    this.#woken = this.#fallen
    await this.advance(byMs)
  }
}

/** Time that passes while the program is suspended: no timer fires. */
class SuspendedClock extends FakeClock {
  sleptMs = 0

  override elapsed(): number {
    return super.elapsed() + this.sleptMs
  }
}

interface Leading {
  readonly terms: { token: number; ended?: string }[]
  /** Once it led for the first, or the given time. */
  readonly begun: (time?: number) => Promise<void>
  readonly over: Promise<void>
}

/** Leads until told otherwise, and notes it. */
function hold(store: Store, of: LeaseOptions, signal?: AbortSignal): Leading {
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const terms: Leading['terms'] = []
  const over = lead(store, of, signal ?? stop.signal, async ({ signal: running, token }) => {
    const term: Leading['terms'][number] = { token }
    terms.push(term)
    await aborted(running)
    term.ended = (running.reason as Error).message
  })
  return { terms, over, begun: (time = 1) => until(() => terms.length >= time) }
}

function options(some: Partial<LeaseOptions> = {}): LeaseOptions {
  return { name: 'drive', holder: 'hub', ttlMs: 1_000, clock: systemClock, ...some }
}

function never(): AbortSignal {
  return new AbortController().signal
}

function aborted(signal: AbortSignal): Promise<unknown> {
  return signal.aborted ? Promise.resolve() : once(signal, 'abort')
}

async function row(store: Store): Promise<{ holder: string; token: number; expires_at_ms: number }> {
  return store.db.selectFrom('leases').selectAll().executeTakeFirstOrThrow()
}

async function breakConnections(store: Store | undefined): Promise<void> {
  await store
    ?.statement(db =>
      sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(
        db,
      ),
    )
    .catch(() => 'its own may have been broken by another')
}

async function waitingForLocks(store: Store): Promise<number> {
  const { rows } =
    await sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      store.db,
    )
  return rows.length
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitFor(async () => expect(await isSo()).toBe(true), { timeout: 15_000, interval: 5 })
}
