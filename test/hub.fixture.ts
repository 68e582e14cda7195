/*
 * A hub in a process of its own: `node hub.fixture.ts CONFIGURATION`. It tells every boundary between
 * state and effect that it comes to, and ends itself with SIGKILL, or freezes, at the one that it was told to die at.
 */
import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { createInterface } from 'node:readline'
import { findConfiguration, makeLog, runHub } from '../src/app/index.ts'
import { messageOf, systemClock } from '../src/kernel/index.ts'

export type HubTold =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'administrator'; readonly name: string; readonly password: string }
  | { readonly kind: 'armed' }
  | { readonly kind: 'boundary'; readonly where: string }
  | { readonly kind: 'refused'; readonly code?: string; readonly message: string; readonly hint?: string }

/** Where to die: at the nth time from now on. */
export interface Death {
  readonly where: string
  readonly nth: number
  /** `SIGSTOP`: it can be woken again, and goes on with what it was about to do. */
  readonly by?: 'SIGKILL' | 'SIGSTOP'
}

// At once and whole, since the process may be gone with the next statement.
const tell = (told: HubTold): void => void writeSync(1, `${JSON.stringify(told)}\n`)
const dieNow = (): void => void process.kill(process.pid, 'SIGKILL')

let death: Death | undefined
let times = 0
const orders = createInterface(process.stdin)
orders
  .on('line', line => {
    death = JSON.parse(line) as Death
    times = 0
    tell({ kind: 'armed' })
  })
  .on('close', dieNow)

/** Nothing of a hub that has ended may hold the program open. */
function leave(): void {
  orders.off('close', dieNow)
  process.stdin.destroy()
}

const asked = new AbortController()
process.on('SIGTERM', () => asked.abort(new Error('ended by SIGTERM')))

try {
  const { env } = process
  const { root, folder, loaded } = await findConfiguration(process.argv[2], process.cwd(), env)
  await runHub(
    {
      clock: systemClock,
      log: makeLog({ write: text => process.stderr.write(text) }, systemClock, 'hub'),
      version: '0.0.0',
      root,
      folder,
      configuration: () => loaded.value,
      env,
      ready(url) {
        tell({ kind: 'ready', url })
        flushCompileCache() // at its end it may not come to it
      },
      madeAdministrator: ({ user, password }) => tell({ kind: 'administrator', name: user.name, password }),
      boundary(where) {
        tell({ kind: 'boundary', where })
        if (where === death?.where && ++times === death.nth) process.kill(process.pid, death.by ?? 'SIGKILL')
      },
    },
    asked.signal,
  )
  leave()
} catch (error) {
  const { code, hint } = error as { readonly code?: string; readonly hint?: string }
  tell({ kind: 'refused', message: messageOf(error), ...(code ? { code } : {}), ...(hint ? { hint } : {}) })
  process.exitCode = 2
  leave()
}
