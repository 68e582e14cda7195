import type { Random } from '../../kernel/index.ts'
import { append } from '../../logbook/index.ts'
import type { Transaction } from '../../store/index.ts'
import type { Attempt } from '../channels/channel.ts'
import type { Notice, ReleaseNotice, TestNotice } from '../notice.ts'
import { type Notify, routeOf } from '../receivers.ts'
import type { Delivery, LedgerAttempt } from './delivery.ts'
import { noteHealth } from './health.ts'
import { type Lane, laneOf, roomOf } from './lane.ts'
import { beginAttempt, endAttempt, readAttempts } from './ledger/store.ts'
import { digestOf, MERGE_FROM, MOST_IN_DIGEST } from './merge.ts'
import { MOST_REST_MS, nextStep, pauseAfter, type Step } from './next-step.ts'
import { changeDeliveries, enqueue, inLine, readDelivery, readNotice, wakeTried } from './store.ts'

/** What is to be sent, once it was claimed. */
export interface Claim {
  readonly delivery: string
  readonly attempt: string
  readonly channel: string
  readonly receiver: string
  readonly notice: Exclude<Notice, TestNotice>
}

/** The configuration that a decision rests on. */
export interface InForce {
  readonly notify: Notify
  readonly lanes: ReadonlyMap<string, Lane>
}

/**
 * Decides about a delivery and, where it is to be sent over `lane` now, claims it: from then on the ledger has an
 * attempt, which counts for the pace whatever becomes of it. `undefined` when there is nothing to send there.
 */
export async function claim(
  tx: Transaction,
  id: string,
  lane: Lane,
  { notify, lanes }: InForce,
): Promise<Claim | undefined> {
  const waiting = await readDelivery(tx, id)
  if (waiting?.state !== 'waiting') return undefined
  const step = await decide(tx, waiting, [], { notify, lanes })
  if (step.kind !== 'send' || !lane.channels.includes(step.channel)) {
    await settle(tx, waiting, step, [])
    return undefined
  }
  const { tokens } = await roomOf(tx, lane, tx.atMs, waiting.urgency)
  const delivery = (await merged(tx, waiting, step.channel, tokens)) ?? waiting
  const { destination } = lane
  const attempt = await beginAttempt(tx, delivery.id, { channel: step.channel, destination, note: step.note })
  await changeDeliveries(tx, [delivery.id], { state: 'sending', channel: step.channel, tries: delivery.tries + 1 })
  const notice = await readNotice(tx, delivery.notice)
  if (notice.kind === 'test') throw new TypeError('a test is not sent from the line')
  return { delivery: delivery.id, attempt, channel: step.channel, receiver: delivery.receiver, notice }
}

/** Decides about a delivery that waits, without sending it: to whom it goes next, and when. */
export async function reconsider(tx: Transaction, id: string, inForce: InForce): Promise<void> {
  const delivery = await readDelivery(tx, id)
  if (delivery?.state !== 'waiting') return
  const attempts = await readAttempts(tx, id)
  await settle(tx, delivery, await decide(tx, delivery, attempts, inForce), attempts)
}

/** Writes down how an attempt ended, and what follows from it. Returns why nobody will say it any more, if so. */
export async function conclude(
  tx: Transaction,
  { delivery: id, attempt, channel }: Claim,
  made: Attempt,
  inForce: InForce,
  random: Random,
): Promise<string | undefined> {
  const answer = made.delivery
  const earlier = await readAttempts(tx, id)
  const health = await noteHealth(tx, channel, answer)
  if (answer.ok) {
    await endAttempt(tx, attempt, made, { nextTryMs: null, restUntilMs: null })
    if (health.before.failedMs !== undefined && health.before.failedMs >= (health.before.saidMs ?? 0)) {
      await wakeTried(tx, channel)
    }
  } else {
    const failures = earlier.filter(other => other.channel === channel && other.outcome === 'failed').length + 1
    const nextTryMs = answer.retry === 'never' ? null : tx.atMs + pauseAfter(answer, failures, random)
    const restMs = pauseAfter(answer, Math.max(1, health.now.failures), random, MOST_REST_MS)
    const restUntilMs = answer.retry === 'later' ? nextTryMs : tx.atMs + restMs
    await endAttempt(tx, attempt, made, { nextTryMs, restUntilMs: answer.retry === 'never' ? null : restUntilMs })
  }
  const delivery = await readDelivery(tx, id)
  if (!delivery) return undefined
  const attempts = await readAttempts(tx, id)
  return settle(tx, delivery, await decide(tx, delivery, attempts, inForce), attempts)
}

async function decide(
  tx: Transaction,
  delivery: Delivery,
  known: readonly LedgerAttempt[],
  { notify, lanes }: InForce,
): Promise<Step> {
  const attempts = known.length > 0 ? known : await readAttempts(tx, delivery.id)
  const route = []
  for (const channel of await channelsFor(tx, delivery, notify)) {
    const { freeMs } = await roomOf(tx, laneOf(lanes, channel), tx.atMs, delivery.urgency)
    route.push({ channel, freeMs })
  }
  return nextStep(delivery, attempts, route, tx.atMs)
}

/** A heartbeat proves its own channel and no other; that one has gone silent is not told over that very one. */
async function channelsFor(
  tx: Transaction,
  { kind, receiver, channel, notice: id }: Delivery,
  notify: Notify,
): Promise<readonly string[]> {
  const route = routeOf(notify, receiver)
  if (kind === 'heartbeat') return route.filter(one => one === channel)
  if (kind !== 'unproven') return route
  const notice = await readNotice(tx, id)
  return route.filter(one => notice.kind !== 'unproven' || one !== notice.channel)
}

async function settle(
  tx: Transaction,
  delivery: Delivery,
  step: Step,
  attempts: readonly LedgerAttempt[],
): Promise<string | undefined> {
  const reason = attempts.at(-1)?.reason ?? null
  switch (step.kind) {
    case 'send':
      await changeDeliveries(tx, [delivery.id], { state: 'waiting', channel: step.channel, due_at_ms: tx.atMs, reason })
      return undefined
    case 'wait': {
      const { channel, untilMs } = step
      await changeDeliveries(tx, [delivery.id], { state: 'waiting', channel, due_at_ms: untilMs, reason })
      return undefined
    }
    case 'end': {
      const why = step.state === 'sent' ? null : step.reason
      await changeDeliveries(tx, [delivery.id], { state: step.state, ended_at_ms: tx.atMs, reason: why })
      if (step.state !== 'given-up') return undefined
      await tellGivenUp(tx, delivery, step.reason)
      return step.reason
    }
  }
}

/** What nobody could be told, the logbook tells. */
async function tellGivenUp(tx: Transaction, delivery: Delivery, reason: string): Promise<void> {
  const { id, release, service, receiver, channel, event, kind } = delivery
  await append(tx, {
    kind: 'notice.given-up',
    subject: release === undefined ? `delivery/${id}` : `release/${release}`,
    service,
    actor: 'hub',
    reason,
    data: { delivery: id, receiver, channel, event: event ?? kind },
  })
}

/** Merges what waits beside a delivery into a digest, where the destination would not take all of it at once. */
async function merged(
  tx: Transaction,
  delivery: Delivery,
  channel: string,
  tokens: number,
): Promise<Delivery | undefined> {
  const enough = Math.max(MERGE_FROM, tokens)
  if (delivery.kind !== 'release' || enough === Number.POSITIVE_INFINITY) return undefined
  const { receiver, urgency } = delivery
  const options = { receiver, urgency, kind: delivery.kind, limit: Math.max(MOST_IN_DIGEST, enough + 1) }
  const waiting = await inLine(tx, [delivery.channel], options)
  if (waiting.length <= enough) return undefined
  const line = waiting.slice(0, MOST_IN_DIGEST)
  const notices: ReleaseNotice[] = []
  for (const { notice: id } of line) {
    const notice = await readNotice(tx, id)
    if (notice.kind === 'release') notices.push(notice)
  }
  const digest = digestOf(tx.newId('ntc'), tx.atMs, notices)
  const [id = ''] = await enqueue(tx, digest, [{ receiver, channel }], delivery.place)
  await changeDeliveries(
    tx,
    line.map(one => one.id),
    { state: 'merged', ended_at_ms: tx.atMs, merged_into: id, reason: null },
  )
  return readDelivery(tx, id)
}
