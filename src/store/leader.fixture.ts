/** A hub in small: takes a duty in the PostgreSQL named by its argument, says so, and holds it until it is killed. */
import { writeSync } from 'node:fs'
import { systemClock } from '../kernel/index.ts'
import { lead, openStore } from './index.ts'

const [url = '', ttlMs = ''] = process.argv.slice(2)
const store = await openStore({ clock: systemClock, url })
const options = { name: 'drive', holder: `child ${process.pid}`, ttlMs: Number(ttlMs), clock: systemClock }
await lead(store, options, new AbortController().signal, ({ signal, token }) => {
  writeSync(1, `${token}\n`)
  return systemClock.sleep(3_600_000, signal)
})
