import { describe, expect, it } from 'vitest'
import { hasChromium } from './browser.fixture.ts'
import { ReleasePage, ServicesPage, Shell } from './pages.fixture.ts'
import { Visit } from './visit.fixture.ts'

describe.runIf(hasChromium())('somebody at a release', () => {
  const visit = Visit.forThisSuite()

  it('watches a release being taken back, with why and what it cost, without asking for anything', async () => {
    const page = await visit.signedIn()
    await new ServicesPage(page).openRelease('order')
    const release = new ReleasePage(page)
    await release.state('watched').waitFor()
    await release.timeline.first().waitFor()
    const before = await release.timeline.count()
    visit.bad.finish()
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
    const page = await visit.signedIn(`/releases/${visit.bad.id}`)
    const link = page.getByRole('main').getByRole('link', { name: 'Deliveries' })
    expect(await link.getAttribute('href')).toBe(`/deliveries?release=${visit.bad.id}`)
  })

  it('pauses a release and lets it go on; the hub has the note, and each order has a key of its own', async () => {
    const page = await visit.signedIn(`/releases/${visit.bad.id}`)
    const release = new ReleasePage(page)
    expect(await release.order('pause', 'Looking at the cart first')).toContain('v3 keeps 10 % of the traffic')
    await release.state('paused').waitFor()
    await release.timeline.getByText('Looking at the cart first').waitFor()
    expect(await release.order('resume')).toContain('time that it had left')
    await release.state('watched').waitFor()
    const [first, second] = visit.hub.asked.filter(({ key }) => key !== undefined && key !== '').slice(-2)
    expect(first).toMatchObject({
      path: `/api/v1/releases/${visit.bad.id}/pause`,
      body: { note: 'Looking at the cart first' },
    })
    expect(second).toMatchObject({ path: `/api/v1/releases/${visit.bad.id}/resume`, body: {} })
    expect(first?.key).not.toBe(second?.key)
  })

  it('promotes by hand what waits for a person, and is told before that nothing is proven', async () => {
    const page = await visit.signedIn(`/releases/${visit.undecided.id}`)
    const release = new ReleasePage(page)
    await release.state('needs you').waitFor()
    expect(await release.order('promote')).toContain('It has not been shown to be good')
    await release.state('promoted').waitFor()
  })

  it('reads why a comparison is in doubt, and compares anew once that is mended', async () => {
    visit.bad.doubt('disarmed')
    const page = await visit.signedIn(`/releases/${visit.bad.id}`)
    const release = new ReleasePage(page)
    await release.state('needs you').waitFor()
    await page.getByText('Instances of v2 differ among themselves.', { exact: true }).waitFor()
    await page.getByText('Find the odd instance of v2').waitFor()
    await page.getByRole('region', { name: 'Is the comparison sound?' }).getByText('differ', { exact: true }).waitFor()
    expect(await release.order('rearm')).toContain('the comparison begins anew')
    await release.state('watched').waitFor()
    await release.timeline.getByText('Compared anew').waitFor()
    expect(await page.getByText('Find the odd instance of v2').count()).toBe(0)
    expect(await release.button('rearm').count()).toBe(0)
    expect(visit.hub.asked.at(-1)).toMatchObject({ path: `/api/v1/releases/${visit.bad.id}/rearm`, body: {} })
  })

  it('sees how long requests took on both versions, and words where nothing was measured', async () => {
    const page = await visit.signedIn(`/releases/${visit.bad.id}`)
    const { verdict } = new ReleasePage(page)
    await expect
      .poll(() => verdict.innerText())
      .toMatch(/Latency p50\s+p95\s+p99[\s\S]*v3\s+\d+ ms\s+\d+ ms\s+\d+ ms[\s\S]*v2\s+41 ms/)
    const { latency: _latency, ...before } = visit.bad.release
    visit.hub.world.put(before)
    await verdict.getByText('Not measured yet.').waitFor()
    expect(await verdict.getByText('no data').count()).toBe(6)
  })

  it('rolls back with the keyboard alone', async () => {
    const page = await visit.signedIn(`/releases/${visit.bad.id}`)
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
    const orders = visit.hub.asked.filter(({ path }) => !path.endsWith('/session'))
    expect(orders).toEqual([expect.objectContaining({ body: { note: 'Carts are empty' } })])
  })

  it('is told which part of a release could not be read, and reads it once it can be', async () => {
    const page = await visit.signedIn()
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
})
