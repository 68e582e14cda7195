import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock as clock } from '../../src/kernel/index.ts'
import { builtConsole, hasChromium, launch, openTab, PHONE, type Tab } from './browser.fixture.ts'
import { harbour } from './harbour.fixture.ts'
import { FixtureHub } from './hub.fixture.ts'
import { ReleasePage, ServicePage, ServicesPage, Shell, SignInPage } from './pages.fixture.ts'
import type { Story } from './story.fixture.ts'

describe.runIf(hasChromium())('somebody at the console', () => {
  let browser: Browser
  let built: Awaited<ReturnType<typeof builtConsole>>
  let hub: FixtureHub
  let bad: Story
  let undecided: Story
  let tabs: Tab[] = []

  beforeAll(async () => {
    ;[built, browser] = await Promise.all([builtConsole(), launch()])
  })
  afterAll(async () => {
    await browser?.close()
    await built?.remove()
  })
  beforeEach(async () => {
    const shop = harbour(clock)
    ;({ bad, undecided } = shop)
    hub = await new FixtureHub(shop.world, built.folder).listen()
  })
  afterEach(async () => {
    const complaints = tabs.flatMap(tab => tab.complaints)
    for (const { page } of tabs) await page.context().close()
    tabs = []
    await hub.goAway()
    expect(complaints).toEqual([])
  })

  async function open(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const tab = await openTab(browser, options)
    tabs.push(tab)
    await tab.page.goto(`${hub.url}${path}`)
    return tab.page
  }

  async function signedIn(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const page = await open(path, options)
    await new SignInPage(page).signIn('li', 'harbour light')
    await page.locator('[data-live="live.live"]').waitFor()
    return page
  }

  const ordersOf = (): unknown[] => hub.asked.filter(({ path }) => !path.endsWith('/session'))

  it('is told of a wrong password, gets in with the right one, and lands where they wanted to go', async () => {
    const page = await open(`/releases/${bad.id}`)
    await new SignInPage(page).signIn('li', 'wrong')
    await page.getByRole('alert').getByText('Name and password do not fit together.').waitFor()
    await new SignInPage(page).signIn('li', 'harbour light')
    await new ReleasePage(page).state('watched').waitFor()
    expect(await page.title()).toBe('order v3 · Shipwatch')
  })

  it('replaces a one-time password before anything else, and hears what is wrong with the new one', async () => {
    hub.account('new', 'once and for all', { mustChangePassword: true })
    const page = await open('/logbook')
    await new SignInPage(page).signIn('new', 'once and for all')
    await new SignInPage(page).choosePassword('once and for all', 'short')
    await page.getByRole('alert').getByText('10 characters').waitFor()
    await new SignInPage(page).choosePassword('once and for all', 'four unrelated words')
    await page.getByRole('heading', { name: 'Logbook' }).waitFor()
    expect(hub.accounts.get('new')).toMatchObject({ password: 'four unrelated words', mustChangePassword: false })
  })

  it('watches a release being taken back, with why and what it cost, without asking for anything', async () => {
    const page = await signedIn()
    await new ServicesPage(page).openRelease('order')
    const release = new ReleasePage(page)
    await release.state('watched').waitFor()
    await release.timeline.first().waitFor()
    const before = await release.timeline.count()
    bad.finish()
    await release.state('taken back').waitFor()
    await expect
      .poll(() => release.verdict.innerText())
      .toMatch(/v3 was taken back[\s\S]*on the new version against[\s\S]*harmless < /)
    expect(await release.verdict.innerText()).toMatch(/To the verdict\s+8s/)
    expect(await release.timeline.count()).toBe(before + 3)
    expect(await release.button('rollback').count()).toBe(0)
    await new Shell(page).go('services')
    await new ServicesPage(page).card('order').getByText('None under way.').waitFor()
  })

  it('leads from a release to what people were told of it', async () => {
    const page = await signedIn(`/releases/${bad.id}`)
    const link = page.getByRole('main').getByRole('link', { name: 'Deliveries' })
    expect(await link.getAttribute('href')).toBe(`/deliveries?release=${bad.id}`)
  })

  it('pauses a release and lets it go on; the hub has the note, and each order has a key of its own', async () => {
    const page = await signedIn(`/releases/${bad.id}`)
    const release = new ReleasePage(page)
    expect(await release.order('pause', 'Looking at the cart first')).toContain('v3 keeps 10 % of the traffic')
    await release.state('paused').waitFor()
    await release.timeline.getByText('Looking at the cart first').waitFor()
    expect(await release.order('resume')).toContain('time that it had left')
    await release.state('watched').waitFor()
    const [first, second] = hub.asked.filter(({ key }) => key !== undefined && key !== '').slice(-2)
    expect(first).toMatchObject({
      path: `/api/v1/releases/${bad.id}/pause`,
      body: { note: 'Looking at the cart first' },
    })
    expect(second).toMatchObject({ path: `/api/v1/releases/${bad.id}/resume`, body: {} })
    expect(first?.key).not.toBe(second?.key)
  })

  it('promotes by hand what waits for a person, and is told before that nothing is proven', async () => {
    const page = await signedIn(`/releases/${undecided.id}`)
    const release = new ReleasePage(page)
    await release.state('needs you').waitFor()
    expect(await release.order('promote')).toContain('It has not been shown to be good')
    await release.state('promoted').waitFor()
  })

  it('reads why a comparison is in doubt, and compares anew once that is mended', async () => {
    bad.doubt('disarmed')
    const page = await signedIn(`/releases/${bad.id}`)
    const release = new ReleasePage(page)
    await release.state('needs you').waitFor()
    await page.getByText('Instances of v2 differ among themselves.').waitFor()
    await page.getByText('Find the odd instance of v2').waitFor()
    await page.getByRole('region', { name: 'Is the comparison sound?' }).getByText('differ', { exact: true }).waitFor()
    expect(await release.order('rearm')).toContain('the comparison begins anew')
    await release.state('watched').waitFor()
    await release.timeline.getByText('Compared anew').waitFor()
    expect(await page.getByText('Find the odd instance of v2').count()).toBe(0)
    expect(await release.button('rearm').count()).toBe(0)
    expect(hub.asked.at(-1)).toMatchObject({ path: `/api/v1/releases/${bad.id}/rearm`, body: {} })
  })

  it('sees how long requests took on both versions, and words where nothing was measured', async () => {
    const page = await signedIn(`/releases/${bad.id}`)
    const { verdict } = new ReleasePage(page)
    await expect
      .poll(() => verdict.innerText())
      .toMatch(/Latency p50\s+p99[\s\S]*v3\s+\d+ ms\s+\d+ ms[\s\S]*v2\s+41 ms/)
    const { latency: _latency, ...before } = bad.release
    hub.world.put(before)
    await verdict.getByText('Not measured yet.').waitFor()
    expect(await verdict.getByText('no data').count()).toBe(4)
  })

  it('rolls back with the keyboard alone', async () => {
    const page = await signedIn(`/releases/${bad.id}`)
    const release = new ReleasePage(page)
    await release.button('rollback').waitFor()
    const focused = (): Promise<string> =>
      page.evaluate(() => document.activeElement?.textContent || document.activeElement?.tagName || '')
    const tabTo = async (text: string): Promise<void> => {
      for (let i = 0; i < 40 && (await focused()) !== text; i++) await page.keyboard.press('Tab')
      expect(await focused()).toBe(text)
    }
    await tabTo('Skip to the content')
    await page.keyboard.press('Enter')
    await tabTo('Roll back')
    await page.keyboard.press('Enter')
    await release.dialog.waitFor()
    await page.keyboard.press('Escape')
    await release.dialog.waitFor({ state: 'detached' })
    expect(await focused()).toBe('Roll back')
    await page.keyboard.press('Enter')
    await release.dialog.waitFor()
    // Round and round, and never out of the dialog.
    for (let i = 0; i < 9; i++) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true)
    }
    await release.dialog.getByLabel('Note').focus()
    await page.keyboard.type('Carts are empty')
    await tabTo('Roll back')
    await page.keyboard.press('Enter')
    await release.state('taken back').waitFor()
    expect(ordersOf()).toEqual([expect.objectContaining({ body: { note: 'Carts are empty' } })])
  })

  it('walks the menu with arrow keys, and gets the focus back', async () => {
    const page = await signedIn()
    const { menu } = new Shell(page)
    await menu.focus()
    await page.keyboard.press('ArrowDown')
    await page.getByRole('menu').waitFor()
    await page.keyboard.press('End')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Sign out')
    await page.keyboard.press('ArrowDown')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('People')
    await page.keyboard.press('Escape')
    await page.getByRole('menu').waitFor({ state: 'hidden' })
    expect(await menu.evaluate(element => element === document.activeElement)).toBe(true)
  })

  it('switches language and theme at once, and finds both again', async () => {
    const page = await signedIn()
    const shell = new Shell(page)
    await shell.choose('中文')
    await page.getByRole('heading', { level: 1, name: '服务' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN')
    const ground = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    const light = await ground()
    await shell.choose(/深色/)
    expect(await ground()).not.toBe(light)
    const dark = await ground()
    await page.reload()
    await page.getByRole('heading', { level: 1, name: '服务' }).waitFor()
    expect(await ground()).toBe(dark)
    await new ServicesPage(page).openRelease('order')
    await expect.poll(() => new ReleasePage(page).verdict.innerText()).toMatch(/错误：新版本 \d+ 个请求中有 \d+ 个/)
  })

  it('reads the language of the account, whatever the browser asks for', async () => {
    hub.account('wang', 'harbour light', { language: 'zh' })
    const page = await open()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await new SignInPage(page).signIn('wang', 'harbour light')
    await page.getByRole('heading', { level: 1, name: '服务' }).waitFor()
  })

  it('is told when the hub is gone, and sees what happened meanwhile once it is back', async () => {
    const page = await signedIn(`/releases/${bad.id}`)
    const shell = new Shell(page)
    const release = new ReleasePage(page)
    await release.state('watched').waitFor()
    await hub.goAway()
    await shell.banner.waitFor()
    bad.finish()
    await release.state('watched').waitFor()
    await hub.listen()
    await release.state('taken back').waitFor()
    await shell.banner.waitFor({ state: 'detached' })
  })

  it('is told when the hub falls silent though the connection stands', async () => {
    const page = await open()
    await page.clock.install()
    await new SignInPage(page).signIn('li', 'harbour light')
    const shell = new Shell(page)
    await page.locator('[data-live="live.live"]').waitFor()
    hub.silent = true
    await page.clock.fastForward(13_000)
    await page.getByText('The hub has gone silent.').waitFor()
    hub.silent = false
    hub.world.write('hub.started')
    await shell.banner.waitFor({ state: 'detached' })
  })

  it('is told which part of a release could not be read, and reads it once it can be', async () => {
    const page = await signedIn()
    const error = { code: 'unavailable', message: 'the store does not answer', hint: 'Is its disk full?' }
    // Of those refusals that are not asked again by themselves.
    const refuse = { status: 409, contentType: 'application/json', body: JSON.stringify({ error }) }
    const parts = ['**/api/v1/logbook?*', '**/points']
    for (const part of parts) await page.route(part, route => route.fulfill(refuse))
    await new ServicesPage(page).openRelease('order')
    const region = (name: string) => page.getByRole('region', { name, exact: true })
    for (const name of ['Timeline', 'Charts']) await region(name).getByText('the store does not answer').waitFor()
    await new ReleasePage(page).verdict.getByText('on the new version against').waitFor()
    for (const part of parts) await page.unroute(part)
    for (const name of ['Timeline', 'Charts']) await region(name).getByRole('button', { name: 'Try again' }).click()
    await new ReleasePage(page).timeline.getByText('Stage entered').waitFor()
    await region('Way to the verdict').waitFor()
  })

  it('sees the gravest first, and no more at once than can be taken in', async () => {
    const { world } = hub
    for (const n of [1, 2, 3, 4, 5]) {
      const instances = [world.instance(`crate-${n}`, 'v1', 1, { state: 'backing-off' })]
      world.addService(`crate-${n}`, 'v1', { instances })
    }
    world.gatewayReachable = false
    const page = await signedIn()
    const notices = page.getByRole('main').getByRole('list').first().getByRole('listitem')
    await notices.first().getByText('The gateway at').waitFor()
    expect(await notices.count()).toBe(6)
    await page.getByRole('button', { name: 'Show 2 more' }).click()
    await notices.last().getByText('payment v8 waits for you').waitFor()
    expect(await notices.count()).toBe(8)
  })

  it('finds the past of a service that is gone in the logbook', async () => {
    hub.world.services.delete('storefront')
    const page = await signedIn('/services/storefront')
    await page.getByRole('main').getByRole('link', { name: 'Logbook' }).click()
    await page.getByRole('heading', { level: 1, name: 'Logbook' }).waitFor()
    expect(await page.getByLabel('Service').inputValue()).toBe('storefront')
  })

  it('is told how to begin where no service is configured, and not that all is well', async () => {
    hub.world.services.clear()
    const page = await signedIn()
    await page.getByText('shipwatch init').waitFor()
    expect(await page.getByText('all is well').count()).toBe(0)
  })

  it('signs in again when the hub has forgotten the session, and goes on where they were', async () => {
    const page = await signedIn('/logbook')
    hub.forgetSessions()
    await page.getByRole('button', { name: 'Sign in' }).waitFor({ timeout: 30_000 })
    await new SignInPage(page).signIn('li', 'harbour light')
    await page.getByRole('heading', { name: 'Logbook' }).waitFor()
  })

  it('deploys a version, is told which field is wrong, and sees the release begin', async () => {
    const page = await signedIn('/services/storefront', { viewport: PHONE })
    await new ServicePage(page).deploy('no such version!', 'Winter prices')
    await page.getByRole('alert').getByText('is no version').waitFor()
    await page.getByRole('dialog').getByLabel('Version').fill('v13')
    await page.getByRole('dialog').getByRole('button', { name: 'Deploy' }).click()
    await new ReleasePage(page).state('watched').waitFor()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain('v12 → v13')
    expect(hub.asked.at(-1)?.body).toEqual({ version: 'v13', note: 'Winter prices' })
  })

  it('brings an earlier version back from the history', async () => {
    hub.world.addService('order', 'v4')
    const page = await signedIn('/services/order')
    await new ServicePage(page).backTo('v2')
    await new ReleasePage(page).state('promoted').waitFor()
    expect(hub.asked.at(-1)).toMatchObject({ path: '/api/v1/services/order/rollback', body: { to: 'v2' } })
  })

  it('is asked to reload when a part of the console is gone, as after an update', async () => {
    const page = await signedIn()
    await page.route('**/assets/logbook-page-*.js', route => route.fulfill({ status: 404, body: '' }))
    await new Shell(page).go('logbook')
    await page.getByRole('alert').getByText('could not be loaded').waitFor()
    await page.unroute('**/assets/logbook-page-*.js')
    await page.getByRole('button', { name: 'Reload the page' }).click()
    await page.getByRole('heading', { name: 'Logbook' }).waitFor()
  })

  it('sees no button that would be refused when they may only read', async () => {
    hub.account('guest', 'harbour light', { scopes: ['read'] })
    const page = await open(`/releases/${bad.id}`)
    await new SignInPage(page).signIn('guest', 'harbour light')
    await new ReleasePage(page).state('watched').waitFor()
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0)
    await page.goto(`${hub.url}/services/order`)
    await page.getByRole('heading', { name: 'Releases' }).waitFor()
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0)
  })
})
