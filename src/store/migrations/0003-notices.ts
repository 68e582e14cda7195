import type { Migration } from './migration.ts'

export const notices: Migration = {
  name: '0003-notices',
  statements: ({ text, int }) => [
    `create table notice_cursor (
      id ${int} primary key check (id = 1),
      seq ${int} not null
    )`,
    `create table notices (
      id ${text} primary key,
      at_ms ${int} not null,
      body ${text} not null
    )`,
    `create table deliveries (
      id ${text} primary key,
      notice ${text} not null,
      kind ${text} not null,
      event ${text},
      release ${text},
      service ${text},
      receiver ${text} not null,
      channel ${text} not null,
      urgency ${int} not null,
      place ${int} not null,
      state ${text} not null,
      created_at_ms ${int} not null,
      due_at_ms ${int} not null,
      ended_at_ms ${int},
      tries ${int} not null,
      reason ${text},
      merged_into ${text}
    )`,
    `create index deliveries_waiting on deliveries (channel, urgency, place, id) where state = 'waiting'`,
    'create index deliveries_by_state on deliveries (state, id)',
    'create index deliveries_by_release on deliveries (release, id)',
    'create index deliveries_by_channel on deliveries (channel, id)',
    'create index deliveries_by_notice on deliveries (notice)',
    'create index deliveries_by_end on deliveries (ended_at_ms)',
    `create table attempts (
      id ${text} primary key,
      delivery ${text} not null,
      channel ${text} not null,
      destination ${text} not null,
      began_at_ms ${int} not null,
      ended_at_ms ${int},
      outcome ${text} not null,
      retry ${text},
      reason ${text},
      note ${text},
      next_try_ms ${int},
      rest_until_ms ${int},
      receipt ${text},
      request ${text},
      reply ${text}
    )`,
    'create index attempts_by_delivery on attempts (delivery, began_at_ms)',
    'create index attempts_by_destination on attempts (destination, began_at_ms)',
    'create index attempts_by_time on attempts (began_at_ms)',
    `create table channel_health (
      channel ${text} primary key,
      failures ${int} not null,
      failing_since_ms ${int},
      said_at_ms ${int},
      failed_at_ms ${int},
      reason ${text}
    )`,
  ],
}
