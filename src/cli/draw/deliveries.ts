import type { AttemptView, DeliveryStoryView, DeliveryView } from '../../client/index.ts'
import { grid } from '../terminal/grid.ts'
import type { Look } from '../terminal/look.ts'
import { clockTime, localTime, milliseconds, roughSeconds, timeOf, wholeTime } from '../words.ts'
import { behind, labelled, spaced } from './labelled.ts'

/** Deliveries as a table, in the order given; why one waits or was given up stands beside it, or below. */
export function drawDeliveries(deliveries: readonly DeliveryView[], nowMs: number, look: Look): string[] {
  const { paint } = look
  if (deliveries.length === 0) return ['nothing was said about that']
  const head = ['DELIVERY', 'WRITTEN', 'WHAT', 'SERVICE', 'TO', 'OVER', 'STATE', 'TRIES', 'RELEASE'].map(paint.dim)
  const rows = deliveries.map(delivery => [
    delivery.id,
    localTime(timeOf(delivery.createdAt), look),
    whatWord(delivery),
    delivery.service ?? '-',
    delivery.receiver,
    delivery.channel,
    stateWord(delivery, look),
    String(delivery.tries),
    delivery.release ?? '-',
  ])
  const lines = grid([head, ...rows], look, { right: [7], drops: [8, 7, 5, 3] })
  return behind(lines, ['', ...deliveries.map(delivery => whyWords(delivery, nowMs))], look, 2)
}

/** One delivery with every attempt: what was sent, what came back, and what follows from it. */
export function drawDelivery(delivery: DeliveryStoryView, nowMs: number, look: Look): string[] {
  const { attempts, service, release, notice, createdAt, endedAt, receiver, channel, id } = delivery
  const title = [look.paint.bold(`${whatWord(delivery)} to ${receiver}`), stateWord(delivery, look), id]
  const about = [service, release].filter(part => part !== undefined)
  return spaced(
    [title.join(` ${look.glyphs.dot} `)],
    [
      ...(about.length > 0 ? labelled('about', about.join(' '), look) : []),
      ...labelled('channel', channel, look),
      ...labelled('notice', notice, look),
      ...labelled('written', wholeTime(timeOf(createdAt), look), look),
      ...(endedAt === null ? [] : labelled('ended', wholeTime(timeOf(endedAt), look), look)),
      ...labelled('because', reasonWords(delivery), look),
      ...labelled('next try', nextTryWords(delivery, nowMs), look),
    ],
    ...(attempts.length === 0 ? [['It was not tried yet.']] : attempts.map((_, i) => drawAttempt(attempts, i, look))),
  )
}

/** What a test came to: taken or not, how fast, and what the provider answered. */
export function drawTest({ state, attempts, channel, reason }: DeliveryStoryView, look: Look): string[] {
  const { paint } = look
  const [attempt] = attempts
  const took = attempt?.endedAt ? ` in ${milliseconds(timeOf(attempt.endedAt) - timeOf(attempt.beganAt))}` : ''
  const words = state === 'sent' ? paint.green(`${channel} took it${took}`) : paint.red(`${channel} did not take it`)
  return [
    words,
    ...(reason === undefined ? [] : labelled('because', reason, look)),
    // What was sent matters where it was not taken.
    ...(attempt && state !== 'sent' ? requestLines(attempt, undefined, look) : []),
    ...(attempt ? replyLines(attempt, look) : []),
  ]
}

function drawAttempt(attempts: readonly AttemptView[], index: number, look: Look): string[] {
  const { paint, zone } = look
  const attempt = attempts[index]
  if (!attempt) return []
  const { beganAt, endedAt, channel, reason, note, nextTryAt } = attempt
  const took = endedAt === null ? '' : `, after ${milliseconds(timeOf(endedAt) - timeOf(beganAt))}`
  const at = localTime(timeOf(beganAt), look)
  return [
    `${paint.bold(`${index + 1}  ${at}  over ${channel}`)}: ${outcomeWord(attempt, look)}${took}`,
    ...labelled('note', note ?? '', look),
    ...labelled('because', reason ?? '', look),
    ...requestLines(attempt, attempts[index - 1], look),
    ...replyLines(attempt, look),
    ...(nextTryAt === null ? [] : labelled('next try', clockTime(timeOf(nextTryAt), zone), look)),
  ]
}

/** What was sent, unless that was sent before. */
function requestLines({ request }: AttemptView, before: AttemptView | undefined, look: Look): string[] {
  if (!request) return []
  const isRepeated = request.url === before?.request?.url && request.body === before.request.body
  if (isRepeated) return labelled('request', 'as before', look)
  return [...labelled('request', `POST ${request.url}`, look), ...labelled('', request.body, look)]
}

function replyLines({ request, reply, receipt, outcome }: AttemptView, look: Look): string[] {
  const isSilent = request !== undefined && outcome !== 'under-way'
  return [
    ...(reply || isSilent ? labelled('reply', reply ? `${reply.status} ${reply.body}` : 'none', look) : []),
    ...(receipt === undefined ? [] : labelled('receipt', receipt, look)),
  ]
}

/** `rolled-back`, `test` or `digest`. */
function whatWord({ kind, event }: DeliveryView): string {
  return event ?? kind
}

function stateWord({ state, tries }: DeliveryView, { paint }: Look): string {
  switch (state) {
    case 'sent':
      return paint.green(state)
    case 'waiting':
      return tries > 0 ? paint.yellow(state) : paint.cyan(state)
    case 'sending':
      return paint.cyan(state)
    case 'given-up':
    case 'dropped':
      return paint.red(state)
    case 'merged':
      return paint.dim(state)
  }
}

/** Why it waits or how it ended, and when it is tried next; nothing of one that was simply said. */
function whyWords(delivery: DeliveryView, nowMs: number): string {
  const next = nextTryWords(delivery, nowMs)
  return [reasonWords(delivery), next && `tried ${delivery.tries > 0 ? 'again ' : ''}${next}`]
    .filter(Boolean)
    .join('; ')
}

function reasonWords({ reason = '', mergedInto }: DeliveryView): string {
  return mergedInto === undefined ? reason : [reason, `said in ${mergedInto}`].filter(Boolean).join('; ')
}

/** `in 12s`; nothing where it is over, under way, or due. */
function nextTryWords({ state, nextTryAt }: DeliveryView, nowMs: number): string {
  const inMs = nextTryAt === null ? 0 : timeOf(nextTryAt) - nowMs
  return state === 'waiting' && inMs > 0 ? `in ${roughSeconds(inMs)}` : ''
}

function outcomeWord({ outcome, retry }: AttemptView, { paint }: Look): string {
  switch (outcome) {
    case 'said':
      return paint.green('taken')
    case 'under-way':
      return paint.cyan('under way')
    case 'cut-short':
      return paint.yellow('cut short')
    case 'failed':
      return paint.red(retry === 'never' ? 'refused for good' : 'failed')
  }
}
