import { z } from 'zod'
import { didYouMean } from '../kernel/index.ts'
import { HeartbeatSettings } from './heartbeat/settings.ts'
import type { Language, Notice, ReleaseNotice, TestNotice } from './notice.ts'

const Name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/, 'expected lower-case letters, digits and dashes')

export const Events = z.enum(['started', 'promoted', 'rolled-back', 'held', 'inconclusive', 'failed'])

const Receiver = z.strictObject({
  name: Name,
  channels: z.array(Name).min(1).max(8).describe('The first is used; the next takes over where it does not deliver.'),
  services: z.array(z.string()).min(1).optional().describe('Hears of these services only. Default: all.'),
  tiers: z
    .array(z.enum(['core', 'edge']))
    .min(1)
    .optional()
    .describe('Hears of services of these tiers only.'),
  events: z.array(Events).min(1).optional().describe('Hears of these events only. Default: all.'),
  language: z.enum(['en', 'zh']).optional().describe('Default: that of the channel.'),
})
export type Receiver = z.output<typeof Receiver>

/** What every channel's configuration has in common. */
export interface AnyChannelConfig {
  readonly type: string
  readonly language?: Language | undefined
}

/** The `notify:` part of the configuration, in force. */
export interface Notify<Config extends AnyChannelConfig = AnyChannelConfig> {
  readonly language: Language
  readonly channels: Readonly<Record<string, Config>>
  readonly receivers: readonly Receiver[]
  /** Absent: none. */
  readonly heartbeat?: HeartbeatSettings | undefined
}

/**
 * The schema of `notify:`, over that of a channel.
 *
 * Without any receiver each channel is a receiver of its own that hears everything.
 */
export function notifySchema<Config extends AnyChannelConfig>(
  channelConfig: z.ZodType<Config>,
): z.ZodType<Notify<Config>> {
  return z
    .strictObject({
      language: z.enum(['en', 'zh']).default('en').describe('Where neither the receiver nor the channel names one.'),
      channels: z.record(Name, channelConfig).default({}),
      receivers: z.array(Receiver).default([]),
      heartbeat: HeartbeatSettings.optional().describe(
        'A small message through every channel, now and then. Default: none.',
      ),
    })
    .superRefine(({ channels, receivers }, context) => {
      const known = Object.keys(channels)
      const names = new Set<string>()
      for (const [index, receiver] of receivers.entries()) {
        const complain = (message: string, ...path: (string | number)[]): void =>
          context.addIssue({ code: 'custom', message, path: ['receivers', index, ...path] })
        if (names.has(receiver.name)) complain(`there is another receiver “${receiver.name}”`, 'name')
        names.add(receiver.name)
        for (const [place, channel] of receiver.channels.entries()) {
          if (!known.includes(channel)) {
            complain(`there is no channel “${channel}”${didYouMean(channel, known)}`, 'channels', place)
          } else if (receiver.channels.indexOf(channel) < place) {
            complain(`“${channel}” stands here twice`, 'channels', place)
          }
        }
      }
    })
}

/** Who hears anything at all. */
export function receiversOf({ channels, receivers }: Notify): readonly Receiver[] {
  if (receivers.length > 0) return receivers
  return Object.keys(channels).map(name => ({ name, channels: [name] }))
}

/** Who hears of a notice. */
export function hearersOf(
  notify: Notify,
  notice: Pick<ReleaseNotice, 'service' | 'event'>,
  tierOf: (service: string) => 'core' | 'edge' | undefined,
): readonly Receiver[] {
  const { service, event } = notice
  return receiversOf(notify).filter(({ services, tiers, events }) => {
    if (services && !services.includes(service)) return false
    if (events && !events.includes(event)) return false
    const tier = tierOf(service)
    return !tiers || (tier !== undefined && tiers.includes(tier))
  })
}

/** The channels that a receiver hears by, in order; none when it is not configured any more. */
export function routeOf(notify: Notify, receiver: string): readonly string[] {
  const found = receiversOf(notify).find(({ name }) => name === receiver)
  return found?.channels.filter(channel => Object.hasOwn(notify.channels, channel)) ?? []
}

/** What a receiver is told in over a channel. */
export function languageOf(notify: Notify, receiver: string, channel: string): Language {
  const own = receiversOf(notify).find(({ name }) => name === receiver)?.language
  return own ?? notify.channels[channel]?.language ?? notify.language
}

type Sent = Exclude<Notice, TestNotice>

/** The notice with the address of its page, as far as people can reach the hub with a browser. */
export function linked(notice: Sent, address: string | undefined): Sent {
  if (address === undefined || (notice.kind !== 'release' && notice.kind !== 'digest')) return notice
  const page = notice.kind === 'release' ? `releases/${notice.release}` : 'releases'
  return { ...notice, url: `${address.replace(/\/+$/, '')}/${page}` }
}
