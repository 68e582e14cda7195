import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { systemClock as clock } from '../../src/kernel/index.ts'
import { builtConsole, launch, openTab, type Tab } from './browser.fixture.ts'
import { harbour } from './harbour.fixture.ts'
import { FixtureHub } from './hub.fixture.ts'
import { SignInPage } from './pages.fixture.ts'
import type { Story } from './story.fixture.ts'

/** Somebody at the console: one browser for a suite, and for each test the harbour anew. */
export class Visit {
  #browser: Browser | undefined
  #built: Awaited<ReturnType<typeof builtConsole>> | undefined
  #now: (ReturnType<typeof harbour> & { readonly hub: FixtureHub }) | undefined
  #tabs: Tab[] = []

  private constructor() {}

  /** For the suite that it is called in. No test ends well in which a page complained of anything. */
  static forThisSuite(): Visit {
    const visit = new Visit()
    beforeAll(() => visit.#begin())
    afterAll(() => visit.#end())
    beforeEach(() => visit.#arrive())
    afterEach(async () => expect(await visit.#leave()).toEqual([]))
    return visit
  }

  async #begin(): Promise<void> {
    const [built, browser] = await Promise.all([builtConsole(), launch()])
    this.#built = built
    this.#browser = browser
  }

  async #end(): Promise<void> {
    await this.#browser?.close()
    await this.#built?.remove()
  }

  async #arrive(): Promise<void> {
    const shop = harbour(clock)
    this.#now = { ...shop, hub: await new FixtureHub(shop.world, this.#built?.folder ?? '').listen() }
  }

  async #leave(): Promise<readonly string[]> {
    const complaints = this.#tabs.flatMap(tab => tab.complaints)
    for (const { page } of this.#tabs) await page.context().close()
    this.#tabs = []
    await this.hub.goAway()
    return complaints
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

  /** A tab of somebody who has not signed in. */
  async open(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    if (!this.#browser) throw new Error('there is a browser within a suite alone')
    const tab = await openTab(this.#browser, options)
    this.#tabs.push(tab)
    await tab.page.goto(`${this.hub.url}${path}`)
    return tab.page
  }

  async signedIn(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.open(path, options)
    await new SignInPage(page).signIn('li', 'harbour light')
    await page.locator('[data-live="live.live"]').waitFor()
    return page
  }
}
