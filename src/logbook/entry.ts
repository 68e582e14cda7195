import { createHash } from 'node:crypto'
import type { EntryRow } from '../store/index.ts'
import { canonicalJson } from './canonical-json.ts'

/** Plain JSON. */
export type EntryData = Readonly<Record<string, unknown>>

/** What somebody writes down. */
export interface NewEntry {
  /** What happened, as dotted names: `release.started`. */
  readonly kind: string
  /** What it happened to: `release/rel_…`, `service/checkout`. */
  readonly subject: string
  /** The service that it is about; known already when the subject is a service. */
  readonly service?: string | undefined
  /** Who did it: `user/li`, `cli/li`, `hub`. */
  readonly actor: string
  readonly data?: EntryData
  /** Why, as a sentence for people. */
  readonly reason?: string | undefined
}

/** A line of the logbook. */
export interface Entry {
  /** 1, 2, 3 … without gaps, in the order in which the transactions were committed. */
  readonly seq: number
  readonly id: string
  /** Milliseconds since 1970 by the clock of the hub that wrote it; may step back where `seq` does not. */
  readonly at: number
  readonly kind: string
  readonly subject: string
  readonly service?: string
  readonly actor: string
  readonly data: EntryData
  readonly reason?: string
  /** SHA-256 over this entry and the hash of the one before it. */
  readonly hash: string
}

/** Where a logbook ends; kept elsewhere, it proves later that nothing before it was changed. */
export interface Anchor {
  readonly seq: number
  readonly hash: string
}

/** What stands before the first entry. */
export const BEGINNING: Anchor = { seq: 0, hash: '0'.repeat(64) }

const KIND = /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*$/

/** The row of a new entry, next after `head`. */
export function makeRow(entry: NewEntry, head: Anchor, id: string, atMs: number): EntryRow {
  if (!KIND.test(entry.kind))
    throw new Error(`“${entry.kind}” is no kind of entry: write it as dotted names, a–z, 0–9 and -`)
  if (entry.subject === '' || entry.actor === '') throw new Error(`an entry ${entry.kind} needs a subject and an actor`)
  const unsealed = {
    seq: head.seq + 1,
    id,
    at_ms: atMs,
    kind: entry.kind,
    subject: storable(entry.subject),
    service: storableOrNull(entry.service ?? /^service\/([^/]+)$/.exec(entry.subject)?.[1]),
    actor: storable(entry.actor),
    reason: storableOrNull(entry.reason),
    data: canonicalJson(entry.data ?? {}),
  }
  return { ...unsealed, hash: hashOf(unsealed, head.hash) }
}

/**
 * Lower-case hexadecimal SHA-256 of the UTF-8 of a JSON array without white space: the hash before, then the
 * columns in this order, `data` as the text that is stored. See “The chain” in docs/store.md.
 */
export function hashOf(row: Omit<EntryRow, 'hash'>, before: string): string {
  const { seq, id, at_ms, kind, subject, service, actor, reason, data } = row
  return createHash('sha256')
    .update(JSON.stringify([before, seq, id, at_ms, kind, subject, service, actor, reason, data]))
    .digest('hex')
}

export function fromRow(row: EntryRow): Entry {
  const { seq, id, at_ms: at, kind, subject, service, actor, reason, data, hash } = row
  return {
    seq,
    id,
    at,
    kind,
    subject,
    ...(service === null ? {} : { service }),
    actor,
    data: JSON.parse(data) as EntryData,
    ...(reason === null ? {} : { reason }),
    hash,
  }
}

/** PostgreSQL stores neither NUL nor half a surrogate pair; what is hashed must be what is read back. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u{fffd}')
}

function storableOrNull(text: string | undefined): string | null {
  return text === undefined ? null : storable(text)
}
