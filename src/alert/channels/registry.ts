import { z } from 'zod'
import type { Channel } from './channel.ts'
import { dingtalk } from './dingtalk/index.ts'
import { feishu } from './feishu/index.ts'
import { webhook } from './webhook/index.ts'
import { wecom } from './wecom/index.ts'

const ALL = { dingtalk, feishu, webhook, wecom }

/** The configuration of a channel of any kind. */
export const ChannelConfig = z.discriminatedUnion('type', [
  dingtalk.Config,
  feishu.Config,
  webhook.Config,
  wecom.Config,
])
export type ChannelConfig = z.output<typeof ChannelConfig>

/** Every kind of channel, by the `type` of its configurations. Each takes those alone, whatever its type says here. */
export const CHANNELS = ALL as Readonly<Record<ChannelConfig['type'], Channel>>
