import { InvalidInput, ShipwatchError } from '../../kernel/index.ts'
import type { Attempt, Delivery, HttpReply, HttpRequest, World } from './channel.ts'
import { concealer } from './conceal.ts'

/** A request as data, with what must not be shown of it. */
export interface Order {
  readonly request: HttpRequest
  /** Every secret that stands in the request, signatures too. */
  readonly secrets: readonly string[]
  /** How its address is shown, where more of it is hidden than the secrets that it contains. */
  readonly shownUrl?: string
}

/** Carries a request out, and shows it and what came of it without its secrets. */
export async function attempt(
  { request, secrets, shownUrl }: Order,
  world: World,
  judge: (reply: HttpReply) => Delivery,
): Promise<Attempt> {
  const hide = concealer(secrets)
  const shown = { url: shownUrl ?? hide(request.url), body: hide(request.body) }
  try {
    const reply = await world.http(request, world.signal)
    const delivery = judge(reply)
    return {
      request: shown,
      reply: { status: reply.status, body: hide(reply.body) },
      // A provider may repeat in its answer what it was sent.
      delivery: delivery.ok ? delivery : { ...delivery, reason: hide(delivery.reason) },
    }
  } catch (error) {
    world.signal.throwIfAborted()
    if (!(error instanceof ShipwatchError)) throw error
    const retry = error instanceof InvalidInput ? 'never' : 'now'
    const hint = error instanceof InvalidInput && error.hint !== undefined ? `. ${error.hint}` : ''
    return { request: shown, delivery: { ok: false, retry, reason: hide(`${error.message}${hint}`) } }
  }
}
