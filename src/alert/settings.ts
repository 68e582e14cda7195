import type { z } from 'zod'
import { ChannelConfig } from './channels/registry.ts'
import { notifySchema } from './receivers.ts'

/** The `notify:` part of the configuration. */
export const NotifySettings = notifySchema(ChannelConfig)
export type NotifySettings = z.output<typeof NotifySettings>
