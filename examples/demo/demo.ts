/**
 * The whole loop on this machine: hub, gateway and shop as real processes, customers, and four releases of
 * the order service, of which one is good. `--once` ends by itself, `--json` says it in one line.
 */
import { relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildConsole } from '../../console/build.ts'
import { systemClock as clock } from '../../src/kernel/index.ts'
import { Customers } from './customers.ts'
import { Shop } from './shop.ts'
import { type Told, tellStory } from './story.ts'
import { Teller } from './tell.ts'

const REQUESTS_PER_SECOND = 120
/** The past of the first version that slowness is measured by. */
const BASELINE_SECONDS = 8

const { values } = parseArgs({
  options: { once: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
})
const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(name, () => stop.abort(new Error(`ended by ${name}`)))
process.exitCode = await run()

async function run(): Promise<number> {
  const teller = new Teller(clock, values.json ? undefined : process.stdout)
  teller.heading('Shipwatch: every release beside the old one, under live traffic, judged each second')
  teller.line('building the console, starting hub and gateway')
  await buildConsole()
  const shop = await Shop.open(clock)
  let customers: Customers | undefined
  try {
    await shop.ready(stop.signal)
    teller.line(`hub ${shop.hubUrl} · shop ${shop.gatewayUrl}`)
    tellHowToSignIn(shop, teller)
    await Promise.all(['payment', 'order', 'storefront'].map(name => shop.deploy(name, 'v1', () => {}, stop.signal)))
    teller.line('payment, order and storefront v1 are in service')
    customers = new Customers(shop.gatewayUrl, REQUESTS_PER_SECOND, shop.env)
    teller.line(`customers arrive: ${REQUESTS_PER_SECOND} requests a second, who browse, fill a cart and pay`)
    await customers.seconds(BASELINE_SECONDS, clock, stop.signal)
    const told = await tellStory(shop, customers, teller, clock, stop.signal)
    const seconds = Math.round(teller.seconds)
    summarise(told, customers, teller)
    const asTold = told.every(release => release.asTold)
    if (values.json)
      process.stdout.write(`${JSON.stringify({ asTold, seconds, customers: customers.met, releases: told })}\n`)
    if (!values.once) await explore(shop, teller)
    return asTold ? 0 : 1
  } catch (error) {
    if (!stop.signal.aborted) throw error
    return values.once ? 1 : 0
  } finally {
    teller.line('stopping everything')
    await customers?.stop()
    await shop.close()
  }
}

function tellHowToSignIn({ hubUrl, administrator }: Shop, teller: Teller): void {
  if (!administrator) return
  const { name, password } = administrator
  teller.good(`watch and steer it at ${hubUrl}: sign in as ${name} with the one-time password ${password}`)
}

function summarise(told: readonly Told[], customers: Customers, teller: Teller): void {
  const { answered, failed, ordersPaid, ordersLost } = customers.met
  teller.heading('In the end')
  teller.line(
    `${answered.toLocaleString('en')} requests of customers, ${failed} failed; ${ordersPaid.toLocaleString('en')} orders paid, ${ordersLost} lost`,
  )
  const peer = told.reduce((sum, { flagger }) => sum + (flagger?.badRequests ?? 0), 0)
  const bad = told.reduce((sum, { badRequests }) => sum + badRequests, 0)
  teller.line(
    `bad versions failed ${bad} requests; Flagger as documented would have served ${peer.toLocaleString('en')} bad ones`,
  )
}

async function explore(shop: Shop, teller: Teller): Promise<void> {
  const { SHOP_DATA: data = '', SHOP_HUB: hub, SHOP_GATEWAY: gateway } = shop.env
  teller.heading('It stays up until Ctrl-C. In another terminal:')
  teller.more('cd examples/shop')
  teller.more(`export SHOP_DATA=${relative(resolve('examples/shop'), data)} SHOP_HUB=${hub} SHOP_GATEWAY=${gateway}`)
  for (const words of [
    'status',
    'show order',
    'deploy order --version v6 --wait',
    'logbook --service order',
    'logbook verify',
  ]) {
    teller.more(`../../bin/shipwatch ${words}`)
  }
  teller.more(`The shop itself: ${shop.gatewayUrl} · the console: ${shop.hubUrl}`)
  await clock.sleep(2 ** 31 - 1, stop.signal)
}
