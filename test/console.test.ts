import { createServer } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { faultsOf, hasChromium, launch, openTab, overflowOf, PHONE } from '../console/test/browser.fixture.ts'
import { ReleasePage, ServicesPage, Shell, SignInPage } from '../console/test/pages.fixture.ts'
import { STORY_MS, worldFor } from './story.fixture.ts'
import type { World } from './world.fixture.ts'

/** Long enough in its first stage to be looked at, and to be taken back or promoted by hand. */
const WATCHED = { type: 'canary', stages: [{ weight: '50%', for: '10m' }], earlyPromotion: false } as const

/** A port that is free now, where a hub that was killed has its successor. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

async function browserFor(): Promise<Browser> {
  const browser = await launch()
  onTestFinished(() => browser.close())
  return browser
}

async function look(page: Page): Promise<void> {
  expect(await faultsOf(page)).toEqual([])
  expect(await overflowOf(page)).toBe(0)
}

async function signIn(world: World, page: Page): Promise<void> {
  const { name, password } = await world.hub.first('administrator')
  const form = new SignInPage(page)
  await form.signIn(name, password)
  await form.choosePassword(password, 'a lighthouse in the fog')
  await page.locator('[data-live="live.live"]').waitFor()
}

describe.runIf(hasChromium())('the console of a real hub', () => {
  it(
    'shows a bad release being taken back, steers another by hand, speaks both languages, and outlives the hub',
    async () => {
      const hub = { listen: `127.0.0.1:${await freePort()}` }
      const world = await worldFor(onTestFinished, { hub, service: { strategy: WATCHED } })
      const browser = await browserFor()
      const { page, complaints } = await openTab(browser, { baseURL: `http://${hub.listen}` })
      const [shell, services, release] = [new Shell(page), new ServicesPage(page), new ReleasePage(page)]

      await page.goto('/')
      await look(page)
      await signIn(world, page)
      await services.card('shop').waitFor()
      await look(page)

      await world.client.deploy('shop', { version: 'bad30-1', note: 'Faster checkout' })
      await services.openRelease('shop')
      await release.state('taken back').waitFor()
      await release.verdict
        .getByText(/of .* requests/)
        .first()
        .waitFor()
      await look(page)

      const { id } = await world.client.deploy('shop', { version: 'good-1' })
      await page.goto(`/releases/${id}`)
      await release.state('watched').waitFor()
      await release.order('pause', 'lunch')
      await release.state('paused').waitFor()
      expect(await release.order('promote', 'looks fine')).toMatch(/good-1/)
      await release.state('promoted').waitFor()
      const entries = await world.entriesOf(id)
      expect(entries.filter(({ actor }) => actor === 'user/admin').map(({ kind, reason }) => [kind, reason])).toEqual([
        ['release.paused', 'lunch'],
        ['release.promoting', 'looks fine'],
        ['release.promoted', expect.any(String)],
      ])

      await shell.choose('中文')
      await release.state('已推进').waitFor()
      await page.setViewportSize(PHONE)
      await look(page)

      await world.hub.kill('SIGKILL')
      await shell.banner.waitFor()
      await world.startHub()
      await shell.banner.waitFor({ state: 'detached' })
      await page.locator('[data-live="live.live"]').waitFor()
      await shell.go('services')
      await services.card('shop').waitFor()
      await look(page)
      expect(complaints).toEqual([])
    },
    STORY_MS,
  )
})
