import { describe, expect, it } from 'vitest'
import { hasChromium } from './browser.fixture.ts'
import { ReleasePage, ServicesPage, Shell, SignInPage } from './pages.fixture.ts'
import { Visit } from './visit.fixture.ts'

describe.runIf(hasChromium())('somebody at the console', () => {
  const visit = Visit.forThisSuite()

  it('walks the menu with arrow keys, and gets the focus back', async () => {
    const page = await visit.signedIn()
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
    const page = await visit.signedIn()
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

  it('is told when the hub is gone, and sees what happened meanwhile once it is back', async () => {
    const page = await visit.signedIn(`/releases/${visit.bad.id}`)
    const shell = new Shell(page)
    const release = new ReleasePage(page)
    await release.state('watched').waitFor()
    await visit.hub.goAway()
    await shell.banner.waitFor()
    visit.bad.finish()
    await release.state('watched').waitFor()
    await visit.hub.listen()
    await release.state('taken back').waitFor()
    await shell.banner.waitFor({ state: 'detached' })
  })

  it('finds the way to other pages open when one cannot be shown', async () => {
    const page = await visit.signedIn()
    await page.route('**/api/v1/releases/*', route => route.fulfill({ json: { id: visit.bad.id } }))
    await page.goto(`${visit.hub.url}/releases/${visit.bad.id}`)
    await page.getByRole('alert').getByText('This page met something that it does not understand.').waitFor()
    expect(await page.getByRole('button', { name: 'Load again' }).isVisible()).toBe(true)
    await new Shell(page).go('services')
    await new ServicesPage(page).card('order').waitFor()
    expect(visit.takeComplaints().join(' ')).toContain('TypeError')
  })

  it('is told when the hub falls silent though the connection stands', async () => {
    const page = await visit.open()
    await page.clock.install()
    await new SignInPage(page).signIn('li', 'harbour light')
    const shell = new Shell(page)
    await page.locator('[data-live="live.live"]').waitFor()
    visit.hub.silent = true
    await page.clock.fastForward(13_000)
    await page.getByText('The hub has gone silent.').waitFor()
    visit.hub.silent = false
    visit.hub.world.write('hub.started')
    await shell.banner.waitFor({ state: 'detached' })
  })

  it('is asked to reload when a part of the console is gone, as after an update', async () => {
    const page = await visit.signedIn()
    await page.route('**/assets/logbook-page-*.js', route => route.fulfill({ status: 404, body: '' }))
    await new Shell(page).go('logbook')
    await page.getByRole('alert').getByText('could not be loaded').waitFor()
    await page.unroute('**/assets/logbook-page-*.js')
    await page.getByRole('button', { name: 'Reload the page' }).click()
    await page.getByRole('heading', { name: 'Logbook' }).waitFor()
  })
})
