import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { hasChromium } from './browser.fixture.ts'
import { Visit } from './visit.fixture.ts'

describe.runIf(hasChromium())('the logbook', () => {
  const visit = Visit.forThisSuite()
  let page: Page

  const entries = () => page.getByRole('main').getByRole('listitem')

  /** The newest line, closed or open. */
  const line = () => entries().first().locator('summary')

  async function open(path = '/logbook'): Promise<void> {
    page = await visit.signedIn(path)
    await entries().first().waitFor()
  }

  it('shows what happens as it happens, and holds still when asked to', async () => {
    await open()
    const before = await entries().count()
    visit.hub.world.write('release.blocked', { service: 'order', reason: 'the disk is full' })
    await line().getByText('the disk is full').waitFor()
    await page.getByRole('button', { name: 'Stop following' }).click()
    visit.hub.world.write('release.blocked', { service: 'order', reason: 'still full' })
    visit.hub.world.write('release.blocked', { service: 'order', reason: 'full for ever' })
    await page.getByRole('button', { name: 'Show 2 new entries' }).click()
    await expect.poll(() => entries().count()).toBe(before + 3)
    await line().getByText('full for ever').waitFor()
  })

  it('filters by service, kind, actor and time, keeps the filters in its address, and filters what comes, too', async () => {
    await open()
    await page.getByLabel('Service', { exact: true }).selectOption('payment')
    await page.getByLabel('Kind').selectOption({ label: 'Releases: Asked for' })
    await expect.poll(() => entries().count()).toBe(1)
    expect(new URL(page.url()).search).toBe('?service=payment&kind=release.asked')
    visit.hub.world.write('release.asked', { service: 'order', reason: 'not for here' })
    visit.hub.world.write('release.asked', { service: 'payment', reason: 'for here' })
    await line().getByText('for here').waitFor()
    expect(await entries().count()).toBe(2)
    await page.getByLabel('Who').fill('user/nobody')
    await page.keyboard.press('Enter')
    await page.getByText('No entry fits these filters.').waitFor()
    await page.getByRole('button', { name: 'Clear the filters' }).click()
    await page.getByLabel('Since').selectOption({ label: 'an hour ago' })
    await expect.poll(() => entries().locator('summary').getByText('Hub started').count()).toBe(0)
  })

  it('tells of people, programs and channels in words, and filters them by group', async () => {
    const { world } = visit.hub
    const write = (kind: string, subject: string, data = {}) => world.write(kind, { subject, actor: 'user/ada', data })
    write('user.created', 'user/wang', { role: 'releaser' })
    write('token.revoked', 'token/ci', { owner: 'wang' })
    write('channel.tested', 'channel/ops', { ok: true, delivery: 'dlv_1' })
    await open()
    await line().getByText('the test was taken').waitFor()
    await line().click()
    expect(await entries().first().getByRole('link').getAttribute('href')).toBe('/deliveries/dlv_1')
    await page.getByLabel('Kind').selectOption({ label: 'People: all' })
    await expect.poll(() => entries().count()).toBe(1)
    expect(await line().innerText()).toMatch(/Person added[\s\S]*wang\s+may release[\s\S]*user\/ada/)
    write('token.created', 'token/ci', { owner: null, scopes: ['read'], expiresAtMs: null })
    write('user.disabled', 'user/wang')
    await line().getByText('Kept out').waitFor()
    expect(await entries().count()).toBe(2)
    await page.goto(`${visit.hub.url}/logbook?kind=drill.passed`)
    expect(await page.getByLabel('Kind').locator('option:checked').innerText()).toBe('drill.passed')
  })

  it('loads what is older, down to the first entry', async () => {
    for (let n = 1; n <= 150; n++) visit.hub.world.write('release.note', { service: 'order', reason: `line ${n}` })
    await open()
    await expect.poll(() => entries().count()).toBe(100)
    await page.getByRole('button', { name: 'Load older' }).click()
    await entries().locator('summary').getByText('Hub started').waitFor()
    expect(await page.getByRole('button', { name: 'Load older' }).count()).toBe(0)
    expect(await entries().count()).toBe(visit.hub.world.entries.length)
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
    const { seq = 0, hash = '' } = visit.hub.world.entries.at(-1) ?? {}
    await page.getByRole('status').getByText(`${seq}:${hash}`).waitFor()
  })
})
