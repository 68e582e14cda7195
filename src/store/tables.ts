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
