import type { Locator, Page } from 'playwright-core'

/* Each page as somebody uses it, in either language. For tests against a made-up hub, and against a real one. */

const either = (en: string, zh: string): RegExp => new RegExp(`^(${en}|${zh})$`)

export class SignInPage {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  async signIn(name: string, password: string): Promise<void> {
    await this.#page.getByLabel(either('Name', '用户名')).fill(name)
    await this.#page.getByLabel(either('Password', '密码')).fill(password)
    await this.#page.getByRole('button', { name: either('Sign in', '登录') }).click()
  }

  /** Signs in, and waits until the page is live. */
  async enter(name: string, password: string): Promise<void> {
    await this.signIn(name, password)
    await this.#page.locator('[data-live="live.live"]').waitFor()
  }

  /** What is asked of somebody with a one-time password. */
  async choosePassword(present: string, next: string): Promise<void> {
    await this.#page.getByLabel(either('Present password', '当前密码')).fill(present)
    await this.#page.getByLabel(either('New password', '新密码')).fill(next)
    await this.#page.getByLabel(either('New password once more', '再输一次新密码')).fill(next)
    await this.#page.getByRole('button', { name: either('Change password', '修改密码') }).click()
  }
}

const TABS = {
  services: either('Services', '服务'),
  logbook: either('Logbook', '日志'),
  notices: either('Notices', '通知'),
} as const

export class Shell {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  get banner(): Locator {
    return this.page.getByText(/Not live since|不再实时/)
  }

  /** Whether it follows: `live`, `stale`, `connecting`. */
  get sign(): Locator {
    return this.page.locator('[data-live]')
  }

  get menu(): Locator {
    return this.page.getByRole('button', { name: /Account and settings|账户与设置/ })
  }

  async choose(item: 'English' | '中文' | RegExp): Promise<void> {
    await this.menu.click()
    await this.page
      .getByRole('menuitemradio', { name: item })
      .or(this.page.getByRole('menuitem', { name: item }))
      .click()
    await this.page.keyboard.press('Escape')
  }

  async go(where: keyof typeof TABS): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name: TABS[where] }).click()
  }
}

export class ServicesPage {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  card(service: string): Locator {
    return this.#page
      .getByRole('article')
      .filter({ has: this.#page.getByRole('heading', { name: service, exact: true }) })
  }

  async openRelease(service: string): Promise<void> {
    await this.card(service).getByRole('link', { name: '→' }).click()
  }
}

export class ServicePage {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  async deploy(version: string, note: string): Promise<void> {
    await this.#page.getByRole('button', { name: either('Deploy', '部署') }).click()
    const dialog = this.#page.getByRole('dialog')
    await dialog.getByLabel(either('Version', '版本')).fill(version)
    await dialog.getByLabel(either('Note', '备注')).fill(note)
    await dialog.getByRole('button', { name: either('Deploy', '部署') }).click()
  }

  /** Deploys an earlier version again. */
  async backTo(version: string): Promise<void> {
    const name = either(`Back to ${version}`, `回到 ${version}`)
    await this.#page.getByRole('button', { name }).click()
    await this.#page.getByRole('dialog').getByRole('button', { name }).click()
  }
}

const ORDERS = {
  pause: either('Pause', '暂停'),
  resume: either('Resume', '继续'),
  rearm: either('Compare anew', '重新比较'),
  promote: either('Promote', '推进'),
  rollback: either('Roll back', '撤回'),
} as const

export class ReleasePage {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  /** The word for its state: `watched`, `已撤回`. */
  state(word: string): Locator {
    return this.#page.getByRole('heading', { level: 1 }).getByText(word, { exact: true })
  }

  get verdict(): Locator {
    return this.#page.getByRole('region', { name: either('Verdict', '结论') })
  }

  get timeline(): Locator {
    return this.#page.getByRole('region', { name: either('Timeline', '时间线') }).getByRole('listitem')
  }

  button(order: keyof typeof ORDERS): Locator {
    return this.#page.getByRole('main').getByRole('button', { name: ORDERS[order] })
  }

  get dialog(): Locator {
    return this.#page.getByRole('dialog')
  }

  /** Asks, reads what will happen, and confirms. */
  async order(order: keyof typeof ORDERS, note = ''): Promise<string> {
    await this.button(order).click()
    const will = await this.dialog.getByRole('list').innerText()
    if (note !== '') await this.dialog.getByLabel(either('Note', '备注')).fill(note)
    await this.dialog.getByRole('button', { name: ORDERS[order] }).click()
    await this.dialog.waitFor({ state: 'detached' })
    return will
  }
}
