import type { Migration } from './migration.ts'

export const releases: Migration = {
  name: '0002-releases',
  statements: ({ text, int }) => [
    `create table services (
      name ${text} primary key,
      stable_version ${text},
      stable_release ${text},
      updated_at_ms ${int} not null,
      state ${text} not null
    )`,
    `create table releases (
      id ${text} primary key,
      service ${text} not null,
      version ${text} not null,
      phase ${text} not null,
      active ${int} not null check (active in (0, 1)),
      created_at_ms ${int} not null,
      updated_at_ms ${int} not null,
      revision ${int} not null,
      plan ${text} not null,
      state ${text} not null
    )`,
    'create index releases_by_service on releases (service, created_at_ms)',
    'create index releases_active on releases (service) where active = 1',
    `create table versions (
      service ${text} not null,
      version ${text} not null,
      workload ${text} not null,
      created_at_ms ${int} not null,
      primary key (service, version)
    )`,
    `create table idempotency_keys (
      key ${text} primary key,
      at_ms ${int} not null,
      status ${int} not null,
      reply ${text} not null
    )`,
    'create index idempotency_keys_by_time on idempotency_keys (at_ms)',
  ],
}
