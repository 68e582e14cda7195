import { Turns } from '../../kernel/index.ts'
import type { Obstacle } from '../obstacle.ts'
import type { Along, ReleaseStore } from '../store.ts'
import type { Reasoned } from './because.ts'
import { Leading, type Mandate, type Means } from './leading.ts'
import type { Event, Release } from './release.ts'
import { step } from './step.ts'

/**
 * Drives releases: an event is stepped and saved, then the first command of the queue is carried out,
 * and its outcome is the next event. State comes before effect and effects are safe to repeat, so
 * whoever reads the state after a crash goes on where it stood.
 */
export class Executor {
  readonly #means: Means
  readonly #turns = new Turns()
  #leading: Leading | undefined

  constructor(means: Means) {
    this.#means = means
  }

  /**
   * Applies what a person asks for, durably. Rejects with `Conflict` when the state does not allow it.
   * Any hub may send; only the one that leads carries out. `along` is done in the transaction that writes it down;
   * not at all where nothing is to be written.
   */
  send(id: string, event: Event, along?: Along): Promise<Release> {
    return this.#apply(this.#means.releases, id, event, along)
  }

  /** Leads until the mandate is over: resumes what was under way, and looks at every release once a second. */
  async run(mandate: Mandate): Promise<void> {
    const { releases } = mandate
    const decide = (id: string, event: Event): Promise<Release> => this.#apply(releases, id, event)
    const leading = new Leading({ ...this.#means, releases, turns: this.#turns, decide }, mandate)
    this.#leading = leading
    try {
      await leading.run()
    } finally {
      this.#leading = undefined
    }
  }

  /** Looks soon: somebody asked for something. */
  nudge(): void {
    this.#leading?.nudge()
  }

  /** An instance of a version ends again and again. Whoever does not lead knows of no instances. */
  async reportCrashLoop(service: string, version: string, why: Reasoned<Obstacle>): Promise<void> {
    await this.#leading?.reportCrashLoop(service, version, why)
  }

  #apply(releases: ReleaseStore, id: string, event: Event, along?: Along): Promise<Release> {
    const { clock, boundary } = this.#means
    return this.#turns.take(id, async () => {
      for (;;) {
        const release = await releases.find(id)
        const { state, entries } = step(release.plan, release.state, event, clock.now())
        if (state === release.state) return release
        boundary?.(`before-save ${event.kind} ${release.state.phase}`)
        const saved = await releases.save(release, state, entries, along)
        boundary?.(`after-save ${event.kind} ${state.phase}`)
        if (!saved) continue // another hub was faster: look again at what it made of the release
        this.#leading?.pursue(saved)
        return saved
      }
    })
  }
}
