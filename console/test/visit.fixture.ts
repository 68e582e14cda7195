import type { BrowserContextOptions, Page } from 'playwright-core'
import { systemClock as clock } from '../../src/kernel/index.ts'
import { harbour } from './harbour.fixture.ts'
import { FixtureHub } from './hub.fixture.ts'
import { SignInPage } from './pages.fixture.ts'
import type { Story } from './story.fixture.ts'
import { Tabs } from './tabs.fixture.ts'

/** Somebody at the console: one browser for a suite, and for each test the harbour anew. */
export class Visit {
  readonly #tabs: Tabs
  #now: (ReturnType<typeof harbour> & { readonly hub: FixtureHub }) | undefined

  private constructor() {
    this.#tabs = Tabs.forThisSuite({ arrive: pages => this.#arrive(pages), leave: () => this.#leave() })
  }

  /** For the suite that it is called in. No test ends well in which a page complained of anything. */
  static forThisSuite(): Visit {
    return new Visit()
  }

  async #arrive(pages: string): Promise<void> {
    const shop = harbour(clock)
    this.#now = { ...shop, hub: await new FixtureHub(shop.world, pages).listen() }
  }

  async #leave(): Promise<readonly string[]> {
    await this.hub.goAway()
    return []
  }

  get hub(): FixtureHub {
    return this.#shop.hub
  }

  /** A release that goes badly. */
  get bad(): Story {
    return this.#shop.bad
  }

  /** A release that waits for somebody. */
  get undecided(): Story {
    return this.#shop.undecided
  }

  get #shop() {
    if (!this.#now) throw new Error('there is a hub within a test alone')
    return this.#now
  }

  takeComplaints(): readonly string[] {
    return this.#tabs.takeComplaints()
  }

  /** A tab of somebody who has not signed in. */
  open(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    return this.#tabs.open(`${this.hub.url}${path}`, options)
  }

  async signedIn(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.open(path, options)
    await new SignInPage(page).enter('li', 'harbour light')
    return page
  }
}
