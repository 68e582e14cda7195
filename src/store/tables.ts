/**
 * Every table of the store, as the migrations leave it, for both databases. Times are UTC milliseconds,
 * flags are 0 or 1, and JSON is text, so that both databases give back the very bytes they were given.
 */
export interface Tables {
  readonly entries: EntryRow
  readonly logbook_head: LogbookHeadRow
  readonly leases: LeaseRow
  readonly services: ServiceRow
  readonly releases: ReleaseRow
  readonly versions: VersionRow
  readonly idempotency_keys: IdempotencyKeyRow
  readonly release_points: ReleasePointRow
  readonly notice_cursor: NoticeCursorRow
  readonly notices: NoticeRow
  readonly deliveries: DeliveryRow
  readonly attempts: AttemptRow
  readonly channel_health: ChannelHealthRow
  readonly users: UserRow
  readonly sessions: SessionRow
  readonly tokens: TokenRow
  readonly sign_in_tries: SignInTriesRow
}

/** One line of the logbook. */
export interface EntryRow {
  readonly seq: number
  readonly id: string
  readonly at_ms: number
  readonly kind: string
  readonly subject: string
  readonly service: string | null
  readonly actor: string
  readonly reason: string | null
  /** Canonical JSON of an object. */
  readonly data: string
  /** 64 hexadecimal digits. */
  readonly hash: string
}

/** The single row that says where the logbook ends. */
export interface LogbookHeadRow {
  readonly id: 1
  readonly seq: number
  readonly hash: string
}

/** Who carries out a duty that only one hub at a time may. */
export interface LeaseRow {
  readonly name: string
  readonly holder: string
  /** Grows with every change of hands. */
  readonly token: number
  /** By the database server's clock. */
  readonly expires_at_ms: number
}

export interface ServiceRow {
  readonly name: string
  readonly stable_version: string | null
  readonly stable_release: string | null
  readonly updated_at_ms: number
  readonly state: string
}

export interface ReleaseRow {
  readonly id: string
  readonly service: string
  readonly version: string
  readonly phase: string
  readonly active: 0 | 1
  readonly created_at_ms: number
  readonly updated_at_ms: number
  readonly revision: number
  readonly plan: string
  readonly state: string
}

export interface VersionRow {
  readonly service: string
  readonly version: string
  readonly workload: string
  readonly created_at_ms: number
}

/** The reply that was given to a request, to be given again when the request is repeated. */
export interface IdempotencyKeyRow {
  /** Who asked, a space, and the key that they gave. */
  readonly key: string
  /** SHA-256 of what was asked for. */
  readonly request: string
  readonly at_ms: number
  readonly status: number
  readonly reply: string
}

/** What both versions of a release did in a span of time. */
export interface ReleasePointRow {
  readonly release: string
  /** 0, 1, 2 … in order. */
  readonly place: number
  /** End of the span. */
  readonly at_ms: number
  readonly span_ms: number
  /** How many looks at the counters the span holds, and how many it takes before the next begins. */
  readonly looks: number
  readonly takes: number
  readonly candidate_requests: number
  readonly candidate_bad: number
  readonly stable_requests: number
  readonly stable_bad: number
  readonly candidate_p99_ms: number | null
  readonly stable_p99_ms: number | null
  readonly toward_roll_back: number
  readonly toward_promotion: number
  readonly weight: number
}

/** A person who may sign in. */
export interface UserRow {
  readonly id: string
  readonly name: string
  readonly display_name: string
  readonly role: string
  /** What to speak to them; null leaves it to the browser. */
  readonly language: string | null
  /** PHC string: algorithm, parameters, salt and hash. */
  readonly password: string
  readonly must_change_password: 0 | 1
  readonly disabled: 0 | 1
  readonly created_at_ms: number
  readonly updated_at_ms: number
  readonly signed_in_at_ms: number | null
}

/** A browser that is signed in. */
export interface SessionRow {
  /** For people to tell sessions apart and to end them; it opens nothing. */
  readonly id: string
  /** SHA-256 of what the cookie holds. */
  readonly hash: string
  readonly user_id: string
  readonly address: string
  readonly agent: string
  readonly created_at_ms: number
  readonly seen_at_ms: number
}

/** What a program shows instead of a password. */
export interface TokenRow {
  readonly id: string
  /** SHA-256 of the token. */
  readonly hash: string
  readonly name: string
  /** Whose it is; nobody's when it was made on the hub's own machine. */
  readonly user_id: string | null
  /** Words with spaces between. */
  readonly scopes: string
  /** The actor who made it. */
  readonly created_by: string
  readonly created_at_ms: number
  readonly expires_at_ms: number | null
  readonly used_at_ms: number | null
  readonly used_from: string | null
}

/** How often somebody failed to sign in of late. */
export interface SignInTriesRow {
  /** What is counted: `name` or `address`. */
  readonly kind: string
  readonly key: string
  readonly failures: number
  /** Not before this time may it be tried again. */
  readonly allowed_at_ms: number
}

/** The single row that says up to which entry of the logbook people have been told. */
export interface NoticeCursorRow {
  readonly id: 1
  readonly seq: number
}

/** Something to be said. */
export interface NoticeRow {
  readonly id: string
  readonly at_ms: number
  /** A `Notice` as JSON, without its address. */
  readonly body: string
}

/** A notice on its way to one receiver. */
export interface DeliveryRow {
  readonly id: string
  readonly notice: string
  readonly kind: 'release' | 'digest' | 'test' | 'heartbeat' | 'unproven'
  readonly event: string | null
  readonly release: string | null
  readonly service: string | null
  readonly receiver: string
  /** The one whose turn it is. */
  readonly channel: string
  /** 0 for what must wake somebody, 1 for news. */
  readonly urgency: 0 | 1
  /** Its place in the line: the number of the entry that it tells of. */
  readonly place: number
  readonly state: 'waiting' | 'sending' | 'sent' | 'merged' | 'given-up' | 'dropped'
  readonly created_at_ms: number
  readonly due_at_ms: number
  readonly ended_at_ms: number | null
  readonly tries: number
  readonly reason: string | null
  readonly merged_into: string | null
}

/** One attempt to say something, written before it is made and again after it. */
export interface AttemptRow {
  readonly id: string
  readonly delivery: string
  readonly channel: string
  readonly destination: string
  readonly began_at_ms: number
  readonly ended_at_ms: number | null
  readonly outcome: 'under-way' | 'said' | 'failed' | 'cut-short'
  readonly retry: 'now' | 'later' | 'never' | null
  readonly reason: string | null
  /** Why this channel and not the one before it. */
  readonly note: string | null
  readonly next_try_ms: number | null
  /** Nothing is sent to the destination until then. */
  readonly rest_until_ms: number | null
  readonly receipt: string | null
  /** JSON, secrets hidden. */
  readonly request: string | null
  readonly reply: string | null
}

/** How a channel does, kept beyond its attempts. */
export interface ChannelHealthRow {
  readonly channel: string
  /** In a row, up to now. */
  readonly failures: number
  readonly failing_since_ms: number | null
  readonly said_at_ms: number | null
  readonly failed_at_ms: number | null
  readonly reason: string | null
}
