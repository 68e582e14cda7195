import type { Migration } from './migration.ts'

export const repeatedRequestsAndLists: Migration = {
  name: '0006-repeated-requests-and-lists',
  statements: ({ text }) => [
    // Nothing was ever written to it before.
    `alter table idempotency_keys add column request ${text} not null default ''`,
    // A service's releases are listed by id, which sorts by time.
    'create index releases_of_service on releases (service, id)',
    'drop index releases_by_service',
  ],
}
