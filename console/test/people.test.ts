import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { localPrincipal } from '../../src/access/index.ts'
import { hasChromium } from './browser.fixture.ts'
import { OfficeVisit } from './office-visit.fixture.ts'
import { Shell, SignInPage } from './pages.fixture.ts'

const root = localPrincipal('root')

describe.runIf(hasChromium())('the page of people', () => {
  const visit = OfficeVisit.forThisSuite()

  beforeEach(async () => {
    await visit.office.join('ada', 'admin', { displayName: 'Ada' })
    await visit.office.join('li', 'releaser', { displayName: '李娜', language: 'zh' })
  })

  const card = (page: Page, name: string) =>
    page.getByRole('article').filter({ has: page.getByText(name, { exact: true }) })
  const dialog = (page: Page) => page.getByRole('dialog')

  it('says who may sign in, as what, in which language, and when they last did', async () => {
    await visit.office.access.users.create(root, { name: 'wang', role: 'viewer' })
    const page = await visit.as('ada', '/')
    await new Shell(page).choose(/^People$/)
    await page.getByRole('heading', { level: 1, name: 'People' }).waitFor()
    expect(await card(page, 'li').innerText()).toMatch(
      /李娜[\s\S]*active[\s\S]*may release[\s\S]*中文[\s\S]*Last sign-in/,
    )
    expect(await card(page, 'wang').innerText()).toMatch(
      /one-time password[\s\S]*may read[\s\S]*As the browser asks[\s\S]*never/,
    )
    expect(await card(page, 'ada').innerText()).toMatch(/Ada[\s\S]*you[\s\S]*administrator/)
  })

  it('adds somebody, shows their password once, and that password lets them in', async () => {
    const page = await visit.as('ada', '/people', { permissions: ['clipboard-read', 'clipboard-write'] })
    await page.getByRole('button', { name: 'Add somebody' }).click()
    await dialog(page).getByLabel('Name', { exact: true }).fill('wang')
    await dialog(page).getByLabel('Display name').fill('王芳')
    await dialog(page).getByLabel('Role').selectOption({ label: 'may release' })
    await dialog(page).getByLabel('Language').selectOption('zh')
    await dialog(page).getByText('They deploy, pause').waitFor()
    await dialog(page).getByRole('button', { name: 'Add somebody' }).click()
    const password = await dialog(page).getByLabel('One-time password').innerText()
    await dialog(page).getByRole('button', { name: 'Copy' }).click()
    await dialog(page).getByText('It is in your clipboard now.').waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(password)
    await dialog(page).getByRole('button', { name: 'Done' }).click()
    await card(page, 'wang').getByText('王芳').waitFor()
    expect(await page.content()).not.toContain(password)
    const other = await visit.open()
    await new SignInPage(other).signIn('wang', password)
    await other.getByRole('heading', { name: '设置密码' }).waitFor()
  })

  it('does not let the password vanish by a slip: Escape warns first', async () => {
    const page = await visit.as('ada', '/people')
    await card(page, 'li').getByRole('button', { name: 'New password' }).click()
    await dialog(page).getByText('signed out everywhere').waitFor()
    await dialog(page).getByRole('button', { name: 'New password' }).click()
    await dialog(page).getByLabel('One-time password').waitFor()
    await page.keyboard.press('Escape')
    await dialog(page).getByRole('alert').getByText('It has not been copied yet.').waitFor()
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'detached' })
    await card(page, 'li').getByText('has a one-time password').waitFor()
  })

  it('copies where the browser’s clipboard is closed to pages of plain HTTP, too', async () => {
    const page = await visit.as('ada', '/people')
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
    await card(page, 'li').getByRole('button', { name: 'New password' }).click()
    await dialog(page).getByRole('button', { name: 'New password' }).click()
    const password = await dialog(page).getByLabel('One-time password').innerText()
    await dialog(page).getByRole('button', { name: 'Copy' }).click()
    await dialog(page)
      .getByText(/in your clipboard|copy it with the keyboard/)
      .waitFor()
    expect(await page.evaluate(() => String(getSelection()))).toBe(password)
  })

  it('says at its field what is wrong with a name, in the reader’s language', async () => {
    const page = await visit.as('ada', '/people')
    await page.getByRole('button', { name: 'Add somebody' }).click()
    await dialog(page).getByLabel('Name', { exact: true }).fill('li')
    await dialog(page).getByRole('button', { name: 'Add somebody' }).click()
    await dialog(page).getByRole('alert').getByText('There is a user “li” already.').waitFor()
    expect(await dialog(page).getByLabel('Name', { exact: true }).getAttribute('aria-invalid')).toBe('true')
    await page.keyboard.press('Escape')
    await new Shell(page).choose('中文')
    await page.getByRole('button', { name: '添加人员' }).click()
    await dialog(page).getByLabel('用户名').fill('Li Na')
    await dialog(page).getByRole('button', { name: '添加人员' }).click()
    await dialog(page).getByRole('alert').getByText('不能用作用户名').waitFor()
  })

  it('changes a role after saying what that means, and changes nothing else', async () => {
    const page = await visit.as('ada', '/people')
    await card(page, 'li').getByRole('button', { name: 'Change' }).click()
    await dialog(page).getByLabel('Role').selectOption({ label: 'may read' })
    await dialog(page).getByText('signed out everywhere').waitFor()
    await dialog(page).getByRole('button', { name: 'Save' }).click()
    await card(page, 'li').getByText('may read').waitFor()
    const [, li] = await visit.office.access.users.list(root)
    expect(li).toMatchObject({ name: 'li', role: 'viewer', displayName: '李娜', language: 'zh' })
  })

  it('keeps somebody out once that is confirmed, and lets them in again', async () => {
    const page = await visit.as('ada', '/people')
    await card(page, 'li').getByRole('button', { name: 'Keep out' }).click()
    await dialog(page).getByRole('button', { name: 'Cancel' }).click()
    expect((await visit.office.access.users.list(root))[1]?.disabled).toBe(false)
    await card(page, 'li').getByRole('button', { name: 'Keep out' }).click()
    await dialog(page).getByText('Their API tokens are void').waitFor()
    await dialog(page).getByRole('button', { name: 'Keep out' }).click()
    await card(page, 'li').getByText('kept out').waitFor()
    expect((await visit.office.access.users.list(root))[1]?.disabled).toBe(true)
    await card(page, 'li').getByRole('button', { name: 'Let in again' }).click()
    await dialog(page).getByRole('button', { name: 'Let in again' }).click()
    await card(page, 'li').getByText('active', { exact: true }).waitFor()
  })

  it('renames somebody after saying what that means, and says at the field which name is taken', async () => {
    const page = await visit.as('ada', '/people')
    await card(page, 'li').getByRole('button', { name: 'Change' }).click()
    const name = dialog(page).getByLabel('Name', { exact: true })
    await name.fill('ada')
    await dialog(page).getByRole('button', { name: 'Save' }).click()
    await dialog(page).getByRole('alert').getByText('There is a user “ada” already.').waitFor()
    expect(await name.getAttribute('aria-invalid')).toBe('true')
    await name.fill('lina')
    await dialog(page).getByText('From now on they sign in as lina').waitFor()
    await dialog(page).getByText('What was done as li stays in the logbook').waitFor()
    await dialog(page).getByRole('button', { name: 'Save' }).click()
    await card(page, 'lina').getByText('may release').waitFor()
    const names = (await visit.office.access.users.list(root)).map(user => user.name)
    expect(names).toEqual(expect.arrayContaining(['ada', 'lina']))
    expect(names).not.toContain('li')
  })

  it('renames oneself, and goes on under the new name', async () => {
    const page = await visit.as('ada', '/people')
    await card(page, 'ada').getByRole('button', { name: 'Change' }).click()
    await dialog(page).getByLabel('Name', { exact: true }).fill('ada.l')
    await dialog(page).getByRole('button', { name: 'Save' }).click()
    await card(page, 'ada.l').getByText('you', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Account and settings of ada.l' }).waitFor()
  })

  it('lets nobody take their own rights', async () => {
    const page = await visit.as('ada', '/people')
    expect(await card(page, 'ada').getByRole('button').allInnerTexts()).toEqual(['Change'])
    await card(page, 'ada').getByRole('button', { name: 'Change' }).click()
    await dialog(page).getByText('Nobody changes their own role.').waitFor()
    expect(await dialog(page).getByLabel('Role').count()).toBe(0)
  })

  it('is not there for whoever is no administrator', async () => {
    const page = await visit.as('li', '/people')
    await page.getByText('本页面仅供管理员使用。').waitFor()
    await new Shell(page).menu.click()
    expect(await page.getByRole('menuitem').allInnerTexts()).toEqual([
      'API 令牌',
      '已登录的设备',
      '修改密码',
      '退出登录',
    ])
  })

  it('says of a lost answer that what was to be shown once is lost with it', async () => {
    const page = await visit.as('ada', '/people')
    await page.route('**/api/v1/users/li/reset-password', route => route.abort('connectionrefused'))
    await card(page, 'li').getByRole('button', { name: 'New password' }).click()
    await dialog(page).getByRole('button', { name: 'New password' }).click()
    await dialog(page).getByRole('alert').getByText('what was to be shown once is lost').waitFor()
  })
})
