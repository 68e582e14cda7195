import type {
  DigestNotice,
  HeartbeatNotice,
  ReleaseEvent,
  ReleaseNotice,
  TestNotice,
  UnprovenNotice,
} from '../notice.ts'
import type { Why } from './why.ts'

/** What a language needs to be able to say. */
export interface Phrases {
  /** A release's event in one line, made of names that are short enough already. */
  readonly title: (event: ReleaseEvent | 'stuck', service: string, version: string) => string
  /** How it went, and what that means for the traffic. */
  readonly outcome: (notice: ReleaseNotice) => string
  /** Why, with its numbers; `undefined` where the sentence that the logbook has says it as well. */
  readonly why: (why: Why) => string | undefined
  /** A reason that stands there in words already, perhaps in another language. */
  readonly reason: (reason: string) => string
  /** What to do; `why` says what it is about. */
  readonly hint: (hint: string, why: Why | undefined) => string
  readonly facts: {
    readonly version: string
    readonly badRequests: string
    readonly afterDecision: string
    readonly verdictAfter: string
    readonly actor: string
    readonly hint: string
    readonly at: string
    readonly release: string
  }
  /** `v2 → v3`. */
  readonly versions: (version: string, previous: string | null) => string
  /** `7 of 698 requests`. */
  readonly badOf: (bad: number, requests: number) => string
  readonly requests: (count: number) => string
  readonly seconds: (seconds: number) => string
  readonly actor: (actor: string) => string
  readonly test: { readonly title: string; readonly outcome: (notice: TestNotice) => string }
  readonly heartbeat: { readonly title: string; readonly outcome: (notice: HeartbeatNotice) => string }
  readonly unproven: {
    readonly title: (notice: UnprovenNotice) => string
    /** `since`: when something was last said over it, as a time for people; absent where it never was. */
    readonly outcome: (notice: UnprovenNotice, since: string | undefined) => string
    readonly hint: (notice: UnprovenNotice) => string
  }
  readonly digest: {
    readonly title: (notice: DigestNotice) => string
    readonly line: (title: string, notice: ReleaseNotice) => string
  }
  readonly link: string
}

/** Who asked for it, without the kind of account. */
export function nameOf(actor: string): string {
  return actor.replace(/^user\//, '')
}

/** How often each event stands in a digest, the worst first. */
export function countsOf(notice: DigestNotice): { readonly event: ReleaseEvent; readonly count: number }[] {
  const order: readonly ReleaseEvent[] = ['rolled-back', 'failed', 'inconclusive', 'held', 'promoted', 'started']
  return order
    .map(event => ({ event, count: notice.notices.filter(one => one.event === event).length }))
    .filter(({ count }) => count > 0)
}
