import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { messageOf, systemClock } from '../kernel/index.ts'
import { read } from '../logbook/index.ts'
import { openStore } from '../store/index.ts'
import { hub } from './local-verbs.ts'
import { Machine, type Run, until } from './machine.fixture.ts'

const PROCESSES_MS = 60_000

let machine: Machine
beforeEach(async () => {
  machine = await Machine.make()
})
afterEach(() => machine.close(), PROCESSES_MS)

const startHub = (json = false): Run => machine.run(around => hub({ json }, around))
const listening = (run: Run) =>
  until('the hub', async () => {
    const ended = await Promise.race([run.done.then(String, messageOf), systemClock.sleep(0)])
    if (typeof ended === 'string') throw new Error(`it ended: ${ended}\n${run.err}`)
    return run.err.includes('carries out releases')
  })
const urlOf = async (): Promise<string> =>
  (JSON.parse(await readFile(machine.data.hubAddress, 'utf8')) as { url: string }).url

const SIGN_IN = /^sign in {2}as (\S+), with the one-time password (\S+)\n$/

/** Signs in as a page of the hub would. */
async function signIn(name: string, password: string): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(`${await urlOf()}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ name, password }),
  })
  return { status: response.status, body: await response.json() }
}

/** What a verb of a process of its own prints, and how it ends. */
async function shipwatch(...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const run = machine.spawn(...argv)
  const code = await run.done
  return { code, out: run.out, err: run.err }
}

describe('the first start of a hub', () => {
  it(
    'prints once, and nowhere else, a password to be used once',
    async () => {
      const first = startHub()
      await listening(first)
      const [, name = '', password = ''] = SIGN_IN.exec(first.out) ?? []
      expect(await signIn(name, password)).toMatchObject({
        status: 200,
        body: { actor: 'user/admin', mustChangePassword: true },
      })
      first.stop()
      await first.done
      expect(first.err).not.toContain(password)

      const second = startHub()
      await listening(second)
      second.stop()
      await second.done
      expect(second.out).toBe('')
      const store = await openStore({ clock: systemClock, path: machine.data.database })
      const entries = await read(store, { limit: 100 })
      await store.close()
      expect(entries.filter(({ kind }) => kind === 'user.created')).toMatchObject([{ subject: 'user/admin' }])
      expect(JSON.stringify(entries)).not.toContain(password)
    },
    PROCESSES_MS,
  )

  it(
    'says it as JSON where that is asked for',
    async () => {
      const run = startHub(true)
      await listening(run)
      const { administrator } = JSON.parse(run.out) as { administrator: { name: string; password: string } }
      expect((await signIn(administrator.name, administrator.password)).status).toBe(200)
    },
    PROCESSES_MS,
  )

  it(
    'whose password was lost is helped on its own machine; programs get tokens there',
    async () => {
      await listening(startHub())
      const reset = await shipwatch('user', 'reset-password', 'admin')
      expect(reset).toMatchObject({ code: 0, err: expect.stringContaining('user/admin') })
      expect((await signIn('admin', reset.out.trim())).status).toBe(200)

      const made = await shipwatch('token', 'create', 'ci', '--scope', 'read', '--json')
      const { text } = JSON.parse(made.out) as { text: string }
      const asCi = (path: string, method = 'GET') =>
        urlOf().then(url => fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${text}` } }))
      expect((await asCi('/api/v1/status')).status).toBe(200)
      expect((await asCi('/api/v1/users')).status).toBe(403)
      expect((await shipwatch('token', 'revoke', 'ci')).code).toBe(0)
      expect((await asCi('/api/v1/status')).status).toBe(401)
    },
    PROCESSES_MS,
  )
})
