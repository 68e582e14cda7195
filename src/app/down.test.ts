import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../kernel/index.ts'
import { processTarget } from '../ship/index.ts'
import { type Downed, down, downInWords } from './down.ts'
import { gateway, up } from './local-verbs.ts'
import { Machine, occupy, type Run, until } from './machine.fixture.ts'

const PROCESSES_MS = 60_000
const GOES_ON = (admin: string): string =>
  `The gateway at ${admin} goes on: shipwatch up did not start it. End it where it was started.`

let machine: Machine
beforeEach(async () => {
  machine = await Machine.make()
})
afterEach(() => machine.close(), PROCESSES_MS)

/** Runs it to its end. */
async function downed(): Promise<Run> {
  const run = machine.run(around => down({}, around))
  expect(await run.done).toBe(0)
  return run
}

/** An instance of a service, as a hub that has ended left it. */
async function leaveInstance(): Promise<void> {
  const over = new AbortController()
  const target = processTarget({ stateDir: machine.data.processes, clock: systemClock, root: machine.folder })
  const running = target.run(over.signal)
  const command = ['node', '-e', 'require("node:http").createServer((_, r) => r.end()).listen(process.env.PORT)']
  const run = { command, ready: { tcp: true as const }, stop: { grace: '1s' } }
  expect(await target.scale({ service: 'order', version: 'v1', run }, 1, over.signal)).toMatchObject({ ok: true })
  over.abort()
  await running
}

/** A gateway that was started by hand; resolves once it serves. */
async function gatewayByHand(): Promise<Run> {
  const run = machine.run(around => gateway({}, around))
  await until('the gateway', () => run.err.includes('told by'))
  return run
}

describe('down', () => {
  it('where nothing ever ran has nothing to do, says so, and makes no folder', async () => {
    expect((await downed()).out).toBe('No service of this machine was running.\n')
    await expect(stat(machine.data.root)).rejects.toThrow('ENOENT')
  })

  it(
    'stops services and the gateway of up, and the second time finds neither',
    async () => {
      const first = machine.run(around => up({}, around))
      await until('the addresses', () => first.out.includes('gateway  '))
      first.stop()
      await first.done
      await leaveInstance()
      expect((await downed()).out).toBe('All services and the gateway have stopped.\n')
      expect((await downed()).out).toBe('No service of this machine was running.\n')
    },
    PROCESSES_MS,
  )

  it(
    'leaves alone a gateway that was started by hand, and says that it goes on, and where',
    async () => {
      const byHand = await gatewayByHand()
      await leaveInstance()
      const admin = `unix:${machine.data.gatewaySocket}`
      expect((await downed()).out).toBe(`All services have stopped.\n${GOES_ON(admin)}\n`)
      const asked = machine.run(around => down({ json: true }, around))
      await asked.done
      expect(JSON.parse(asked.out)).toEqual({ instances: 0, gateway: false, goesOn: admin })
      byHand.stop()
      expect(await byHand.done).toBe(0)
      expect((await downed()).out).toBe('No service of this machine was running.\n')
    },
    PROCESSES_MS,
  )

  it('finds a gateway at an address, too, and takes no other program for one', async () => {
    const { port, free } = await occupy()
    free()
    await machine.configure({ gateway: { listen: '127.0.0.1:0', admin: `127.0.0.1:${port}` } })
    const byHand = await gatewayByHand()
    expect((await downed()).out).toContain(GOES_ON(`127.0.0.1:${port}`))
    byHand.stop()
    await byHand.done

    const other = createServer((_, response) => response.end('{"ok":true}')).listen(port, '127.0.0.1')
    await once(other, 'listening')
    expect((await downed()).out).toBe('No service of this machine was running.\n')
    other.closeAllConnections()
    other.close()
  })
})

it.each<[Downed, string[]]>([
  [{ instances: 2, gateway: true }, ['All services and the gateway have stopped.']],
  [{ instances: 1, gateway: false }, ['All services have stopped.']],
  [{ instances: 0, gateway: true }, ['The gateway has stopped; no service was running.']],
  [{ instances: 0, gateway: false }, ['No service of this machine was running.']],
  [
    { instances: 1, gateway: true, goesOn: '127.0.0.1:8081' },
    ['All services and the gateway have stopped.', GOES_ON('127.0.0.1:8081')],
  ],
])('%j is said as it is', (found, words) => {
  expect(downInWords(found)).toEqual(words)
})
