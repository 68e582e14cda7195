import type { BrowserContextOptions, Page } from 'playwright-core'
import { Office, passwordOf } from './office.fixture.ts'
import { SignInPage } from './pages.fixture.ts'
import { Tabs } from './tabs.fixture.ts'

/** Somebody at the console of an office: one browser for a suite, and for each test an office anew. */
export class OfficeVisit {
  readonly #tabs: Tabs
  readonly #hubMayComplain: boolean
  #now: Office | undefined

  private constructor(hubMayComplain: boolean) {
    this.#hubMayComplain = hubMayComplain
    this.#tabs = Tabs.forThisSuite({ arrive: pages => this.#arrive(pages), leave: () => this.#leave() })
  }

  /**
   * For the suite that it is called in. No test ends well in which a page complained of anything, or the hub, unless
   * that may, as of channels that a test has fail.
   */
  static forThisSuite({ hubMayComplain = false } = {}): OfficeVisit {
    return new OfficeVisit(hubMayComplain)
  }

  async #arrive(pages: string): Promise<void> {
    this.#now = await Office.open(pages)
  }

  async #leave(): Promise<readonly string[]> {
    const { office } = this
    await office.close()
    return this.#hubMayComplain ? [] : office.complaints
  }

  get office(): Office {
    if (!this.#now) throw new Error('there is an office within a test alone')
    return this.#now
  }

  /** The folder of the built console. */
  get pages(): string {
    return this.#tabs.pages
  }

  /** A tab of somebody who has not signed in. */
  open(options: BrowserContextOptions = {}, url = this.office.url): Promise<Page> {
    return this.#tabs.open(url, options)
  }

  /** A tab in which somebody is signed in, at a path. */
  async as(name: string, path = '/', options: BrowserContextOptions = {}, { url } = this.office): Promise<Page> {
    const page = await this.open(options, `${url}${path}`)
    await new SignInPage(page).enter(name, passwordOf(name))
    return page
  }
}
