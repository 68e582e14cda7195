import type { ChannelView } from '../../client/index.ts'
import { grid } from '../terminal/grid.ts'
import type { Look } from '../terminal/look.ts'
import { grouped, localTime, roughSeconds, timeOf } from '../words.ts'
import { behind } from './labelled.ts'

/** Channels as a table, in the order given; what is wrong with one stands beside it, or below. */
export function drawChannels(channels: readonly ChannelView[], nowMs: number, look: Look): string[] {
  const { paint } = look
  if (channels.length === 0) return ['no channel yet; add one to the configuration, under notify.channels']
  const when = (at: string | null): string => (at === null ? 'never' : localTime(timeOf(at), look))
  const head = ['NAME', 'TYPE', 'STATE', 'WAITING', 'LAST TAKEN', 'LAST FAILED'].map(paint.dim)
  const rows = channels.map(channel => [
    channel.name,
    channel.type,
    stateWord(channel, look),
    grouped(channel.waiting),
    when(channel.lastSaidAt),
    when(channel.lastFailedAt),
  ])
  const lines = grid([head, ...rows], look, { right: [3], drops: [1], gives: 0 })
  return behind(lines, ['', ...channels.map(channel => troubleWords(channel, nowMs))], look, 2)
}

function stateWord(
  { failures, failingSince, unprovenSince, restsUntil, lastSaidAt }: ChannelView,
  { paint }: Look,
): string {
  if (failingSince !== null) return paint.red('failing')
  if (unprovenSince) return paint.yellow('silent')
  if (restsUntil !== null) return paint.yellow('resting')
  if (failures > 0) return paint.yellow('unsteady')
  return lastSaidAt === null ? 'untried' : paint.green('works')
}

/** What is wrong, since when, and until when; nothing where all is well. */
function troubleWords(channel: ChannelView, nowMs: number): string {
  const { failures, restsUntil, unprovenSince, reason } = channel
  const ago = (at: string): string => roughSeconds(nowMs - timeOf(at))
  const silent = unprovenSince ? [`no heartbeat got through for ${ago(unprovenSince)}`] : []
  const rests = restsUntil === null ? [] : [`takes the next message in ${roughSeconds(timeOf(restsUntil) - nowMs)}`]
  if (failures === 0) return [...silent, ...rests].join('; ')
  const failed = failureWords(channel, ago)
  return [reason === undefined ? failed : `${failed}: ${reason}`, ...silent, ...rests].join('; ')
}

function failureWords({ failures, failingSince, lastFailedAt }: ChannelView, since: (at: string) => string): string {
  if (failures === 1) return `the last attempt failed${lastFailedAt === null ? '' : ` ${since(lastFailedAt)} ago`}`
  return `${grouped(failures)} failures in a row${failingSince === null ? '' : ` for ${since(failingSince)}`}`
}
