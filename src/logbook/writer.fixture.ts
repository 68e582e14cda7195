/** A hub in small: writes numbered entries to the store named by its arguments and tells of each one that was acknowledged. */
import { writeSync } from 'node:fs'
import { systemClock } from '../kernel/index.ts'
import { openStore } from '../store/index.ts'
import { append } from './store.ts'

const [kind, place = ''] = process.argv.slice(2)
const store = await openStore({ clock: systemClock, ...(kind === 'url' ? { url: place } : { path: place }) })
for (;;) {
  const { seq } = await store.transaction(async tx => {
    const entry = await append(tx, { kind: 'written', subject: 'service/x', actor: 'hub' })
    await tx.db
      .insertInto('versions')
      .values({ service: 'x', version: String(entry.seq), workload: '{}', created_at_ms: tx.atMs })
      .execute()
    return entry
  })
  writeSync(1, `${seq}\n`) // not through a stream: what is acknowledged must have left the process
}
