/** Takes the pictures of the console in docs/images/, from the demo as it runs: `npm run record:console`. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { launch, openTab, PHONE } from '../console/test/browser.fixture.ts'
import { ReleasePage, ServicesPage, Shell, SignInPage } from '../console/test/pages.fixture.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const shot = (page: Page, name: string, fullPage = false): Promise<Buffer> =>
  page.screenshot({ path: `${root}/docs/images/${name}.png`, fullPage })

const demo = spawn(process.execPath, ['examples/demo/demo.ts'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
const browser = await launch()
try {
  const { page } = await openTab(browser, { deviceScaleFactor: 2, viewport: { width: 1_280, height: 960 } })
  let version = ''
  for await (const line of createInterface({ input: demo.stdout })) {
    console.log(line)
    const [, url = '', name = '', password = ''] =
      /at (http:\S+): sign in as (\S+) with the one-time password (\S+)/.exec(line) ?? []
    if (url !== '') await signIn(page, url, name, password)
    version = /^order (v\d+):/.exec(line)?.[1] ?? version
    if (version === 'v3' && line.includes('25 % of the traffic')) await new ServicesPage(page).openRelease('order')
    if (version === 'v3' && line.includes('the traffic was back')) {
      await new ReleasePage(page).state('taken back').waitFor()
      await shot(page, 'console-release')
      await new Shell(page).go('services')
    }
    if (version === 'v4' && line.includes('25 % of the traffic')) await new ServicesPage(page).openRelease('order')
    if (version === 'v4' && line.includes('the traffic was back')) {
      await new Shell(page).choose('中文')
      await page.emulateMedia({ colorScheme: 'dark' })
      await page.setViewportSize(PHONE)
      await new ReleasePage(page).state('已撤回').waitFor()
      await shot(page, 'console-phone', true)
    }
    if (line.includes('It stays up until Ctrl-C')) demo.kill('SIGINT')
  }
} finally {
  demo.kill('SIGINT')
  await browser.close()
}

async function signIn(page: Page, url: string, name: string, password: string): Promise<void> {
  await page.goto(url)
  const form = new SignInPage(page)
  await form.signIn(name, password)
  await form.choosePassword(password, 'a lighthouse in the fog')
  await page.locator('[data-live="live.live"]').waitFor()
}
