import type { Migration } from './migration.ts'

export const access: Migration = {
  name: '0004-access',
  statements: ({ text, int }) => [
    `create table users (
      id ${text} primary key,
      name ${text} not null unique,
      display_name ${text} not null,
      role ${text} not null,
      language ${text},
      password ${text} not null,
      must_change_password ${int} not null check (must_change_password in (0, 1)),
      disabled ${int} not null check (disabled in (0, 1)),
      created_at_ms ${int} not null,
      updated_at_ms ${int} not null,
      signed_in_at_ms ${int}
    )`,
    `create table sessions (
      id ${text} primary key,
      hash ${text} not null unique,
      user_id ${text} not null references users (id),
      address ${text} not null,
      agent ${text} not null,
      created_at_ms ${int} not null,
      seen_at_ms ${int} not null
    )`,
    'create index sessions_by_user on sessions (user_id, created_at_ms)',
    'create index sessions_by_creation on sessions (created_at_ms)',
    'create index sessions_by_sight on sessions (seen_at_ms)',
    `create table tokens (
      id ${text} primary key,
      hash ${text} not null unique,
      name ${text} not null unique,
      user_id ${text} references users (id),
      scopes ${text} not null,
      created_by ${text} not null,
      created_at_ms ${int} not null,
      expires_at_ms ${int},
      used_at_ms ${int},
      used_from ${text}
    )`,
    'create index tokens_by_user on tokens (user_id)',
    `create table sign_in_tries (
      kind ${text} not null,
      key ${text} not null,
      failures ${int} not null,
      allowed_at_ms ${int} not null,
      primary key (kind, key)
    )`,
    'create index sign_in_tries_by_time on sign_in_tries (kind, allowed_at_ms)',
  ],
}
