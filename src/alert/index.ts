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
