import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { hasChromium } from './browser.fixture.ts'
import { Office } from './office.fixture.ts'
import { OfficeVisit } from './office-visit.fixture.ts'
import { Shell } from './pages.fixture.ts'

describe.runIf(hasChromium())('telling people, as the console shows it', () => {
  const visit = OfficeVisit.forThisSuite({ hubMayComplain: true })

  beforeEach(async () => {
    await visit.office.join('li', 'releaser')
  })

  const card = (page: Page, name: string) =>
    page.getByRole('article').filter({ has: page.getByRole('heading', { name, exact: true }) })
  const lines = (page: Page) => page.getByRole('main').getByRole('listitem')

  it('sends a test, and shows that it was taken', async () => {
    const page = await visit.as('li', '/')
    await new Shell(page).go('notices')
    await card(page, 'ops').getByText('not used yet').waitFor()
    expect(await card(page, 'ops').innerText()).toContain('DingTalk')
    await card(page, 'ops').getByRole('button', { name: 'Send a test over ops' }).click()
    await card(page, 'ops').getByRole('status').getByText('The test was taken').waitFor()
    await card(page, 'ops').getByText('working', { exact: true }).waitFor()
    await card(page, 'ops').getByRole('link', { name: 'Request and reply' }).click()
    await page.getByRole('heading', { level: 1, name: 'Test' }).waitFor()
    expect(await page.getByRole('group', { name: 'Reply' }).innerText()).toContain('"errcode": 0')
    expect(await page.getByRole('group', { name: 'Request' }).innerText()).toContain('"msgtype"')
  })

  it('shows of a test that was not taken why, and since when the channel fails', async () => {
    const page = await visit.as('li', '/channels')
    await card(page, 'closed').getByRole('button', { name: 'Send a test over closed' }).click()
    await card(page, 'closed').getByRole('alert').getByText('is no public address').waitFor()
    await card(page, 'closed').getByText('Fails since').waitFor()
    await page.getByText('1 channel fails: what is said there reaches nobody.').waitFor()
    await new Shell(page).choose('中文')
    await card(page, 'closed').getByRole('alert').getByText('不是公网地址').waitFor()
  })

  it('tells by whom a message is refused, with the provider’s own words', async () => {
    visit.office.answer = { status: 500, body: 'the disk is full' }
    const page = await visit.as('li', '/channels')
    await card(page, 'audit').getByRole('button', { name: 'Send a test over audit' }).click()
    await card(page, 'audit').getByRole('alert').getByText('the webhook answered 500').waitFor()
    await card(page, 'audit').getByText('failed last time').waitFor()
    await card(page, 'audit').getByRole('link', { name: 'Request and reply' }).click()
    await page.getByText('HTTP 500').waitFor()
    await page.getByRole('group', { name: 'Reply' }).getByText('the disk is full').waitFor()
  })

  it('follows a delivery through its attempts until it is over', async () => {
    visit.office.answer = { status: 503, body: '{}' }
    await visit.office.tell('rel_1', 'order', 'started')
    const page = await visit.as('li', '/deliveries?receiver=auditors')
    await lines(page).getByText('the webhook answered 503').waitFor()
    await lines(page).getByRole('link', { name: 'order · release started' }).click()
    await page.getByRole('heading', { level: 1 }).getByText('waiting').waitFor()
    await page.getByText('It is tried again.').first().waitFor()
    visit.office.answer = { status: 200, body: '{}' }
    await page.getByRole('heading', { level: 1 }).getByText('delivered', { exact: true }).waitFor()
    await page.getByText('taken', { exact: true }).waitFor()
    expect(await page.getByRole('main').getByRole('listitem').count()).toBeGreaterThan(1)
    await page.getByRole('link', { name: 'rel_1' }).waitFor()
  })

  it('lists what was said of one release, filters it, and keeps the filters in its address', async () => {
    await visit.office.tell('rel_1', 'order', 'started')
    await visit.office.tell('rel_2', 'payment', 'started')
    const page = await visit.as('li', '/deliveries?release=rel_1')
    await expect.poll(() => lines(page).count()).toBe(2)
    await expect.poll(() => lines(page).getByText('delivered', { exact: true }).count()).toBe(2)
    await page.getByLabel('Channel', { exact: true }).selectOption('audit')
    await expect.poll(() => lines(page).count()).toBe(1)
    expect(new URL(page.url()).search).toBe('?release=rel_1&channel=audit')
    await page.getByLabel('Release').fill('rel_2')
    await page.keyboard.press('Enter')
    await lines(page).getByText('payment · release started').waitFor()
    await page.getByLabel('State').selectOption({ label: 'given up' })
    await page.getByText('No delivery fits these filters.').waitFor()
    await page.getByRole('button', { name: 'Clear the filters' }).click()
    await expect.poll(() => lines(page).count()).toBe(4)
  })

  it('loads what is older, down to the first, and tells when it could not', async () => {
    for (let n = 1; n <= 20; n++) await visit.office.tell(`rel_${n}`, `service-${n}`, 'started')
    const written = async () => (await visit.office.notices.deliveries({ limit: 100 })).length
    await expect.poll(written).toBeGreaterThanOrEqual(40)
    const page = await visit.as('li', '/deliveries')
    await expect.poll(() => lines(page).count()).toBe(30)
    await page.route('**/api/v1/deliveries?*before=*', route => route.abort('connectionrefused'))
    await page.getByRole('button', { name: 'Load older' }).click()
    await page.getByRole('alert').getByText('The hub does not answer.').waitFor()
    expect(await lines(page).count()).toBe(30)
    await page.unroute('**/api/v1/deliveries?*before=*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await lines(page).getByRole('link', { name: 'service-1 · release started' }).first().waitFor()
    expect(await page.getByRole('button', { name: 'Load older' }).count()).toBe(0)
  })

  it('says what there is to do where no channel is configured, and what an unknown delivery means', async () => {
    const bare = await Office.open(visit.pages, { hasChannels: false })
    try {
      await bare.join('wang', 'viewer')
      const page = await visit.as('wang', '/channels', {}, bare)
      await page.getByText('No channel is configured yet.').waitFor()
      await page.getByText('accessToken').waitFor()
      await page.getByRole('link', { name: 'Deliveries' }).click()
      await page.getByText('Nobody has been told of anything yet.').waitFor()
      await page.goto(`${bare.url}/deliveries/dlv_nothing`)
      await page.getByText('There is no such delivery.').waitFor()
    } finally {
      await bare.close()
    }
  })

  it('lets who may only read look, and send nothing', async () => {
    await visit.office.join('wang', 'viewer')
    const page = await visit.as('wang', '/channels')
    await card(page, 'ops').waitFor()
    expect(await page.getByRole('button', { name: /Send a test/ }).count()).toBe(0)
  })
})
