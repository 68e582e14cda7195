import { Body } from '../chassis/body.ts'
import { readIdempotencyKey, readMarket, readUserId } from '../chassis/caller.ts'
import { CURRENCY_OF } from '../chassis/market.ts'
import { Problem } from '../chassis/problem.ts'
import type { Call, Handler, Reply } from '../chassis/server.ts'
import { checkOut, type Desk } from './checkout.ts'
import { totalOf } from './shelf.ts'
import { holdUp } from './stall.ts'
import type { Order } from './store.ts'
import type { Behaviour } from './versions.ts'

const MOST_OF_ONE_KIND = 20
const NEWEST_ORDERS = 20

/** The order service's routes. */
export function orderRoutes(desk: Desk, stall: Behaviour['stall']): Readonly<Record<string, Handler>> {
  const { shelf, store, writer } = desk

  const cartOf = ({ headers }: Call): object => {
    const market = readMarket(headers)
    const lines = shelf.cart(readUserId(headers), market)
    return { lines, total: totalOf(lines, CURRENCY_OF[market]) }
  }
  const productAt = ({ params, headers }: Call) => {
    const sku = params['sku'] ?? ''
    const product = shelf.product(sku, readMarket(headers))
    if (product === undefined) throw new Problem(404, 'unknown-product', `there is no product ${sku}`)
    return product
  }
  const view = (order: Order): object => {
    const { id, state, market, total, createdAtMs } = order
    return { id, state, market, total, createdAt: new Date(createdAtMs).toISOString(), lines: store.linesOf(id) }
  }

  const routes: Record<string, Handler> = {
    'GET /products': ({ headers }) => ({ status: 200, body: { products: shelf.products(readMarket(headers)) } }),
    'GET /products/:sku': call => ({ status: 200, body: { product: productAt(call) } }),
    'GET /cart': call => ({ status: 200, body: cartOf(call) }),
    'PUT /cart/lines/:sku': async call => {
      const userId = readUserId(call.headers)
      const { sku } = productAt(call)
      const quantity = new Body(call.body, ['quantity']).integer('quantity', 0, MOST_OF_ONE_KIND)
      await writer.writeRecoverable(() => store.setCartLine(userId, sku, quantity))
      return { status: 200, body: cartOf(call) }
    },
    'POST /orders': async ({ headers, body, trace, log }) => {
      const fields = new Body(body, ['card', 'amountMinor', 'currency'])
      const request = {
        userId: readUserId(headers),
        market: readMarket(headers),
        key: readIdempotencyKey(headers),
        card: fields.text('card', /^[a-z0-9-]{1,32}$/, 'a card token such as card-visa'),
        total: {
          amountMinor: fields.integer('amountMinor', 0, 1_000_000_000),
          currency: fields.text('currency', /^[A-Z]{3}$/, 'a code such as EUR'),
        },
      }
      const { order, repeated } = await checkOut(desk, request, { trace, log })
      return answerCheckout(order, view(order), repeated)
    },
    'GET /orders': ({ headers }) => {
      const orders = store.newestOf(readUserId(headers), NEWEST_ORDERS)
      return { status: 200, body: { orders: orders.map(view) } }
    },
    'GET /orders/:id': ({ params, headers }) => {
      const order = store.find(params['id'] ?? '')
      // Somebody else's order is as unknown as one that does not exist.
      if (order?.userId !== readUserId(headers)) throw new Problem(404, 'unknown-order', 'you have no such order')
      return { status: 200, body: { order: view(order) } }
    },
    // For the warehouse: the storefront does not forward it.
    'POST /products/:sku/restock': async call => {
      const { sku } = productAt(call)
      const quantity = new Body(call.body, ['quantity']).integer('quantity', 1, 1_000_000)
      await writer.write(() => store.restock(sku, quantity))
      return { status: 200, body: { product: productAt(call) } }
    },
  }
  return stall.ratio === 0 ? routes : holdUp(routes, stall)
}

/** One answer for each state an order can be in after its checkout; the same key gets the same one again. */
function answerCheckout(order: Order, view: object, repeated: boolean): Reply {
  const headers = repeated ? { 'idempotent-replayed': 'true' } : {}
  const refuse = (status: number, code: string, message: string, more = {}): Reply => ({
    status,
    headers: { ...headers, ...more },
    body: new Problem(status, code, message, { order: view }),
  })
  switch (order.state) {
    case 'paid':
      return { status: 201, headers, body: { order: view } }
    case 'declined':
      return refuse(402, 'card-declined', 'the card was declined; the cart is as it was')
    case 'created':
      return refuse(503, 'payment-unreachable', 'payment gave no answer: repeat with the same idempotency-key', {
        'retry-after': '2',
      })
    case 'expired':
    case 'refunded':
      return refuse(409, 'order-expired', 'payment gave no answer in time, nothing is charged; the cart is as it was')
  }
}
