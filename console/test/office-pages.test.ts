import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localPrincipal } from '../../src/access/index.ts'
import { builtConsole, DESKTOP, faultsOf, hasChromium, launch, openTab, overflowOf, PHONE } from './browser.fixture.ts'
import { Office } from './office.fixture.ts'
import { SignInPage } from './pages.fixture.ts'

const root = localPrincipal('root')
const unaborted = new AbortController().signal

describe.runIf(hasChromium())('every page about people and telling them', () => {
  let browser: Browser
  let built: Awaited<ReturnType<typeof builtConsole>>
  let office: Office

  beforeAll(async () => {
    ;[built, browser] = await Promise.all([builtConsole(), launch()])
    office = await Office.open(built.folder)
    await office.join('ada', 'admin')
    await office.join('li', 'releaser', { displayName: '李娜', language: 'zh' })
    await office.access.users.create(root, { name: 'wang', role: 'viewer' })
    await office.access.users.disable(root, 'wang')
    await office.access.tokens.create(root, { name: 'backup', scopes: ['read'], lifetimeMs: 'never' })
    await office.access.tokens.create(root, { name: 'ci', scopes: ['release'], lifetimeMs: 86_400_000 })
    office.answer = { status: 503, body: '{"error":"full"}' }
    await office.tell('rel_1', 'order', 'started')
    await office.notices.test('closed', 'user/ada', unaborted)
  })
  afterAll(async () => {
    await browser?.close()
    await office?.close()
    await built?.remove()
  })

  async function arrive(page: Page, path: string): Promise<void> {
    await page.goto(`${office.url}${path}`)
    await page.locator('[data-live="live.live"]').waitFor()
    await page.waitForFunction(() => document.querySelectorAll('main .bg-line.breathe').length === 0)
  }

  const looks = [
    { name: 'desktop, light, English', language: 'en', viewport: DESKTOP, colorScheme: 'light' },
    { name: '390 px, dark, Chinese', language: 'zh', viewport: PHONE, colorScheme: 'dark' },
    { name: '390 px, light, English', language: 'en', viewport: PHONE, colorScheme: 'light' },
    { name: '360 px, dark, English', language: 'en', viewport: { width: 360, height: 740 }, colorScheme: 'dark' },
  ] as const

  it.each(looks)(
    'is without serious faults for axe-core, does not move sideways, and complains of nothing: $name',
    async ({ name: _name, language, ...options }) => {
      await office.access.users.change(root, 'ada', { language })
      const { page, complaints } = await office.openAs(browser, 'ada', '/', options)
      const found: Record<string, unknown> = {}
      const look = async (place: string): Promise<void> => {
        const [faults, overflow] = [await faultsOf(page), await overflowOf(page)]
        if (faults.length > 0 || overflow > 0) found[place] = { faults, overflow }
      }
      const [delivery] = await office.notices.deliveries({ limit: 1, receiver: 'auditors' })
      const places = {
        people: '/people',
        tokens: '/tokens',
        channels: '/channels',
        deliveries: '/deliveries',
        'deliveries without a match': '/deliveries?release=rel_0',
        delivery: `/deliveries/${delivery?.id}`,
        'delivery that is not': '/deliveries/dlv_0',
      }
      for (const [place, path] of Object.entries(places)) {
        await arrive(page, path)
        await look(place)
      }
      const open = async (path: string, button: RegExp): Promise<void> => {
        await arrive(page, path)
        await page.getByRole('main').getByRole('button', { name: button }).first().click()
        await page.getByRole('dialog').waitFor()
        await look(`${path} ${button.source}`)
      }
      await open('/people', /Add somebody|添加人员/)
      await open('/people', /^(Change|修改)$/)
      await open('/people', /Keep out|停用/)
      await open('/people', /New password|重置密码/)
      await page.getByRole('dialog').getByRole('button').last().click()
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /Copy|复制/ })
        .waitFor()
      await look('one-time password')
      await open('/tokens', /New token|新建令牌/)
      await open('/tokens', /Revoke|吊销/)
      await arrive(page, '/channels')
      await page.getByRole('main').getByRole('button').first().click()
      await page
        .getByRole('main')
        .getByRole('link', { name: /Request and reply|请求与回复/ })
        .waitFor()
      await look('a test that was sent')
      await page.getByRole('button', { name: /Account and settings|账户与设置/ }).click()
      await page.getByRole('menuitem', { name: /Where you are signed in|已登录的设备/ }).click()
      await page.getByRole('dialog').getByRole('listitem').first().waitFor()
      await look('sessions')
      await arrive(page, '/logbook')
      await page.getByRole('main').getByRole('listitem').first().locator('summary').click()
      await look('logbook about people and channels')
      expect(found).toEqual({})
      expect(complaints).toEqual([])
      await page.context().close()
    },
    120_000,
  )

  it('is told at the sign-in what is wrong without a serious fault', async () => {
    const { page } = await openTab(browser, { viewport: PHONE })
    await page.goto(office.url)
    await new SignInPage(page).signIn('nobody', 'wrong')
    await page.getByRole('alert').waitFor()
    expect(await faultsOf(page)).toEqual([])
    for (let tries = 0; tries < 5; tries++) await new SignInPage(page).signIn('nobody', 'wrong')
    await page.getByText('Too many attempts.').waitFor()
    expect(await faultsOf(page)).toEqual([])
    expect(await overflowOf(page)).toBe(0)
    await page.context().close()
  })

  it('is worked by keys alone: adding somebody from the menu on', async () => {
    const { page } = await office.openAs(browser, 'ada', '/', { locale: 'en-GB' })
    await page.getByRole('button', { name: /Account and settings/ }).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'People' }).waitFor()
    await page.getByRole('button', { name: 'Add somebody' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.type('zhao')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByLabel('One-time password').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Done' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('article').filter({ hasText: 'zhao' }).waitFor()
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Add somebody')
    await page.context().close()
  })
})
