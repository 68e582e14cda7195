import { type Clock, Turns } from '../../kernel/index.ts'
import type { Release, ReleaseStore, Revision } from '../../ship/index.ts'
import { pointOf, viewOf } from '../view.ts'
import { type Frame, frameOf } from './frame.ts'

/** A release as clients were told of it last. */
interface Sight {
  readonly revision: number
  readonly phase: string
  /** By the time that elapses; never so far for one that was there before anybody listened. */
  readonly toldMs: number
}

/** What there is to be told of a revision of a release. */
export interface News {
  readonly id: string
  readonly revision: number
  /** Whether it is over: nothing follows. */
  readonly over: boolean
  readonly frame: Frame
}

/** What a look at the releases found. */
export interface Changes {
  readonly news: readonly News[]
  /** After this time a change that is held back for now must be told. */
  readonly dueInMs: number
}

/** Counts change every second; nobody needs to see them more often than twice. */
const AT_MOST_EVERY_MS = 500
/** So many are read and shown in one go: the event loop has others to serve, too. */
const AT_ONCE = 25

/** Knows what has changed about the releases that are not over, for all clients together. */
export class ReleaseWatch {
  readonly #releases: ReleaseStore
  readonly #clock: Clock
  readonly #seen = new Map<string, Sight>()
  /** The newest that was made of each, so that it is made once. */
  readonly #made = new Map<string, News>()
  readonly #turns = new Turns()

  constructor(releases: ReleaseStore, clock: Clock) {
    this.#releases = releases
    this.#clock = clock
  }

  /** Begins with the releases as they are: nothing of that is news. */
  async begin(): Promise<void> {
    this.#seen.clear()
    this.#made.clear()
    for (const { id, revision, phase } of await this.#releases.revisions()) {
      this.#seen.set(id, { revision, phase, toldMs: Number.NEGATIVE_INFINITY })
    }
  }

  /** What has changed. `named` are releases that the logbook has just told of: theirs is told at once. */
  async look(named: ReadonlySet<string>): Promise<Changes> {
    const present = await this.#releases.revisions([...named])
    const nowMs = this.#clock.elapsed()
    const changed: string[] = []
    let dueInMs = Number.POSITIVE_INFINITY
    for (const revision of present) {
      const heldMs = this.#heldBackMs(revision, named, nowMs)
      if (heldMs === 0) changed.push(revision.id)
      else if (heldMs !== undefined) dueInMs = Math.min(dueInMs, heldMs)
    }
    const there = new Set(present.map(({ id }) => id))
    const over = [...this.#seen.keys()].filter(id => !there.has(id))
    return { news: await this.#learn([...changed, ...over]), dueInMs }
  }

  /** How long a change is held back; `undefined` where nothing has changed. */
  #heldBackMs({ id, revision, phase }: Revision, named: ReadonlySet<string>, nowMs: number): number | undefined {
    const seen = this.#seen.get(id)
    if (!seen || named.has(id)) return 0
    if (seen.revision === revision) return undefined
    return seen.phase === phase ? Math.max(0, seen.toldMs + AT_MOST_EVERY_MS - nowMs) : 0
  }

  async #learn(ids: readonly string[]): Promise<readonly News[]> {
    const news: News[] = []
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      for (const release of await this.#releases.findAll(ids.slice(from, from + AT_ONCE))) {
        const made = await this.#make(release)
        news.push(made)
        const { phase } = release.state
        if (phase === 'ended') this.#seen.delete(made.id)
        else this.#seen.set(made.id, { revision: made.revision, phase, toldMs: this.#clock.elapsed() })
      }
    }
    for (const id of this.#made.keys()) if (!this.#seen.has(id)) this.#made.delete(id)
    return news
  }

  /** Those that are not over. */
  get ids(): readonly string[] {
    return [...this.#seen.keys()]
  }

  /** Whether whoever hears all news has heard of a later revision, or of the end. */
  isOld({ id, revision, over }: News): boolean {
    const seen = this.#seen.get(id)
    return seen === undefined ? !over : seen.revision > revision
  }

  /** How those releases are now, a few at a time. */
  async *present(ids: readonly string[], signal: AbortSignal): AsyncGenerator<readonly News[]> {
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      // One at a time: who comes second finds made what the first one asked for.
      yield await this.#turns.take('present', () => this.#presentOf(ids.slice(from, from + AT_ONCE)), signal)
    }
  }

  async #presentOf(ids: readonly string[]): Promise<readonly News[]> {
    const missing = ids.filter(id => (this.#made.get(id)?.revision ?? 0) < (this.#seen.get(id)?.revision ?? 1))
    const fresh: News[] = []
    for (const release of await this.#releases.findAll(missing)) fresh.push(await this.#make(release))
    const asked = new Map(fresh.map(news => [news.id, news]))
    return ids.flatMap(id => asked.get(id) ?? this.#made.get(id) ?? [])
  }

  async #make(release: Release): Promise<News> {
    const { id, revision, state } = release
    const last = state.exposedMs === null ? undefined : await this.#releases.lastPoint(id)
    const data = { release: viewOf(release), point: last ? pointOf(last) : null }
    const over = state.phase === 'ended'
    const news: News = { id, revision, over, frame: frameOf({ event: 'release', data }) }
    if (!over) this.#made.set(id, news)
    return news
  }
}
