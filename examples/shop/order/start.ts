import { join } from 'node:path'
import { createAgent } from '../chassis/client.ts'
import { openDatabase, type Synchronous } from '../chassis/database.ts'
import { GroupWriter } from '../chassis/group-writer.ts'
import type { Log } from '../chassis/log.ts'
import { Metrics } from '../chassis/metrics.ts'
import type { Running } from '../chassis/run.ts'
import { startServer } from '../chassis/server.ts'
import { type CommonSettings, readCommonSettings, type Settings } from '../chassis/settings.ts'
import type { Desk } from './checkout.ts'
import { addOrderMetrics } from './order-metrics.ts'
import { longestAskMs, openPayment, type PaymentLimits } from './payment.ts'
import { orderRoutes } from './routes.ts'
import { prepareSchema } from './schema.ts'
import { openShelf } from './shelf.ts'
import { openOrderStore } from './store.ts'
import { keepSweeping } from './sweep.ts'
import { type Behaviour, VERSIONS } from './versions.ts'

export interface OrderSettings extends CommonSettings {
  readonly behaviour: Behaviour
  readonly dataDir: string
  readonly synchronous: Synchronous
  readonly stockPerProduct: number
  readonly payment: PaymentLimits
  /** How long an order keeps its units while payment is unknown. */
  readonly reserveForMs: number
  readonly sweepEveryMs: number
}

export function readOrderSettings(settings: Settings): OrderSettings {
  const common = readCommonSettings(settings, 7301)
  const names = Object.keys(VERSIONS)
  const behaviour = VERSIONS[settings.oneOf('VERSION', names, 'v1')] as Behaviour
  const payment = {
    url: settings.url('PAYMENT_URL', 'http://127.0.0.1:7302'),
    timeoutMs: settings.integer('PAYMENT_TIMEOUT_MS', { fallback: 1000, min: 1, max: 30_000 }),
    attempts: settings.integer('PAYMENT_ATTEMPTS', { fallback: 3, min: 1, max: 10 }),
  }
  const reserveForMs = settings.integer('RESERVE_FOR_MS', { fallback: 60_000, min: 1, max: 86_400_000 })
  if (reserveForMs <= longestAskMs(payment)) {
    settings.wrong(
      `RESERVE_FOR_MS="${reserveForMs}" is too short: asking payment alone may take ${longestAskMs(payment)} ms`,
    )
  }
  return {
    ...common,
    behaviour,
    dataDir: settings.text('DATA_DIR', 'data'),
    synchronous: settings.oneOf('SYNCHRONOUS', ['full', 'normal'], 'full'),
    stockPerProduct: settings.integer('STOCK_PER_PRODUCT', { fallback: 100_000, min: 0, max: 1_000_000_000 }),
    payment,
    reserveForMs,
    sweepEveryMs: settings.integer('SWEEP_EVERY_MS', { fallback: 1000, min: 10, max: 3_600_000 }),
  }
}

/** Starts the order service; instances and versions of it may share a data folder. */
export async function startOrder(settings: OrderSettings, log: Log): Promise<Running> {
  const { behaviour, version, graceMs } = settings
  const db = openDatabase(join(settings.dataDir, 'order.db'))
  try {
    prepareSchema(db, behaviour.schema, settings.stockPerProduct)
    const agent = createAgent()
    const metrics = new Metrics()
    const store = openOrderStore(db)
    const writer = new GroupWriter(db, settings.synchronous)
    const desk: Desk = {
      version,
      behaviour,
      store,
      shelf: openShelf(db, behaviour.shelf),
      writer,
      payment: openPayment(agent, settings.payment),
      metrics: addOrderMetrics(metrics, store),
      now: Date.now,
    }
    const server = await startServer({
      service: 'order',
      ...settings,
      log,
      metrics,
      routes: orderRoutes(desk, behaviour.stall),
      // Payment is no part of it: were every instance unready while payment is down, nobody could even browse.
      readiness: async () => {
        const failure = await writer.failure()
        return { ready: failure === undefined, checks: { database: failure ?? 'ok' } }
      },
    })
    const stopping = new AbortController()
    const { reserveForMs, sweepEveryMs } = settings
    const sweeping = keepSweeping(desk, { reserveForMs, everyMs: sweepEveryMs }, log, stopping.signal)
    if (behaviour.crashAfterMs !== undefined) crashAfter(behaviour.crashAfterMs)
    return {
      port: server.port,
      async stop() {
        stopping.abort()
        const clean = await server.drain(graceMs)
        await sweeping
        await writer.idle()
        agent.destroy()
        db.close()
        return clean
      },
    }
  } catch (error) {
    db.close()
    throw error
  }
}

/** A bug that no health check at the start can see. */
function crashAfter(delayMs: number): void {
  setTimeout(() => {
    throw new RangeError('the price cache grew past its limit')
  }, delayMs)
}
