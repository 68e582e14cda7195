import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page, PageScreenshotOptions } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DESKTOP, faultsOf, hasChromium, launch, openTab, overflowOf, PHONE } from '../console/test/browser.fixture.ts'
import { ReleasePage, ServicePage, ServicesPage, Shell, SignInPage } from '../console/test/pages.fixture.ts'
import { Demo } from './demo.fixture.ts'

const IMAGES = fileURLToPath(new URL('../docs/images', import.meta.url))
const WHOLE_STORY_MS = 600_000

/** The foot of a page tells where the hub keeps its data, which is of this machine alone. */
const ABOVE_THE_FOOT = { x: 0, y: 0, width: 1_280, height: 525 } as const

/** What the README shows is what this test sees: `npm run record:console` keeps its pictures. */
async function picture(page: Page, name: string, options: PageScreenshotOptions = {}): Promise<void> {
  const keeps = process.env['RECORD'] === '1'
  if (keeps) mkdirSync(IMAGES, { recursive: true })
  const image = await page.screenshot({ ...options, ...(keeps ? { path: join(IMAGES, `${name}.png`) } : {}) })
  expect(image.length).toBeGreaterThan(20_000)
}

/** No serious fault of accessibility, and nothing beside the page. */
async function look(page: Page): Promise<void> {
  expect(await faultsOf(page)).toEqual([])
  expect(await overflowOf(page)).toBe(0)
}

describe.runIf(hasChromium())('the demo', () => {
  it(
    'is followed and steered in the console, from the one-time password to a hub that was lost and is back',
    async () => {
      const demo = new Demo()
      onTestFinished(async () => {
        await demo.end()
      })
      const browser = await launch()
      onTestFinished(() => browser.close())
      const { hub, name, password } = await demo.access()
      const { page, complaints } = await openTab(browser, {
        baseURL: hub,
        deviceScaleFactor: 2,
        viewport: { width: 1_280, height: 960 },
      })
      const [shell, services, service, release] = [
        new Shell(page),
        new ServicesPage(page),
        new ServicePage(page),
        new ReleasePage(page),
      ]
      const live = page.locator('[data-live="live.live"]')

      await page.goto('/')
      await look(page)
      const form = new SignInPage(page)
      await form.signIn(name, password)
      await form.choosePassword(password, 'a lighthouse in the fog')
      await live.waitFor()
      await services.card('order').waitFor()

      await demo.says(/^order v3:/)
      await services.card('order').getByText('v3').first().waitFor()
      await services.openRelease('order')
      await release.state('taken back').waitFor({ timeout: 60_000 })
      await release.verdict
        .getByText(/of .* requests/)
        .first()
        .waitFor()
      await look(page)
      await picture(page, 'console-release')
      await shell.go('services')
      await picture(page, 'console-services', { clip: ABOVE_THE_FOOT })

      await demo.says(/^order v4:/)
      await services.card('order').getByText('v4').first().waitFor()
      await services.openRelease('order')
      await shell.choose('中文')
      await page.emulateMedia({ colorScheme: 'dark' })
      await page.setViewportSize(PHONE)
      await release.state('已撤回').waitFor({ timeout: 90_000 })
      await look(page)
      await picture(page, 'console-phone', { fullPage: true })

      await demo.says(/It stays up until Ctrl-C/, 300_000)
      await page.emulateMedia({ colorScheme: 'light' })
      await page.setViewportSize(DESKTOP)
      await shell.choose('English')
      await page.goto('/services/order')
      await service.deploy('v6', 'Steered by hand')
      await release.state('watched').waitFor({ timeout: 60_000 })
      await release.order('pause', 'A look at the dashboards first')
      await release.state('paused').waitFor()
      await look(page)
      await picture(page, 'console-paused')
      expect(await release.order('promote', 'All is well')).toMatch(/v6/)
      await release.state('promoted').waitFor({ timeout: 60_000 })

      demo.killHub()
      await shell.banner.waitFor({ timeout: 60_000 })
      await picture(page, 'console-stale')
      await demo.startHub()
      await shell.banner.waitFor({ state: 'detached', timeout: 60_000 })
      await live.waitFor()
      await shell.go('logbook')
      await page.getByLabel('Service').selectOption('order')
      await page.getByText('All is well').first().waitFor()
      await look(page)
      await picture(page, 'console-logbook')

      expect(complaints).toEqual([])
      expect(await demo.end()).toBe(0)
      expect(demo.leftovers()).toEqual([])
    },
    WHOLE_STORY_MS,
  )
})
