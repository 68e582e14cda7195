import type { Migration } from './migration.ts'

/** What an empty logbook's head says: the hash before the first entry's. */
const BEFORE_THE_FIRST = '0'.repeat(64)

export const logbookAndLeases: Migration = {
  name: '0001-logbook-and-leases',
  statements: ({ text, int }) => [
    `create table entries (
      seq ${int} primary key,
      id ${text} not null unique,
      at_ms ${int} not null,
      kind ${text} not null,
      subject ${text} not null,
      service ${text},
      actor ${text} not null,
      reason ${text},
      data ${text} not null,
      hash ${text} not null
    )`,
    'create index entries_by_kind on entries (kind, seq)',
    'create index entries_by_subject on entries (subject, seq)',
    'create index entries_by_service on entries (service, seq)',
    'create index entries_by_actor on entries (actor, seq)',
    'create index entries_by_time on entries (at_ms)',
    `create table logbook_head (
      id ${int} primary key check (id = 1),
      seq ${int} not null,
      hash ${text} not null
    )`,
    `insert into logbook_head (id, seq, hash) values (1, 0, '${BEFORE_THE_FIRST}')`,
    `create table leases (
      name ${text} primary key,
      holder ${text} not null,
      token ${int} not null,
      expires_at_ms ${int} not null
    )`,
  ],
}
