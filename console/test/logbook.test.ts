import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock as clock } from '../../src/kernel/index.ts'
import { builtConsole, hasChromium, launch, openTab, type Tab } from './browser.fixture.ts'
import { harbour } from './harbour.fixture.ts'
import { FixtureHub } from './hub.fixture.ts'
import { SignInPage } from './pages.fixture.ts'

describe.runIf(hasChromium())('the logbook', () => {
  let browser: Browser
  let built: Awaited<ReturnType<typeof builtConsole>>
  let hub: FixtureHub
  let tab: Tab
  let page: Page

  beforeAll(async () => {
    ;[built, browser] = await Promise.all([builtConsole(), launch()])
  })
  afterAll(async () => {
    await browser?.close()
    await built?.remove()
  })
  beforeEach(async () => {
    hub = await new FixtureHub(harbour(clock).world, built.folder).listen()
    tab = await openTab(browser)
    ;({ page } = tab)
  })
  afterEach(async () => {
    await page.context().close()
    await hub.goAway()
    expect(tab.complaints).toEqual([])
  })

  const entries = () => page.getByRole('main').getByRole('listitem')

  /** The newest line, closed or open. */
  const line = () => entries().first().locator('summary')

  async function open(path = '/logbook'): Promise<void> {
    await page.goto(`${hub.url}${path}`)
    await new SignInPage(page).signIn('li', 'harbour light')
    await page.locator('[data-live="live.live"]').waitFor()
    await entries().first().waitFor()
  }

  it('shows what happens as it happens, and holds still when asked to', async () => {
    await open()
    const before = await entries().count()
    hub.world.write('release.blocked', { service: 'order', reason: 'the disk is full' })
    await line().getByText('the disk is full').waitFor()
    await page.getByRole('button', { name: 'Stop following' }).click()
    hub.world.write('release.blocked', { service: 'order', reason: 'still full' })
    hub.world.write('release.blocked', { service: 'order', reason: 'full for ever' })
    await page.getByRole('button', { name: 'Show 2 new entries' }).click()
    await expect.poll(() => entries().count()).toBe(before + 3)
    await line().getByText('full for ever').waitFor()
  })

  it('filters by service, kind, actor and time, keeps the filters in its address, and filters what comes, too', async () => {
    await open()
    await page.getByLabel('Service', { exact: true }).selectOption('payment')
    await page.getByLabel('Kind').selectOption({ label: 'Asked for' })
    await expect.poll(() => entries().count()).toBe(1)
    expect(new URL(page.url()).search).toBe('?service=payment&kind=release.asked')
    hub.world.write('release.asked', { service: 'order', reason: 'not for here' })
    hub.world.write('release.asked', { service: 'payment', reason: 'for here' })
    await line().getByText('for here').waitFor()
    expect(await entries().count()).toBe(2)
    await page.getByLabel('Who').fill('user/nobody')
    await page.keyboard.press('Enter')
    await page.getByText('No entry fits these filters.').waitFor()
    await page.getByRole('button', { name: 'Clear the filters' }).click()
    await page.getByLabel('Since').selectOption({ label: 'an hour ago' })
    await expect.poll(() => entries().locator('summary').getByText('Hub started').count()).toBe(0)
  })

  it('loads what is older, down to the first entry', async () => {
    for (let n = 1; n <= 150; n++) hub.world.write('release.note', { service: 'order', reason: `line ${n}` })
    await open()
    await expect.poll(() => entries().count()).toBe(100)
    await page.getByRole('button', { name: 'Load older' }).click()
    await entries().locator('summary').getByText('Hub started').waitFor()
    expect(await page.getByRole('button', { name: 'Load older' }).count()).toBe(0)
    expect(await entries().count()).toBe(hub.world.entries.length)
  })

  it('opens an entry with all that was written down, and leads to its release', async () => {
    await open('/logbook?service=payment&kind=release.asked')
    await line().click()
    await entries().first().getByText('"version": "v8"').waitFor()
    await entries().first().getByRole('link').click()
    await page.getByRole('heading', { level: 1, name: 'v7 → v8' }).waitFor()
  })

  it('is verified, and gives the line to keep', async () => {
    await open()
    await page.getByRole('button', { name: 'Verify the logbook' }).click()
    const { seq = 0, hash = '' } = hub.world.entries.at(-1) ?? {}
    await page.getByRole('status').getByText(`${seq}:${hash}`).waitFor()
  })
})
