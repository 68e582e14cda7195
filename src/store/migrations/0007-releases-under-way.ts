import type { Migration } from './migration.ts'

export const releasesUnderWay: Migration = {
  name: '0007-releases-under-way',
  statements: () => [
    // What is under way is asked for each second, of all services and in the order of ids: an index of the services
    // alone left SQLite to read every release there ever was.
    'create index releases_under_way on releases (active, service, id)',
    'drop index releases_active',
  ],
}
