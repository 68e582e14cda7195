import type { ReleaseView } from '../client/index.ts'
import type { Release, ReleaseStore } from '../ship/index.ts'
import { viewOf } from './view.ts'

/** So many are read and shown in one go: the event loop has others to serve, too. */
const AT_ONCE = 25

/** The releases that are not over, each read and shown once a revision, for all who ask. */
export class UnderWay {
  readonly #releases: Pick<ReleaseStore, 'revisions' | 'findAll'>
  readonly #views = new Map<string, ReleaseView>()

  constructor(releases: Pick<ReleaseStore, 'revisions' | 'findAll'>) {
    this.#releases = releases
  }

  /** All of them as they are now, oldest first. The view of one that has not changed is the same object as before. */
  async views(): Promise<readonly ReleaseView[]> {
    const present = await this.#releases.revisions()
    // Of its own: whoever asked earlier and is answered later takes away what was not there yet when they asked.
    const found = new Map<string, ReleaseView>()
    const changed: string[] = []
    for (const { id, revision } of present) {
      const kept = this.#views.get(id)
      if (kept && kept.revision >= revision) found.set(id, kept)
      else changed.push(id)
    }
    for (let from = 0; from < changed.length; from += AT_ONCE) {
      for (const release of await this.#releases.findAll(changed.slice(from, from + AT_ONCE))) {
        found.set(release.id, this.#keep(release))
      }
    }
    const ids = new Set(present.map(({ id }) => id))
    for (const id of this.#views.keys()) if (!ids.has(id)) this.#views.delete(id)
    return present.flatMap(({ id }) => found.get(id) ?? []).filter(({ phase }) => phase !== 'ended')
  }

  /** The view of a release that was read; the one that is kept, where it is of this revision. */
  viewOf(release: Release): ReleaseView {
    const kept = this.#views.get(release.id)
    return kept?.revision === release.revision ? kept : viewOf(release)
  }

  /** Its view; that of a later revision, which somebody who asked at the same time may have read. */
  #keep(release: Release): ReleaseView {
    const kept = this.#views.get(release.id)
    if (kept && kept.revision >= release.revision) return kept
    const view = viewOf(release)
    this.#views.set(release.id, view)
    return view
  }
}
