import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { type Access, localPrincipal, makeAccess, makeHasher, type Role } from '../../src/access/index.ts'
import { playDingtalk } from '../../src/alert/channels/dingtalk/server.fixture.ts'
import type { Provider } from '../../src/alert/channels/provider.fixture.ts'
import { type Answer, serve } from '../../src/alert/channels/server.fixture.ts'
import { CHANNELS, Notices, NotifySettings, openHttp } from '../../src/alert/index.ts'
import { release } from '../../src/alert/notices.fixture.ts'
import { httpServer } from '../../src/http/index.ts'
import { systemClock as clock } from '../../src/kernel/index.ts'
import { append, type NewEntry } from '../../src/logbook/index.ts'
import { Harbour } from '../../src/ship/world.fixture.ts'
import { openStore, type Store } from '../../src/store/index.ts'
import { openTab, type Tab } from './browser.fixture.ts'
import { SignInPage } from './pages.fixture.ts'

const WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
/** What `says` answers until a test says otherwise. */
const OK: Answer = { status: 200, body: '{"ok":true}' }

interface Parts {
  readonly folder: string
  readonly harbour: Harbour
  readonly dingtalk: Provider
  readonly webhook: { readonly url: string; close(): Promise<void> }
  readonly http: ReturnType<typeof openHttp>
}

/** The hub's own rooms for people and for telling them, behind its own server; ships stay in a harbour far away. */
export class Office {
  readonly store: Store
  readonly access: Access
  readonly notices: Notices
  readonly complaints: string[] = []
  /** What the webhook called `audit` answers. */
  answer: Answer = OK
  readonly #parts: Parts
  readonly #ended = new AbortController()
  #telling: Promise<void> = Promise.resolve()
  #server: ReturnType<typeof httpServer> | undefined
  #url = ''

  private constructor(store: Store, parts: Parts, hasChannels: boolean) {
    this.store = store
    this.#parts = parts
    const complain = (message: string): void => void this.complaints.push(message)
    this.access = makeAccess({ store, hasher: makeHasher({ cost: { memoryKib: 8, passes: 1 } }) })
    const settings = NotifySettings.parse(hasChannels ? this.#settings() : {})
    this.notices = new Notices({
      store,
      clock,
      random: Math.random,
      http: parts.http.http,
      channels: CHANNELS,
      settings: () => settings,
      tierOf: () => 'core',
      complain,
    })
  }

  /** @param pages the folder of the built console */
  static async open(pages: string, { hasChannels = true } = {}): Promise<Office> {
    const folder = await mkdtemp(join(tmpdir(), 'shipwatch-office-'))
    const [store, harbour, dingtalk] = await Promise.all([
      openStore({ path: join(folder, 'state.db'), clock }),
      Harbour.open(),
      playDingtalk(clock),
    ])
    const office: { made?: Office } = {}
    const webhook = await serve(() => office.made?.answer ?? OK)
    office.made = new Office(store, { folder, harbour, dingtalk, webhook, http: openHttp({ clock }) }, hasChannels)
    return office.made.#begin(pages)
  }

  #settings(): unknown {
    const { dingtalk, webhook } = this.#parts
    const audit = { type: 'webhook', url: `${webhook.url}/in`, secret: WEBHOOK_SECRET, allowPrivate: true }
    return {
      channels: { ops: dingtalk.config, audit, closed: { ...audit, url: `${webhook.url}/in`, allowPrivate: false } },
      receivers: [
        { name: 'on-call', channels: ['ops'] },
        { name: 'auditors', channels: ['audit'] },
      ],
    }
  }

  async #begin(pages: string): Promise<this> {
    const { harbour } = this.#parts
    const { ship, releases, target } = harbour
    this.#server = httpServer(
      {
        clock,
        store: this.store,
        access: this.access,
        ship,
        releases,
        notices: this.notices,
        settings: () => ({}),
        instances: async service => target.instances(service),
        gateway: { address: '127.0.0.1:8080', check: async () => undefined },
        hub: { version: '0.1.0', startedMs: clock.now(), leading: () => true },
      },
      { pages, complain: message => this.complaints.push(message) },
    )
    this.#url = await this.#server.listen({ host: '127.0.0.1', port: 0 })
    this.#telling = this.notices.run({ signal: this.#ended.signal, store: this.store })
    return this
  }

  get url(): string {
    return this.#url
  }

  async close(): Promise<void> {
    const { folder, harbour, dingtalk, webhook, http } = this.#parts
    this.#ended.abort(new Error('the office closes'))
    await Promise.all([this.#server?.close(), this.#telling])
    await Promise.all([http.close(), dingtalk.close(), webhook.close(), this.store.close(), harbour.close()])
    await rm(folder, { recursive: true })
  }

  /** Somebody with a password of their own: `a fine passphrase of NAME`. */
  async join(name: string, role: Role, more: { displayName?: string; language?: 'en' | 'zh' } = {}): Promise<void> {
    const from = { address: '203.0.113.7', agent: 'Browser/1.0' }
    const { password: first } = await this.access.users.create(localPrincipal('root'), { name, role, ...more })
    const { principal } = await this.access.signIn({ name, password: first, from })
    await this.access.changePassword(principal, { present: first, next: passwordOf(name), from })
  }

  /** Writes what a release does into the logbook, from which people are told. */
  async tell(id: string, service: string, ...what: readonly ('started' | 'stage')[]): Promise<void> {
    const { started, stage } = release(id, service)
    const known: Readonly<Record<string, NewEntry>> = { started, stage }
    await this.store.transaction(async tx => {
      for (const one of what) await append(tx, known[one] ?? started)
    })
  }

  /** A tab in which somebody is signed in, at a path. */
  async openAs(browser: Browser, name: string, path: string, options: BrowserContextOptions = {}): Promise<Tab> {
    const tab = await openTab(browser, options)
    await tab.page.goto(`${this.#url}${path}`)
    await new SignInPage(tab.page).enter(name, passwordOf(name))
    return tab
  }
}

export const passwordOf = (name: string): string => `a fine passphrase of ${name}`
