import { request as ask, createServer } from 'node:http'
import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { localPrincipal } from '../../src/access/index.ts'
import { listenOn } from '../../src/alert/channels/server.fixture.ts'
import { hasChromium } from './browser.fixture.ts'
import { passwordOf } from './office.fixture.ts'
import { OfficeVisit } from './office-visit.fixture.ts'
import { Shell, SignInPage } from './pages.fixture.ts'

const root = localPrincipal('root')

/** A proxy that does not say under which name it was called, in a network without encryption. */
async function forgetfulProxy(hub: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    const { host: _host, 'sec-fetch-site': _site, ...headers } = incoming.headers
    const onward = ask(`${hub}${incoming.url}`, { method: incoming.method, headers }, answer => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  const url = await listenOn(server)
  const close = (): Promise<void> =>
    new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url, close }
}

describe.runIf(hasChromium())('a session', () => {
  const visit = OfficeVisit.forThisSuite()

  beforeEach(async () => {
    await visit.office.join('li', 'releaser')
  })

  const languageOf = async (name: string) =>
    (await visit.office.access.users.list(root)).find(user => user.name === name)?.language
  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })

  it('is greeted on another device in the language that was chosen on the first', async () => {
    const first = await visit.as('li', '/', { locale: 'en-GB' })
    await new Shell(first).choose('中文')
    await heading(first, '服务').waitFor()
    await expect.poll(() => languageOf('li')).toBe('zh')
    const second = await visit.as('li', '/', { locale: 'en-GB' })
    await heading(second, '服务').waitFor()
    await new Shell(second).choose('English')
    await expect.poll(() => languageOf('li')).toBe('en')
    await first.reload()
    await heading(first, 'Services').waitFor()
  })

  it('takes along the language that was chosen before signing in, and leaves it to nobody else', async () => {
    await visit.office.join('wang', 'viewer', { language: 'en' })
    const page = await visit.open({ locale: 'en-GB' })
    await page.getByRole('button', { name: '中文' }).click()
    await new SignInPage(page).signIn('li', passwordOf('li'))
    await heading(page, '服务').waitFor()
    await expect.poll(() => languageOf('li')).toBe('zh')
    await new Shell(page).choose(/退出登录/)
    await page.getByRole('heading', { name: '登录' }).waitFor()
    await new SignInPage(page).signIn('wang', passwordOf('wang'))
    await heading(page, 'Services').waitFor()
    expect(await languageOf('wang')).toBe('en')
  })

  it('tells that the language could not be written down, keeps it here, and writes it when asked again', async () => {
    const page = await visit.as('li', '/', { locale: 'en-GB' })
    await page.route('**/api/v1/users/li', route => route.abort('connectionrefused'))
    await new Shell(page).menu.click()
    await page.getByRole('menuitemradio', { name: '中文' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('heading', { name: '语言没有保存' }).waitFor()
    await heading(page, '服务').waitFor()
    await page.unroute('**/api/v1/users/li')
    await dialog.getByRole('button', { name: '重试' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await languageOf('li')).toBe('zh')
  })

  it('does not call a wait a wrong password: it counts down, and says when it is over', async () => {
    const page = await visit.open()
    const from = { address: '203.0.113.9' }
    // Two more than are free: the wait that the page is told of is long enough to be read.
    for (let tries = 0; tries < 5; tries++) {
      await visit.office.access.signIn({ name: 'li', password: 'wrong', from }).catch(() => undefined)
    }
    await new SignInPage(page).signIn('li', passwordOf('li'))
    const alert = page.getByRole('alert')
    await alert.getByText('Too many attempts.').waitFor()
    expect(await alert.innerText()).toMatch(/You can try again in \d+s/)
    expect(await page.getByText('do not fit together').count()).toBe(0)
    await page.getByRole('status').getByText('You can try again now.').waitFor()
    await new SignInPage(page).signIn('li', passwordOf('li'))
    await heading(page, 'Services').waitFor()
  })

  it('does not call a foreign address a wrong password: it names the address and what to set', async () => {
    const proxy = await forgetfulProxy(visit.office.url)
    const page = await visit.open({}, proxy.url)
    await new SignInPage(page).signIn('li', passwordOf('li'))
    const alert = page.getByRole('alert')
    await alert.getByText(`The hub takes no sign-in from ${new URL(proxy.url).host}.`).waitFor()
    await alert.getByText('hub.publicUrl').waitFor()
    expect(await page.getByText('do not fit together').count()).toBe(0)
    await proxy.close()
  })

  it('refuses whoever is kept out as a wrong password, for the name may be a stranger’s, and says whom to ask', async () => {
    await visit.office.access.users.disable(root, 'li')
    const page = await visit.open()
    await new SignInPage(page).signIn('li', passwordOf('li'))
    await page.getByRole('alert').getByText('an administrator may have kept you out').waitFor()
  })

  it('says what is wrong with a new password at its field, in the reader’s language', async () => {
    const { password } = await visit.office.access.users.create(root, { name: 'wang', role: 'viewer', language: 'zh' })
    const page = await visit.open({ locale: 'en-GB' })
    await new SignInPage(page).signIn('wang', password)
    await new SignInPage(page).choosePassword(password, 'short')
    await page.getByRole('alert').getByText('少于 10 个字符').waitFor()
    expect(await page.getByLabel('新密码', { exact: true }).getAttribute('aria-invalid')).toBe('true')
    await new SignInPage(page).choosePassword('not this one', 'four unrelated words')
    await page.getByRole('alert').getByText('当前密码不正确').waitFor()
    expect(await page.getByLabel('当前密码').getAttribute('aria-invalid')).toBe('true')
    await new SignInPage(page).choosePassword(password, 'four unrelated words')
    await heading(page, '服务').waitFor()
  })

  it('shows where one is signed in, and ends the others: one, or all at once', async () => {
    const phone = {
      address: '198.51.100.4',
      agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1) Version/18.1 Safari/604.1',
    }
    const open = () => visit.office.access.sessions.list(root, 'li')
    for (const { id } of await open()) await visit.office.access.sessions.end(root, 'li', id)
    await visit.office.access.signIn({ name: 'li', password: passwordOf('li'), from: phone })
    await visit.office.access.signIn({
      name: 'li',
      password: passwordOf('li'),
      from: { address: '::1', agent: 'curl/8.5.0' },
    })
    const page = await visit.as('li', '/', { locale: 'en-GB' })
    await new Shell(page).menu.click()
    await page.getByRole('menuitem', { name: 'Where you are signed in' }).click()
    const dialog = page.getByRole('dialog')
    const lines = dialog.getByRole('listitem')
    await expect.poll(() => lines.count()).toBe(3)
    expect(await lines.first().innerText()).toMatch(/Chrome on Linux\s+this one[\s\S]*from 127\.0\.0\.1/)
    expect(await lines.first().getByRole('button').count()).toBe(0)
    await dialog.getByRole('button', { name: 'Sign out there: Safari on iPhone, from 198.51.100.4' }).click()
    await dialog.getByRole('status').getByText('Signed out in 1 place.').waitFor()
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Signed out in 1 place.')
    await expect.poll(() => lines.count()).toBe(2)
    await dialog.getByRole('button', { name: 'Sign out everywhere else' }).click()
    await dialog.getByText('You are signed in nowhere else.').waitFor()
    expect((await open()).map(({ address }) => address)).toEqual(['127.0.0.1'])
    await page.keyboard.press('Escape')
    await heading(page, 'Services').waitFor()
  })

  it('counts one that has ended meanwhile as ended, and says where the others cannot be reached', async () => {
    await visit.office.access.signIn({
      name: 'li',
      password: passwordOf('li'),
      from: { address: '::1', agent: 'curl/8.5.0' },
    })
    const page = await visit.as('li', '/', { locale: 'zh-CN' })
    await new Shell(page).menu.click()
    await page.getByRole('menuitem', { name: '已登录的设备' }).click()
    const dialog = page.getByRole('dialog')
    const end = dialog.getByRole('button', { name: '让它退出：curl，来自 ::1' })
    await page.route('**/sessions/ses_*', route => route.abort('connectionrefused'))
    await end.click()
    await dialog.getByRole('alert').getByText('不确定是否已经执行').waitFor()
    await page.unroute('**/sessions/ses_*')
    const other = (await visit.office.access.sessions.list(root, 'li')).find(({ agent }) => agent === 'curl/8.5.0')
    await visit.office.access.sessions.end(root, 'li', other?.id ?? '')
    await end.click()
    await dialog.getByText('已在 1 处退出。').waitFor()
    await end.waitFor({ state: 'detached' })
    expect(await dialog.getByRole('alert').count()).toBe(0)
  })
})
