export type { Http } from './channels/channel.ts'
export { openHttp } from './channels/http.ts'
export { CHANNELS } from './channels/registry.ts'
export type {
  DigestNotice,
  HeartbeatNotice,
  Language,
  Message,
  Notice,
  ReleaseEvent,
  ReleaseNotice,
  TestNotice,
  Tone,
  UnprovenNotice,
} from './notice.ts'
export { type ChannelHealth, type DeliveryStory, Notices, type NoticesDeps, type ToldDelivery } from './notices.ts'
export type { Delivery, DeliveryState, Health, LedgerAttempt, Urgency } from './outbox/delivery.ts'
export type { Duty } from './outbox/outbox.ts'
export type { DeliveryFilter } from './outbox/store.ts'
export { NotifySettings } from './settings.ts'
