export type { Http } from './channels/channel.ts'
export { openHttp } from './channels/http.ts'
export { CHANNELS, ChannelConfig } from './channels/registry.ts'
export type {
  DigestNotice,
  Language,
  Message,
  Notice,
  ReleaseEvent,
  ReleaseNotice,
  TestNotice,
  Tone,
} from './notice.ts'
export { say } from './words/index.ts'
