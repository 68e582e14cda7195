import type { Reads } from '../../store/index.ts'
import type { Channel, Pace } from '../channels/channel.ts'
import type { Notify } from '../receivers.ts'
import type { Urgency } from './delivery.ts'
import { recentAttempts } from './ledger/store.ts'
import { freeAt, mostOf, tokensLeft } from './pace.ts'

/** Every kind of channel there is, by its type. */
export type Registry = Readonly<Record<string, Channel>>

/** A destination, and the channels that lead there: what is sent to it is sent one at a time. */
export interface Lane extends Pace {
  readonly channels: readonly string[]
}

/** The destinations of a configuration, by name. */
export function lanesOf({ channels }: Pick<Notify, 'channels'>, registry: Registry): ReadonlyMap<string, Lane> {
  const lanes = new Map<string, Lane>()
  for (const [name, config] of Object.entries(channels)) {
    const { destination, limits } = channelOf(registry, config.type).pace(config)
    const known = lanes.get(destination)
    lanes.set(destination, {
      destination,
      limits: [...(known?.limits ?? []), ...limits],
      channels: [...(known?.channels ?? []), name],
    })
  }
  return lanes
}

export function laneOf(lanes: ReadonlyMap<string, Lane>, channel: string): Lane {
  for (const lane of lanes.values()) if (lane.channels.includes(channel)) return lane
  throw new RangeError(`no destination for the channel ${channel}`)
}

export function channelOf(registry: Registry, type: string): Channel {
  const found = registry[type]
  if (!found) throw new RangeError(`no kind of channel is called ${type}`)
  return found
}

/** What a destination takes now. */
export interface Room {
  /** When it takes the next message. */
  readonly freeMs: number
  readonly tokens: number
}

/** A rest asked for beyond this was not asked for: a clock was set. */
const LONGEST_REST_MS = 86_400_000

/** What a destination takes, by the ledger alone: what an earlier hub sent counts as well. */
export async function roomOf(
  reads: Reads,
  { destination, limits }: Pace,
  nowMs: number,
  urgency: Urgency,
): Promise<Room> {
  const recent = await recentAttempts(reads, destination, mostOf(limits))
  const endedMs = recent.map(({ ended_at_ms: at }) => at ?? nowMs)
  const restMs = recent[0]?.outcome === 'failed' ? (recent[0].rest_until_ms ?? 0) : 0
  return {
    freeMs: Math.max(freeAt(limits, endedMs, nowMs, urgency), restMs > nowMs + LONGEST_REST_MS ? 0 : restMs),
    tokens: tokensLeft(limits, endedMs, nowMs),
  }
}
