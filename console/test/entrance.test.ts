import { describe, expect, it } from 'vitest'
import { hasChromium } from './browser.fixture.ts'
import { ReleasePage, SignInPage } from './pages.fixture.ts'
import { Visit } from './visit.fixture.ts'

describe.runIf(hasChromium())('somebody who signs in', () => {
  const visit = Visit.forThisSuite()

  it('is told of a wrong password, gets in with the right one, and lands where they wanted to go', async () => {
    const page = await visit.open(`/releases/${visit.bad.id}`)
    await new SignInPage(page).signIn('li', 'wrong')
    await page.getByRole('alert').getByText('Name and password do not fit together.').waitFor()
    await new SignInPage(page).signIn('li', 'harbour light')
    await new ReleasePage(page).state('watched').waitFor()
    expect(await page.title()).toBe('order v3 · Shipwatch')
  })

  it('replaces a one-time password before anything else, and hears what is wrong with the new one', async () => {
    visit.hub.account('new', 'once and for all', { mustChangePassword: true })
    const page = await visit.open('/logbook')
    await new SignInPage(page).signIn('new', 'once and for all')
    await new SignInPage(page).choosePassword('once and for all', 'short')
    await page.getByRole('alert').getByText('10 characters').waitFor()
    await new SignInPage(page).choosePassword('once and for all', 'four unrelated words')
    await page.getByRole('heading', { name: 'Logbook' }).waitFor()
    expect(visit.hub.accounts.get('new')).toMatchObject({ password: 'four unrelated words', mustChangePassword: false })
  })

  it('reads the language of the account, whatever the browser asks for', async () => {
    visit.hub.account('wang', 'harbour light', { language: 'zh' })
    const page = await visit.open()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await new SignInPage(page).signIn('wang', 'harbour light')
    await page.getByRole('heading', { level: 1, name: '服务' }).waitFor()
  })

  it('signs in again when the hub has forgotten the session, and goes on where they were', async () => {
    const page = await visit.signedIn('/logbook')
    visit.hub.forgetSessions()
    await page.getByRole('button', { name: 'Sign in' }).waitFor({ timeout: 30_000 })
    await new SignInPage(page).signIn('li', 'harbour light')
    await page.getByRole('heading', { name: 'Logbook' }).waitFor()
  })

  it('sees no button that would be refused when they may only read', async () => {
    visit.hub.account('guest', 'harbour light', { scopes: ['read'] })
    const page = await visit.open(`/releases/${visit.bad.id}`)
    await new SignInPage(page).signIn('guest', 'harbour light')
    await new ReleasePage(page).state('watched').waitFor()
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0)
    await page.goto(`${visit.hub.url}/services/order`)
    await page.getByRole('heading', { name: 'Releases' }).waitFor()
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0)
  })
})
