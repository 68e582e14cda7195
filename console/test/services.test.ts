import { describe, expect, it } from 'vitest'
import { hasChromium, PHONE } from './browser.fixture.ts'
import { ReleasePage, ServicePage } from './pages.fixture.ts'
import { Visit } from './visit.fixture.ts'

describe.runIf(hasChromium())('somebody at the services', () => {
  const visit = Visit.forThisSuite()

  it('sees the gravest first, and no more at once than can be taken in', async () => {
    const { world } = visit.hub
    for (const n of [1, 2, 3, 4, 5]) {
      const instances = [world.instance(`crate-${n}`, 'v1', 1, { state: 'backing-off' })]
      world.addService(`crate-${n}`, 'v1', { instances })
    }
    world.gatewayReachable = false
    const page = await visit.signedIn()
    const notices = page.getByRole('main').getByRole('list').first().getByRole('listitem')
    await notices.first().getByText('The gateway at').waitFor()
    expect(await notices.count()).toBe(6)
    await page.getByRole('button', { name: 'Show 2 more' }).click()
    await notices.last().getByText('payment v8 waits for you').waitFor()
    expect(await notices.count()).toBe(8)
  })

  it('finds one of many by its name, and looks for none where a few are seen at a glance', async () => {
    const page = await visit.signedIn()
    const find = page.getByRole('searchbox', { name: 'Find by name, owner or market' })
    await page.getByRole('article').first().waitFor()
    expect(await find.count()).toBe(0)
    for (let n = 1; n <= 20; n++) visit.hub.world.addService(`crate-${n}`, 'v1', { owner: 'yard' })
    await page.reload()
    await find.fill('yard crate-20')
    await expect.poll(() => page.getByRole('article').count()).toBe(1)
    await find.fill('crane')
    await page.getByText('No service fits “crane”.').waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await expect.poll(() => page.getByRole('article').count()).toBe(24)
  })

  it('finds the past of a service that is gone in the logbook', async () => {
    visit.hub.world.services.delete('storefront')
    const page = await visit.signedIn('/services/storefront')
    await page.getByRole('main').getByRole('link', { name: 'Logbook' }).click()
    await page.getByRole('heading', { level: 1, name: 'Logbook' }).waitFor()
    expect(await page.getByLabel('Service').inputValue()).toBe('storefront')
  })

  it('is told how to begin where no service is configured, and not that all is well', async () => {
    visit.hub.world.services.clear()
    const page = await visit.signedIn()
    await page.getByText('shipwatch init').waitFor()
    expect(await page.getByText('all is well').count()).toBe(0)
  })

  it('deploys a version, is told which field is wrong, and sees the release begin', async () => {
    const page = await visit.signedIn('/services/storefront', { viewport: PHONE })
    await new ServicePage(page).deploy('no such version!', 'Winter prices')
    await page.getByRole('alert').getByText('is no version').waitFor()
    await page.getByRole('dialog').getByLabel('Version').fill('v13')
    await page.getByRole('dialog').getByRole('button', { name: 'Deploy' }).click()
    await new ReleasePage(page).state('watched').waitFor()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain('v12 → v13')
    expect(visit.hub.asked.at(-1)?.body).toEqual({ version: 'v13', note: 'Winter prices' })
  })

  it('brings an earlier version back from the history', async () => {
    visit.hub.world.addService('order', 'v4')
    const page = await visit.signedIn('/services/order')
    await new ServicePage(page).backTo('v2')
    await new ReleasePage(page).state('promoted').waitFor()
    expect(visit.hub.asked.at(-1)).toMatchObject({ path: '/api/v1/services/order/rollback', body: { to: 'v2' } })
  })

  it.each(['nothing', '%25', '%E0%A4%A'])('says so where there is none of the name in the address: %o', async name => {
    const page = await visit.signedIn(`/services/${name}`)
    await page.getByText(/^There is no service/).waitFor()
  })
})
