import { logbookAndLeases } from './0001-logbook-and-leases.ts'
import { releases } from './0002-releases.ts'
import { notices } from './0003-notices.ts'
import { access } from './0004-access.ts'
import { releasePoints } from './0005-release-points.ts'
import { repeatedRequestsAndLists } from './0006-repeated-requests-and-lists.ts'
import { releasesUnderWay } from './0007-releases-under-way.ts'
import type { Migration } from './migration.ts'

/** All migrations, oldest first. New ones go at the end; none is ever edited, moved or removed. */
export const MIGRATIONS: readonly Migration[] = [
  logbookAndLeases,
  releases,
  notices,
  access,
  releasePoints,
  repeatedRequestsAndLists,
  releasesUnderWay,
]
