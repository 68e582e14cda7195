/** A hub in small: opens the SQLite file named by its argument, says so, and holds it until it is killed. */
import { writeSync } from 'node:fs'
import { systemClock } from '../kernel/index.ts'
import { openStore } from './index.ts'

const store = await openStore({ clock: systemClock, path: process.argv[2] })
await store.transaction(tx =>
  tx.db
    .insertInto('services')
    .values({ name: 'held', stable_version: null, stable_release: null, updated_at_ms: tx.atMs, state: '{}' })
    .onConflict(conflict => conflict.doNothing())
    .execute(),
)
writeSync(1, 'open\n')
await systemClock.sleep(3_600_000)
