import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock as clock } from '../../src/kernel/index.ts'
import { builtConsole, DESKTOP, faultsOf, hasChromium, launch, openTab, overflowOf, PHONE } from './browser.fixture.ts'
import { harbour } from './harbour.fixture.ts'
import { FixtureHub } from './hub.fixture.ts'
import { SignInPage } from './pages.fixture.ts'
import { Story } from './story.fixture.ts'

describe.runIf(hasChromium())('every page', () => {
  let browser: Browser
  let hub: FixtureHub
  let built: Awaited<ReturnType<typeof builtConsole>>
  let places: Record<string, string>

  beforeAll(async () => {
    ;[built, browser] = await Promise.all([builtConsole(), launch()])
    const { world, bad, undecided } = harbour(clock)
    const doubtful = (['mismatch', 'disarmed'] as const).map(why => {
      world.addService(why, 'v1')
      const story = new Story(world, { service: why, version: 'v2', previous: 'v1', badPerThousand: 4 }).pass(20)
      story.doubt(why)
      return story
    })
    world.addService('mail', 'v1')
    const failed = new Story(world, { service: 'mail', version: 'v2', previous: 'v1', badPerThousand: 4 })
    failed.fail('mail v2 ended 3 times; it printed:\nError: no module\n    at load', 'Is it installed?')
    hub = await new FixtureHub(world, built.folder).listen()
    hub.account('new', 'once and for all', { mustChangePassword: true })
    const [past = ''] = world.releases.keys()
    places = {
      services: '/',
      service: '/services/order',
      'service without a version': '/services/search',
      'service that is not': '/services/nothing',
      'release under way': `/releases/${bad.id}`,
      'release that waits': `/releases/${undecided.id}`,
      'release with too much traffic': `/releases/${doubtful[0]?.id}`,
      'release in doubt': `/releases/${doubtful[1]?.id}`,
      'release that failed': `/releases/${failed.id}`,
      'release of the past': `/releases/${past}`,
      'release that is not': '/releases/rel_nothing',
      logbook: '/logbook',
      'logbook without a match': '/logbook?actor=user%2Fnobody',
      'no page': '/no/such/page',
    }
  })
  afterAll(async () => {
    await browser?.close()
    await hub?.goAway()
    await built?.remove()
  })

  /** Waits until the page says what it has to say. */
  async function arrive(page: Page, path: string): Promise<void> {
    await page.goto(`${hub.url}${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.locator('[data-live="live.live"]').waitFor()
    await page.waitForFunction(() => document.querySelectorAll('main .bg-line.breathe').length === 0)
  }

  const looks = [
    { name: 'desktop, light, English', viewport: DESKTOP, colorScheme: 'light', locale: 'en-GB' },
    { name: '390 px, dark, Chinese', viewport: PHONE, colorScheme: 'dark', locale: 'zh-CN' },
    { name: '390 px, light, English', viewport: PHONE, colorScheme: 'light', locale: 'en-GB' },
  ] as const

  it.each(looks)(
    'is without serious faults for axe-core, does not move sideways, and complains of nothing: $name',
    async ({ name: _name, ...options }) => {
      const { page, complaints } = await openTab(browser, options)
      const found: Record<string, unknown> = {}
      const look = async (place: string): Promise<void> => {
        const [faults, overflow] = [await faultsOf(page), await overflowOf(page)]
        if (faults.length > 0 || overflow > 0) found[place] = { faults, overflow }
      }
      await page.goto(hub.url)
      await page.getByRole('button', { name: /Sign in|登录/ }).waitFor()
      await look('sign-in')
      await new SignInPage(page).signIn('new', 'once and for all')
      await page.getByRole('heading', { name: /Choose a password|设置密码/ }).waitFor()
      await look('new password')
      await page.context().clearCookies()
      await page.goto(hub.url)
      await new SignInPage(page).signIn('li', 'harbour light')
      await page.getByRole('article').first().waitFor()
      for (const [place, path] of Object.entries(places)) {
        await arrive(page, path)
        await look(place)
      }
      await page.goto(`${hub.url}/services/order`)
      await page.getByRole('button', { name: /^(Deploy|部署)$/ }).click()
      await look('deploy dialog')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: /Account and settings|账户与设置/ }).click()
      await look('menu')
      await page.goto(`${hub.url}${places['release that waits']}`)
      await page.getByRole('button', { name: /^(Roll back|撤回)$/ }).click()
      await look('order dialog')
      await page.goto(`${hub.url}/logbook`)
      await page.getByRole('group').first().click()
      await page.getByRole('button', { name: /Verify the logbook|校验日志/ }).click()
      await page.getByText(/Intact:|完好：/).waitFor()
      await look('logbook, verified')
      expect(found).toEqual({})
      expect(complaints).toEqual([])
      await page.context().close()
    },
    120_000,
  )

  it('would be caught with a fault, a page too wide, or an inline style', async () => {
    const { page, complaints } = await openTab(browser)
    await page.goto(hub.url)
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    await page.evaluate(() => {
      const wide = document.createElement('button')
      wide.className = 'w-full'
      wide.style.width = '200vw'
      document.body.append(wide, Object.assign(document.createElement('style'), { textContent: 'p { color: red }' }))
    })
    expect(await faultsOf(page)).toEqual([expect.stringContaining('button-name')])
    expect(await overflowOf(page)).toBeGreaterThan(1_000)
    expect(complaints).toContainEqual(expect.stringContaining('policy: style-src'))
    await page.context().close()
  })

  it('asks for one stream of events and nothing of any other origin', async () => {
    const { page } = await openTab(browser)
    const asked: string[] = []
    page.on('request', request => asked.push(request.url()))
    await page.goto(hub.url)
    await new SignInPage(page).signIn('li', 'harbour light')
    await page.getByRole('article').first().waitFor()
    await page.locator('[data-live="live.live"]').waitFor()
    await page.getByRole('link', { name: 'Logbook' }).click()
    await page.getByRole('group').first().waitFor()
    expect(asked.filter(url => !url.startsWith(hub.url))).toEqual([])
    expect(asked.filter(url => url.endsWith('/api/v1/live'))).toHaveLength(1)
    await page.context().close()
  })
})
