import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { AxeResults } from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium-headless-shell'
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** Whether a browser is here. Says so when not, and fails where everything has to be there. */
export function hasChromium(): boolean {
  if (existsSync(CHROMIUM)) return true
  if (process.env['CI'] === 'true') {
    throw new Error('needs chromium-headless-shell, and with CI=true nothing may be skipped')
  }
  process.stdout.write('skipped: needs chromium-headless-shell\n')
  return false
}

/** The console as it is published, in a folder of its own. */
export async function builtConsole(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'shipwatch-console-'))
  const root = fileURLToPath(new URL('../..', import.meta.url))
  // A process of its own: in a test's, everything would be built for tests, several times as heavy.
  const args = ['node_modules/vite/bin/vite.js', 'build', 'console', '--outDir', folder, '--logLevel', 'error']
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  const env = { ...process.env, NODE_ENV: 'production' }
  await promisify(execFile)(process.execPath, args, { cwd: root, env }).catch(async (error: unknown) => {
    await remove()
    throw error
  })
  return { folder, remove }
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
}

export const DESKTOP = { width: 1_440, height: 900 } as const
export const PHONE = { width: 390, height: 844 } as const

/** A tab, and all that it complained about: errors of scripts, of the policy, of the console. */
export interface Tab {
  readonly page: Page
  readonly complaints: string[]
}

/** A hub that is gone, or that refuses, is told by the browser as an error, and is none of the page's. */
const EXPECTED =
  /status of 4\d\d|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|ERR_SOCKET_NOT_CONNECTED/

// As text, since it runs in the browser: what imports this file may know no `document`.
const TELL_VIOLATIONS = `document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
  console.error('policy: ' + violatedDirective + ' ' + blockedURI)
})`

export async function openTab(browser: Browser, options: BrowserContextOptions = {}): Promise<Tab> {
  const context = await browser.newContext({
    viewport: DESKTOP,
    locale: 'en-GB',
    timezoneId: 'Asia/Shanghai',
    // Pictures and measurements of pages that still move would differ from run to run.
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    if (!EXPECTED.test(message.text())) complaints.push(message.text())
  })
  await context.addInitScript(TELL_VIOLATIONS)
  return { page, complaints }
}

/** Serious and critical faults that axe-core finds, one line each. */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  // The policy forbids a script element; evaluating is the debugger's, and is not asked.
  await page.evaluate(await readFile(AXE, 'utf8'))
  const results = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })')
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    )
}

/** By how many pixels a page can be pushed sideways. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}
