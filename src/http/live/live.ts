import type { ServerResponse } from 'node:http'
import { Bell, type Clock, messageOf, pause, type Random, toRfc3339, Unavailable } from '../../kernel/index.ts'
import { type Entry, read } from '../../logbook/index.ts'
import type { ReleaseStore } from '../../ship/index.ts'
import type { Store } from '../../store/index.ts'
import { entryOf } from '../view.ts'
import { type Frame, frameOf, numbered, retryAfter } from './frame.ts'
import { Reader } from './reader.ts'
import { ReleaseWatch } from './releases.ts'

interface Deps {
  readonly clock: Clock
  readonly store: Store
  readonly releases: ReleaseStore
  readonly complain: (message: string, detail: Record<string, unknown>) => void
  /** Spreads the returns of clients that were cut off together. */
  readonly random?: Random
}

/** How soon a stream ends whose reader was signed out elsewhere, or lost the right to read. */
const RECHECK_EVERY_MS = 60_000
/** How soon a change of another hub is seen; those of this one are seen at once. */
const LOOK_EVERY_MS = 400
/** Changes that come together are looked at together. */
const GATHER_MS = 10
/** With a look's time that is less than 5 s. */
const PULSE_AFTER_MS = 4_500
/** Nothing is looked at for nobody; but whoever was cut off comes back soon. */
const IDLE_MS = 10_000
/** More than this is not told to a client that comes back: it is quicker to fetch anew what it shows. */
const MOST_MISSED = 5_000
const MOST_READERS = 1_000
const PAGE = 500
/** Of what one client missed; it may read slowly, and entries may be large. */
const MISSED_PAGE = 100

/**
 * Tells every client what happens, as it happens. The logbook and the releases are looked at once for all of them,
 * while there are any, and each event is written out once.
 */
export class Live {
  readonly #deps: Deps
  readonly #watch: ReleaseWatch
  readonly #bell = new Bell()
  /** All whose streams are open; and of those the ones that have been told all up to `#seq`. */
  readonly #open = new Set<Reader>()
  readonly #readers = new Set<Reader>()
  readonly #over = new AbortController()
  #begun: Promise<void> | undefined
  /** The last entry that was told to all. */
  #seq = 0
  /** Releases of which entries have told since the last look at the releases. */
  #named = new Set<string>()
  #toldMs = 0
  #wantedMs = 0
  #trouble: string | undefined

  constructor(deps: Deps) {
    this.#deps = deps
    this.#watch = new ReleaseWatch(deps.releases, deps.clock)
  }

  /** Resolves once there is somebody to listen to. Rejects with `Unavailable` where nothing can be told. */
  async ready(): Promise<void> {
    if (this.#over.signal.aborted) throw new Unavailable('the hub is ending', { hint: 'Come back in a moment.' })
    if (this.#open.size >= MOST_READERS) {
      throw new Unavailable(`${MOST_READERS} clients listen already`, { hint: 'Close some, or ask another hub.' })
    }
    this.#wantedMs = this.#deps.clock.elapsed()
    this.#begun ??= this.#begin()
    await this.#begun
  }

  /** Tells a client what happened behind entry `after`, or from now on, until one of both goes. Not before `ready`. */
  listen(response: ServerResponse, after: number | undefined, mayStill: () => Promise<boolean>): void {
    const { random = Math.random, complain, clock } = this.#deps
    const reader = new Reader(response, clock, mayStill)
    if (this.#over.signal.aborted) return reader.end()
    this.#open.add(reader)
    reader.signal.addEventListener('abort', () => this.#leave(reader), { once: true })
    reader.tell(retryAfter(1_000 + 2_000 * random()))
    this.#catchUp(reader, after).catch((error: unknown) => {
      if (reader.signal.aborted) return
      complain('could not tell a client what it missed', { error: messageOf(error) })
      reader.drop() // it comes back
    })
  }

  /** Ends every stream in order. */
  close(): void {
    this.#over.abort()
    for (const reader of this.#open) reader.end()
  }

  #leave(reader: Reader): void {
    this.#open.delete(reader)
    this.#readers.delete(reader)
    this.#wantedMs = this.#deps.clock.elapsed()
  }

  async #begin(): Promise<void> {
    const { store } = this.#deps
    try {
      this.#seq = (await newest(store))?.seq ?? 0
      this.#named.clear()
      this.#toldMs = this.#deps.clock.elapsed()
      await this.#watch.begin()
    } catch (error) {
      this.#begun = undefined
      throw error
    }
    void this.#run()
  }

  /** Looks as long as somebody listens. */
  async #run(): Promise<void> {
    const { clock, store } = this.#deps
    const { signal } = this.#over
    const deaf = store.onCommit(() => this.#bell.ring())
    while (!signal.aborted) {
      const since = this.#bell.rings
      const dueInMs = await this.#tryToLook()
      if (this.#open.size === 0 && clock.elapsed() - this.#wantedMs >= IDLE_MS) break
      const withinMs = Math.min(LOOK_EVERY_MS, dueInMs)
      await this.#bell.wait({ since, withinMs, clock, signal, patience: 'idle' })
      if (this.#bell.rings !== since) await pause(clock, GATHER_MS, signal, 'idle')
    }
    deaf()
    this.#begun = undefined
  }

  async #tryToLook(): Promise<number> {
    const { clock, complain } = this.#deps
    try {
      const dueInMs = await this.#look()
      this.#trouble = undefined
      // Only after a look: who hears it may trust that nothing was missed.
      if (clock.elapsed() - this.#toldMs >= PULSE_AFTER_MS) this.#tell(this.#pulse())
      for (const reader of this.#open) if (clock.elapsed() - reader.checkedMs >= RECHECK_EVERY_MS) void reader.recheck()
      return dueInMs
    } catch (error) {
      const trouble = messageOf(error)
      if (trouble !== this.#trouble && !this.#over.signal.aborted) {
        complain('could not look at what happens', { error: trouble })
      }
      this.#trouble = trouble
      return LOOK_EVERY_MS
    }
  }

  /** Tells what there is to tell, the logbook first. Returns how soon to look again at the latest. */
  async #look(): Promise<number> {
    const { store } = this.#deps
    for (;;) {
      const page = await read(store, { afterSeq: this.#seq, limit: PAGE })
      for (const entry of page) this.#tellEntry(entry)
      if (page.length < PAGE) break
    }
    const named = this.#named
    this.#named = new Set()
    try {
      const { news, dueInMs } = await this.#watch.look(named)
      for (const { frame } of news) this.#tell(frame)
      return dueInMs
    } catch (error) {
      for (const id of named) this.#named.add(id)
      throw error
    }
  }

  #tellEntry(entry: Entry): void {
    const release = releaseOf(entry)
    if (release !== undefined) this.#named.add(release)
    this.#seq = entry.seq
    const bytes = bytesOf(entry)
    for (const reader of this.#readers) if (reader.knows < entry.seq) reader.tell(bytes)
    this.#toldMs = this.#deps.clock.elapsed()
  }

  #tell(frame: Frame): void {
    const bytes = numbered(this.#seq, frame)
    for (const reader of this.#readers) reader.tell(bytes)
    this.#toldMs = this.#deps.clock.elapsed()
  }

  #pulse(): Frame {
    return frameOf({ event: 'pulse', data: { at: toRfc3339(this.#deps.clock.now()) } })
  }

  /** What it missed; then it is one of all; then the releases as they are. */
  async #catchUp(reader: Reader, after: number | undefined): Promise<void> {
    const named = after === undefined ? [] : await this.#tellMissed(reader, after)
    // Nothing may be awaited between the last comparison with `#seq` and this.
    if (!reader.signal.aborted) this.#readers.add(reader)
    reader.tell(numbered(this.#seq, this.#pulse())) // so that it has a number to come back with
    const ids = [...new Set([...this.#watch.ids, ...named])]
    for await (const news of this.#watch.present(ids, reader.signal)) {
      const present = news.filter(one => !this.#watch.isOld(one))
      await reader.tellAll(present.map(({ frame }) => numbered(this.#seq, frame)))
    }
  }

  /** A page at a time, and as fast as it reads. Returns the releases that it was told of. */
  async #tellMissed(reader: Reader, after: number): Promise<Iterable<string>> {
    const { store } = this.#deps
    const named = new Set<string>()
    const why = whyAnew(after, (await newest(store))?.seq ?? 0)
    if (why) {
      reader.tell(numbered(this.#seq, frameOf({ event: 'anew', data: { why } })))
      return named
    }
    reader.knows = after
    while (reader.knows < this.#seq) {
      const page = await read(store, { afterSeq: reader.knows, limit: MISSED_PAGE })
      for (const entry of page) named.add(releaseOf(entry) ?? '')
      await reader.tellAll(page.map(bytesOf))
      reader.knows = page.at(-1)?.seq ?? reader.knows
    }
    return named
  }
}

function bytesOf(entry: Entry): Buffer {
  return numbered(entry.seq, frameOf({ event: 'entry', data: entryOf(entry) }))
}

async function newest(store: Store): Promise<Entry | undefined> {
  const [entry] = await read(store, { order: 'newest', limit: 1 })
  return entry
}

function whyAnew(after: number, last: number): 'too-old' | 'unknown' | undefined {
  if (after > last) return 'unknown'
  return last - after > MOST_MISSED ? 'too-old' : undefined
}

function releaseOf({ subject }: Entry): string | undefined {
  return subject.startsWith('release/') ? subject.slice('release/'.length) : undefined
}
