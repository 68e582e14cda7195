import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { builtConsole, launch, openTab, type Tab } from './browser.fixture.ts'

/** What each test of a suite happens in. */
interface World {
  /** @param pages the folder of the built console */
  arrive(pages: string): Promise<void>
  /** Once the tabs are closed. Gives what was complained of besides what the tabs tell. */
  leave(): Promise<readonly string[]>
}

/** The built console and one browser for a suite, and the tabs of each of its tests. */
export class Tabs {
  #browser: Browser | undefined
  #built: Awaited<ReturnType<typeof builtConsole>> | undefined
  #open: Tab[] = []

  private constructor() {}

  /** For the suite that it is called in. No test ends well in which a page complained of anything. */
  static forThisSuite(world: World): Tabs {
    const tabs = new Tabs()
    beforeAll(() => tabs.#begin())
    afterAll(() => tabs.#end())
    beforeEach(() => world.arrive(tabs.pages))
    afterEach(async () => {
      const complaints = await tabs.#close()
      expect([...complaints, ...(await world.leave())]).toEqual([])
    })
    return tabs
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

  async #close(): Promise<readonly string[]> {
    const complaints = this.#open.flatMap(tab => tab.complaints)
    for (const { page } of this.#open) await page.context().close()
    this.#open = []
    return complaints
  }

  /** What pages complained of so far, for a test that is about it: it is none of the end's then. */
  takeComplaints(): readonly string[] {
    return this.#open.flatMap(({ complaints }) => complaints.splice(0))
  }

  /** The folder of the built console. */
  get pages(): string {
    if (!this.#built) throw new Error('there is a console within a suite alone')
    return this.#built.folder
  }

  /** A tab of somebody who has not signed in. */
  async open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    if (!this.#browser) throw new Error('there is a browser within a suite alone')
    const tab = await openTab(this.#browser, options)
    this.#open.push(tab)
    await tab.page.goto(url)
    return tab.page
  }
}
