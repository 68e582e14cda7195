import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { localPrincipal, type Principal } from '../../src/access/index.ts'
import { hasChromium } from './browser.fixture.ts'
import { passwordOf } from './office.fixture.ts'
import { OfficeVisit } from './office-visit.fixture.ts'
import { Shell } from './pages.fixture.ts'

const root = localPrincipal('root')
const DAY_MS = 86_400_000

describe.runIf(hasChromium())('the page of tokens', () => {
  const visit = OfficeVisit.forThisSuite()

  beforeEach(async () => {
    await visit.office.join('ada', 'admin')
    await visit.office.join('li', 'releaser')
  })

  const as = (name: string) => visit.as(name, '/tokens')

  /** Somebody as the room knows them, for what a test sets up behind the console. */
  async function principal(name: string): Promise<Principal> {
    const from = { address: '203.0.113.7', agent: 'Browser/1.0' }
    return (await visit.office.access.signIn({ name, password: passwordOf(name), from })).principal
  }

  const card = (page: Page, name: string) =>
    page.getByRole('article').filter({ has: page.getByRole('heading', { name, exact: true }) })
  const dialog = (page: Page) => page.getByRole('dialog')
  const authorised = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

  it('makes a token that works, shows it once, tells of its use, and revokes it once that is confirmed', async () => {
    const page = await visit.as('li', '/')
    await new Shell(page).choose(/^API tokens$/)
    await page.getByText('You have no token.').waitFor()
    await page.getByRole('button', { name: 'New token' }).click()
    await dialog(page).getByLabel('Name').fill('ci')
    await dialog(page).getByLabel('Right').selectOption({ label: 'may release' })
    await dialog(page).getByRole('button', { name: 'New token' }).click()
    const text = await dialog(page).getByLabel('Token', { exact: true }).innerText()
    await dialog(page).getByText(`${visit.office.url}/api/v1/status`).waitFor()
    await dialog(page).getByRole('button', { name: 'Done' }).click()
    expect(await card(page, 'ci').innerText()).toMatch(/valid for 90d/)
    expect(await card(page, 'ci').innerText()).toMatch(/may release[\s\S]*Last used\s+never/)
    expect(await page.content()).not.toContain(text)
    expect((await fetch(`${visit.office.url}/api/v1/session`, authorised(text))).status).toBe(200)
    await page.reload()
    await card(page, 'ci').getByText('127.0.0.1').waitFor()
    await card(page, 'ci').getByRole('button', { name: 'Revoke ci' }).click()
    await dialog(page).getByText('It was last used on').waitFor()
    await dialog(page).getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('You have no token.').waitFor()
    expect((await fetch(`${visit.office.url}/api/v1/session`, authorised(text))).status).toBe(401)
  })

  it('offers no right that one has not, and warns of a token that never ends', async () => {
    const page = await as('li')
    await page.getByRole('button', { name: 'New token' }).click()
    expect(await dialog(page).getByLabel('Right').locator('option').allInnerTexts()).toEqual([
      'may read',
      'may release',
    ])
    await dialog(page).getByLabel('Lifetime').selectOption({ label: 'does not expire' })
    await dialog(page).getByText('Whoever finds it can use it for ever.').waitFor()
    await dialog(page).getByLabel('Name').fill('backup')
    await dialog(page).getByRole('button', { name: 'New token' }).click()
    await dialog(page).getByRole('button', { name: 'Done' }).click()
    await card(page, 'backup').getByText('does not expire').waitFor()
    expect(await visit.office.access.tokens.list(root)).toMatchObject([
      { name: 'backup', scopes: ['read'], expiresAtMs: undefined },
    ])
  })

  it('tells in time what will end, and what has', async () => {
    const li = await principal('li')
    const make = (name: string, lifetimeMs: number) =>
      visit.office.access.tokens.create(li, { name, scopes: ['read'], lifetimeMs })
    await make('soon', 3.2 * DAY_MS)
    await make('later', 60 * DAY_MS)
    await make('over', 5 * DAY_MS)
    await visit.office.store.transaction(async tx => {
      await tx.db
        .updateTable('tokens')
        .set({ expires_at_ms: tx.atMs - 1 })
        .where('name', '=', 'over')
        .execute()
    })
    const page = await as('li')
    await card(page, 'soon').getByText('expires in 3d').waitFor()
    await card(page, 'over').getByText('expired', { exact: true }).waitFor()
    await card(page, 'later').getByText('valid for 60d').waitFor()
  })

  it('shows an administrator those of others, apart from their own, and void ones as such', async () => {
    await visit.office.access.tokens.create(await principal('li'), { name: 'deploys', scopes: ['release'] })
    await visit.office.access.tokens.create(root, { name: 'on-the-machine', scopes: ['read'] })
    await visit.office.access.users.disable(root, 'li')
    const page = await as('ada')
    const others = page.getByRole('region', { name: 'Of others' })
    await others.getByRole('heading', { name: 'deploys' }).waitFor()
    expect(await card(page, 'deploys').innerText()).toMatch(/void: its owner is kept out[\s\S]*li/)
    expect(await card(page, 'on-the-machine').innerText()).toContain('on the hub’s machine')
    await page.getByRole('region', { name: 'Yours' }).getByText('You have no token.').waitFor()
  })

  it('says at its field what is wrong with a name', async () => {
    await visit.office.access.tokens.create(root, { name: 'ci', scopes: ['read'] })
    const page = await as('li')
    await page.getByRole('button', { name: 'New token' }).click()
    await dialog(page).getByLabel('Name').fill('ci')
    await page.keyboard.press('Enter')
    await dialog(page).getByRole('alert').getByText('There is a token “ci” already. Choose another name').waitFor()
  })
})
