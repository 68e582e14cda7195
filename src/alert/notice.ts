/** The languages that people are told in. */
export type Language = 'en' | 'zh'

/** Colour and shape of a notice: how it went, not how loud it is. */
export type Tone = 'news' | 'good' | 'warning' | 'bad'

/** What is said to people: facts, not yet words, so that each receiver hears of them in a language of their own. */
export type Notice = ReleaseNotice | TestNotice | DigestNotice | HeartbeatNotice | UnprovenNotice

interface Common {
  /** Sorts by time; the same in every attempt to say it, so a receiver can tell a repetition. */
  readonly id: string
  readonly atMs: number
  /** Where to read more; absent while the hub has no address that people can reach. */
  readonly url?: string
}

export interface ReleaseNotice extends Common {
  readonly kind: 'release'
  readonly event: ReleaseEvent
  readonly release: string
  readonly service: string
  readonly version: string
  /** The version beside it; `null` for the first of a service. */
  readonly previous: string | null
  /** `hub`, or who asked for it: `user/li`. */
  readonly actor: string
  /** In English, as the logbook has it. */
  readonly reason?: string
  /** The same as data: what the reason says may be said in any language. */
  readonly why?: unknown
  readonly hint?: string
  /** True where it is decided to take it back, and its traffic does not follow. */
  readonly stuck?: true
  /** What the new version has answered so far. */
  readonly cost?: {
    readonly requests: number
    readonly badRequests: number
    /** From its first live request to the decision. */
    readonly secondsToVerdict?: number
    /** Requests that it still answered after the decision, until the traffic had followed. */
    readonly servedAfterDecision?: number
  }
}

export type ReleaseEvent = 'started' | 'promoted' | 'rolled-back' | 'held' | 'inconclusive' | 'failed'

/** Says that a channel works. */
export interface TestNotice extends Common {
  readonly kind: 'test'
  readonly actor: string
  readonly receiver: string
}

/** Several notices in one, where a robot may not say them all. */
export interface DigestNotice extends Common {
  readonly kind: 'digest'
  readonly notices: readonly ReleaseNotice[]
}

/** Says, again and again, that a channel works: whoever misses it knows that it does not. */
export interface HeartbeatNotice extends Common {
  readonly kind: 'heartbeat'
  readonly channel: string
  readonly receiver: string
  readonly everyMs: number
}

/** Says over other channels that nothing was said over one for too long. */
export interface UnprovenNotice extends Common {
  readonly kind: 'unproven'
  readonly channel: string
  /** When something was last said over it; `null`: never. */
  readonly saidMs: number | null
  /** Why it last failed; absent where it was not even tried. */
  readonly reason?: string
}

/** A notice in words. Plain text throughout: a channel escapes what its format gives a meaning to. */
export interface Message {
  readonly id: string
  readonly atMs: number
  readonly language: Language
  readonly tone: Tone
  /** One line, at most 100 characters; what matters most stands at its end, and is never cut off. */
  readonly title: string
  /** Why, in a sentence or two. */
  readonly paragraphs: readonly string[]
  /** Name and value, in the order of their importance. */
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  readonly link?: { readonly label: string; readonly url: string }
  /** What it was made of, for channels that carry data. */
  readonly notice: Notice
}
