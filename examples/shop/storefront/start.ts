import { createAgent } from '../chassis/client.ts'
import type { Log } from '../chassis/log.ts'
import { Metrics } from '../chassis/metrics.ts'
import type { Running } from '../chassis/run.ts'
import { startServer } from '../chassis/server.ts'
import { type CommonSettings, readCommonSettings, type Settings } from '../chassis/settings.ts'
import { servePageFile } from './files.ts'
import { forward, type OrderService, userOf } from './forward.ts'

export interface StorefrontSettings extends CommonSettings {
  readonly orderUrl: string
  readonly orderTimeoutMs: number
}

export function readStorefrontSettings(settings: Settings): StorefrontSettings {
  return {
    ...readCommonSettings(settings, 7300),
    orderUrl: settings.url('ORDER_URL', 'http://127.0.0.1:7301'),
    // Longer than the order service may wait for payment: giving up first would hide its answer.
    orderTimeoutMs: settings.integer('ORDER_TIMEOUT_MS', { fallback: 10_000, min: 1, max: 60_000 }),
  }
}

/** Starts the storefront: the shop's page, and the API that the page uses. */
export async function startStorefront(settings: StorefrontSettings, log: Log): Promise<Running> {
  const agent = createAgent(256)
  const metrics = new Metrics()
  let order: 'not asked yet' | 'ok' | 'unreachable' = 'not asked yet'
  const service: OrderService = {
    agent,
    url: settings.orderUrl,
    timeoutMs: settings.orderTimeoutMs,
    failures: metrics.counter('order_failures_total', 'Requests that the order service did not answer.', ['reason']),
    saw: reachable => {
      order = reachable ? 'ok' : 'unreachable'
    },
  }
  const server = await startServer({
    service: 'storefront',
    ...settings,
    log,
    metrics,
    routes: {
      'GET /': servePageFile('index.html'),
      'GET /shop.css': servePageFile('shop.css'),
      'GET /shop.js': servePageFile('shop.js'),
      'GET /texts.json': servePageFile('texts.json'),
      'GET /pictures.svg': servePageFile('pictures.svg'),
      'GET /api/products': forward('GET', service),
      'GET /api/products/:sku': forward('GET', service),
      'GET /api/cart': forward('GET', service),
      'PUT /api/cart/lines/:sku': forward('PUT', service),
      'POST /api/orders': forward('POST', service),
      'GET /api/orders': forward('GET', service),
      'GET /api/orders/:id': forward('GET', service),
    },
    // Ready whatever the order service does: taking the page down, too, would help nobody. It is told, not judged.
    userOf,
    readiness: () => ({ ready: true, checks: { order } }),
  })
  return {
    port: server.port,
    async stop() {
      const clean = await server.drain(settings.graceMs)
      agent.destroy()
      return clean
    },
  }
}
