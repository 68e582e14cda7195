import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Body, fingerprint } from '../chassis/body.ts'
import { readIdempotencyKey } from '../chassis/caller.ts'
import { migrate, openDatabase, type Synchronous } from '../chassis/database.ts'
import { GroupWriter } from '../chassis/group-writer.ts'
import { newId } from '../chassis/id.ts'
import type { Log } from '../chassis/log.ts'
import { Metrics } from '../chassis/metrics.ts'
import { Problem } from '../chassis/problem.ts'
import type { Running } from '../chassis/run.ts'
import { type Handler, type Reply, startServer } from '../chassis/server.ts'
import { type CommonSettings, readCommonSettings, type Settings } from '../chassis/settings.ts'
import { decide, replay } from './charge.ts'
import { type Charge, MIGRATIONS, openChargeStore } from './store.ts'

export interface PaymentSettings extends CommonSettings {
  readonly dataDir: string
  readonly synchronous: Synchronous
  readonly declineRatio: number
  /** What the card network takes to answer. */
  readonly processingMs: number
}

export function readPaymentSettings(settings: Settings): PaymentSettings {
  return {
    ...readCommonSettings(settings, 7302),
    dataDir: settings.text('DATA_DIR', 'data'),
    synchronous: settings.oneOf('SYNCHRONOUS', ['full', 'normal'], 'full'),
    declineRatio: settings.ratio('DECLINE_RATIO', 0.02),
    processingMs: settings.integer('PROCESSING_MS', { fallback: 2, min: 0, max: 60_000 }),
  }
}

/** Starts the payment service: it takes money at most once for a key, and can tell, cancel and give back. */
export async function startPayment(settings: PaymentSettings, log: Log): Promise<Running> {
  const db = openDatabase(join(settings.dataDir, 'payment.db'))
  migrate(db, MIGRATIONS)
  const store = openChargeStore(db)
  const writer = new GroupWriter(db, settings.synchronous)
  const metrics = new Metrics()
  const charges = metrics.counter('charges_total', 'Charges decided, each key once.', ['outcome'])
  const replays = metrics.counter('charges_replayed_total', 'Repeated requests answered with the first answer.')
  const taken = metrics.counter('charged_minor_units_total', 'Money taken, in minor units.', ['currency'])

  const create: Handler = async ({ headers, body, log }) => {
    const key = readIdempotencyKey(headers)
    const fields = new Body(body, ['orderId', 'amountMinor', 'currency', 'card'])
    const orderId = fields.text('orderId', /^\w{1,64}$/, "an order's id")
    const amountMinor = fields.integer('amountMinor', 1, 1_000_000_000)
    const currency = fields.text('currency', /^[A-Z]{3}$/, 'a code such as EUR')
    const card = fields.text('card', /^[a-z0-9-]{1,32}$/, 'a card token such as card-visa')
    const print = fingerprint([orderId, amountMinor, currency, card])
    const { charge, fresh } = await writer.write(() => {
      const known = store.find(key)
      if (known !== undefined) return { charge: replay(known, print), fresh: false }
      const nowMs = Date.now()
      const status = decide(key, card, settings.declineRatio)
      const made: Charge = { key, id: newId('ch', nowMs), fingerprint: print, status, amountMinor, currency }
      store.insert(made, nowMs)
      return { charge: made, fresh: true }
    })
    if (fresh) {
      charges.add([charge.status])
      if (charge.status === 'succeeded') taken.add([currency], amountMinor)
      log.info(`charge ${charge.status}`, {
        order_id: orderId,
        charge_id: charge.id,
        amount_minor: amountMinor,
        currency,
      })
      // Decided and on disk already: a caller that gives up waiting here gets the same answer when it asks again.
      if (settings.processingMs > 0) await sleep(settings.processingMs)
    } else replays.add()
    return answer(charge, charge.status === 'declined' ? 402 : 201, fresh)
  }

  const find: Handler = ({ params }) => {
    const charge = store.find(params['key'] ?? '')
    if (charge === undefined) throw new Problem(404, 'unknown-charge', 'nothing was charged under this key')
    return answer(charge, 200, false)
  }

  /** Makes sure that a charge not made yet is never made, and tells what the charge is. Safe to repeat. */
  const cancel: Handler = async ({ params, log }) => {
    const key = params['key'] ?? ''
    const { charge, fresh } = await writer.write(() => {
      const known = store.find(key)
      if (known !== undefined) return { charge: known, fresh: false }
      const nowMs = Date.now()
      const none = { fingerprint: '', status: 'cancelled', amountMinor: 0, currency: '' } as const
      const made: Charge = { key, id: newId('ch', nowMs), ...none }
      store.insert(made, nowMs)
      return { charge: made, fresh: true }
    })
    if (fresh) {
      charges.add(['cancelled'])
      log.info('charge cancelled', { charge_id: charge.id })
    }
    return answer(charge, 200, fresh)
  }

  /** Gives back what was taken, once. Safe to repeat. */
  const refund: Handler = async ({ params, log }) => {
    const key = params['key'] ?? ''
    const { charge, fresh } = await writer.write(() => {
      const known = store.find(key)
      if (known === undefined) throw new Problem(404, 'unknown-charge', 'nothing was charged under this key')
      if (known.status === 'refunded') return { charge: known, fresh: false }
      if (known.status !== 'succeeded') throw new Problem(409, 'nothing-taken', `this charge is ${known.status}`)
      store.mark(key, 'refunded', Date.now())
      return { charge: { ...known, status: 'refunded' as const }, fresh: true }
    })
    if (fresh) {
      charges.add(['refunded'])
      log.info('charge refunded', { charge_id: charge.id })
    }
    return answer(charge, 200, fresh)
  }

  const server = await startServer({
    service: 'payment',
    ...settings,
    log,
    metrics,
    routes: {
      'POST /charges': create,
      'GET /charges/:key': find,
      'POST /charges/:key/cancel': cancel,
      'POST /charges/:key/refund': refund,
    },
    readiness: async () => {
      const failure = await writer.failure()
      return { ready: failure === undefined, checks: { database: failure ?? 'ok' } }
    },
  }).catch((error: unknown) => {
    db.close()
    throw error
  })
  return {
    port: server.port,
    async stop() {
      const clean = await server.drain(settings.graceMs)
      await writer.idle()
      db.close()
      return clean
    },
  }
}

function answer({ id, key, status, amountMinor, currency }: Charge, httpStatus: number, fresh: boolean): Reply {
  return {
    status: httpStatus,
    headers: fresh ? {} : { 'idempotent-replayed': 'true' },
    body: { id, key, status, amountMinor, currency },
  }
}
