import { deadline, messageOf, secretsIn } from '../../kernel/index.ts'
import type { Attempt, Channel, World } from '../channels/channel.ts'
import type { Message } from '../notice.ts'

/** Longer than channels give their destinations: this is for a channel that hangs itself. */
export const WITHIN_MS = 15_000
/** What the ledger keeps of a body. */
const MOST_KEPT = 16_384

/**
 * Makes one attempt, and never rejects but when `world.signal` aborts: a channel that throws or hangs costs an
 * attempt, not the outbox. `complain` is told of what only a bug can be.
 */
export async function attempt(
  channel: Channel,
  config: unknown,
  write: () => Message,
  world: World,
  complain: (message: string, detail: Readonly<Record<string, unknown>>) => void,
): Promise<Attempt> {
  const late = deadline(world.clock, WITHIN_MS, world.signal)
  try {
    const made = await Promise.race([
      channel.send(config, write(), { ...world, signal: late.signal }),
      aborted(late.signal),
    ])
    return hide(made, config)
  } catch (error) {
    world.signal.throwIfAborted()
    const reason = late.signal.aborted ? `no answer within ${WITHIN_MS / 1_000} s` : messageOf(error)
    if (!late.signal.aborted) complain('a channel failed where it should have answered', { type: channel.type, reason })
    return hide({ request: { url: '', body: '' }, delivery: { ok: false, retry: 'now', reason } }, config)
  } finally {
    late.done()
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const leave = (): void => reject(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
    if (signal.aborted) leave()
  })
}

/** A channel hides its secrets itself. This is for what comes back in a stranger's reply. */
function hide({ request, reply, delivery }: Attempt, config: unknown): Attempt {
  const secrets = secretsIn(config)
    .map(secret => secret.reveal())
    .filter(text => text.length >= 4)
  const clean = (text: string): string =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text).slice(0, MOST_KEPT)
  return {
    request: { url: clean(request.url), body: clean(request.body) },
    ...(reply ? { reply: { status: reply.status, body: clean(reply.body) } } : {}),
    delivery: delivery.ok ? delivery : { ...delivery, reason: clean(delivery.reason) },
  }
}
