import { chmod, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { messageOf, systemClock } from '../kernel/index.ts'
import { jsonSchemaOf } from './configuration/index.ts'
import { Configuration } from './configuration/schema.ts'
import { down } from './down.ts'
import { check, gateway, hub, up } from './local-verbs.ts'
import { Machine, occupy, type Run, until } from './machine.fixture.ts'

const PROCESSES_MS = 60_000

let machine: Machine
beforeEach(async () => {
  machine = await Machine.make()
})
afterEach(() => machine.close(), PROCESSES_MS)

const SERVICE = { run: { command: 'node main.js' } }

/** The addresses that `up` prints. */
async function upOf(run: Run): Promise<{ readonly hub: string; readonly gateway: string }> {
  const [, hubUrl = '', gatewayUrl = ''] = await until('the addresses', async () => {
    const ended = await Promise.race([run.done.then(String, messageOf), systemClock.sleep(0)])
    if (typeof ended === 'string') throw new Error(`it ended: ${ended}\n${run.err}`)
    return /^hub {6}(\S+)\ngateway {2}(\S+)\n/.exec(run.out) ?? undefined
  })
  return { hub: hubUrl, gateway: gatewayUrl }
}

const startUp = (): Run => machine.run(around => up({}, around))
const startHub = (): Run => machine.run(around => hub({}, around))
const listening = (run: Run) => until('the hub', () => run.err.includes('carries out releases'))
/** What a gateway without a configuration answers. */
const answers = async (url: string): Promise<number | undefined> =>
  fetch(url).then(
    ({ status }) => status,
    () => undefined,
  )

/** Every file below a folder that others may read, write or look into. */
async function openTo(folder: string): Promise<string[]> {
  const found = await readdir(folder, { withFileTypes: true })
  const below = await Promise.all(
    found.map(async entry => {
      const path = join(folder, entry.name)
      const { mode } = await stat(path)
      const closed = (mode & 0o077) === 0
      // What lies in a closed folder is closed, whatever its own mode.
      return closed && entry.isDirectory()
        ? []
        : [...(closed ? [] : [path]), ...(entry.isDirectory() ? await openTo(path) : [])]
    }),
  )
  return below.flat()
}

describe('up', () => {
  it(
    'starts hub and gateway and says where; the gateway outlives the hub, and the next one adopts it',
    async () => {
      const first = startUp()
      const { hub, gateway } = await upOf(first)
      expect((await (await machine.client()).status()).gateway.reachable).toBe(true)
      expect(await answers(`${hub}/healthz`)).toBe(200)
      expect(await answers(gateway)).toBe(404)
      first.stop()
      expect(await first.done).toBe(0)
      expect(first.out).toMatch(/\nThe hub has stopped\. The gateway and the services go on; shipwatch down/)
      expect(await answers(gateway)).toBe(404)
      const kept = await machine.gateways()
      expect(kept).toHaveLength(1)

      const second = startUp()
      expect((await upOf(second)).gateway).toBe(gateway)
      second.stop()
      await second.done
      expect(await machine.gateways()).toEqual(kept)

      const ended = machine.run(around => down({}, around))
      expect(await ended.done).toBe(0)
      expect(ended.out).toBe('The gateway has stopped; no service was running.\n')
      expect(await answers(gateway)).toBeUndefined()
      expect(await answers(`${hub}/healthz`)).toBeUndefined()
      expect(await machine.gateways()).toEqual([])
    },
    PROCESSES_MS,
  )

  it(
    'keeps what is private from other users, also in a folder that they may look into',
    async () => {
      await mkdir(machine.data.root)
      await chmod(machine.data.root, 0o755)
      await upOf(startUp())
      expect(await openTo(machine.data.root)).toEqual([])
      const modes = [
        machine.data.hubToken,
        machine.data.gatewayToken,
        machine.data.gatewaySocket,
        machine.data.database,
      ]
      for (const path of modes) expect((await stat(path)).mode & 0o777).toBe(0o600)
    },
    PROCESSES_MS,
  )

  it(
    'that is killed leaves a gateway to the next one; beside one that runs it is refused',
    async () => {
      const killed = machine.spawn('up')
      const { gateway } = await upOf(killed)
      const refused = machine.spawn('up')
      expect(await refused.done).toBe(2)
      expect(refused.err).toMatch(
        new RegExp(
          `^shipwatch: the instances in .*gateway-process are kept by process ${killed.process.pid} .*\nhint: `,
        ),
      )
      const left = machine.spawn('down')
      expect(await left.done).toBe(2)
      expect(left.err).toContain(`are kept by process ${killed.process.pid} `)
      expect(await answers(gateway)).toBe(404)
      killed.process.kill('SIGKILL')
      await killed.done
      expect((await upOf(startUp())).gateway).toBe(gateway)
    },
    PROCESSES_MS,
  )

  it(
    'has a gateway that is there again when it was killed',
    async () => {
      const taken = await occupy()
      taken.free()
      await machine.configure({ gateway: { listen: `127.0.0.1:${taken.port}` } })
      const { gateway } = await upOf(startUp())
      expect(gateway).toBe(`http://127.0.0.1:${taken.port}`)
      const [record = ''] = await readdir(join(machine.data.gatewayProcess, 'instances'))
      const { leader } = JSON.parse(await readFile(join(machine.data.gatewayProcess, 'instances', record), 'utf8')) as {
        leader: { pid: number }
      }
      const before = (await stat(machine.data.gatewayRunning)).mtimeMs
      process.kill(leader.pid, 'SIGKILL')
      await until('another gateway', async () => (await stat(machine.data.gatewayRunning)).mtimeMs > before)
      expect(await until('its answer', () => answers(gateway))).toBe(404)
    },
    PROCESSES_MS,
  )

  it(
    'waits for a gateway that 127.0.0.1 does not lead to, too',
    async () => {
      await machine.configure({ gateway: { listen: '127.0.0.2:0' } })
      const { gateway } = await upOf(startUp())
      expect(gateway).toMatch(/^http:\/\/127\.0\.0\.2:\d+$/)
      expect(await answers(gateway)).toBe(404)
    },
    PROCESSES_MS,
  )

  it(
    'says what a gateway that goes on has not taken of a changed configuration',
    async () => {
      const first = startUp()
      const { gateway } = await upOf(first)
      first.stop()
      await first.done
      await machine.configure({ gateway: { listen: '127.0.0.1:0', drain: '1s' } })
      const second = startUp()
      expect((await upOf(second)).gateway).toBe(gateway)
      expect(second.err).toMatch(/"level":"warn".*the gateway goes on as it was started; shipwatch down, and up again/)
      expect(first.err).not.toContain('goes on as it was started')
    },
    PROCESSES_MS,
  )

  it(
    'keeps the gateway of another version of this program: only its own end may interrupt the traffic',
    async () => {
      const first = machine.run(around => up({}, around), { version: '1.0.0' })
      const { gateway } = await upOf(first)
      first.stop()
      await first.done
      const second = machine.run(around => up({}, around), { version: '2.0.0' })
      expect((await upOf(second)).gateway).toBe(gateway)
      second.stop()
      await second.done
      expect(await machine.gateways()).toHaveLength(1)
    },
    PROCESSES_MS,
  )

  it(
    'with the port of the gateway in use says who has it, and leaves nothing behind',
    async () => {
      const { port, free } = await occupy()
      try {
        await machine.configure({ gateway: { listen: `127.0.0.1:${port}` } })
        await expect(startUp().done).rejects.toMatchObject({
          code: 'invalid_input',
          field: 'gateway',
          message: expect.stringMatching(`^the gateway did not start: .*port ${port} .*process ${process.pid}`),
        })
        expect(await machine.gateways()).toEqual([])
      } finally {
        free()
      }
    },
    PROCESSES_MS,
  )

  it(
    'with the port of the hub in use stops the gateway that it started, but never one that was there',
    async () => {
      const { port, free } = await occupy()
      try {
        const hub = { listen: `127.0.0.1:${port}` }
        await machine.configure({ hub })
        await expect(startUp().done).rejects.toMatchObject({ code: 'invalid_input', field: 'hub.listen' })
        expect(await machine.gateways()).toEqual([])

        await machine.configure({})
        const good = startUp()
        const { gateway } = await upOf(good)
        good.stop()
        await good.done
        await machine.configure({ hub })
        await expect(startUp().done).rejects.toMatchObject({ code: 'invalid_input', field: 'hub.listen' })
        expect(await answers(gateway)).toBe(404)
        expect(await machine.gateways()).toHaveLength(1)
      } finally {
        free()
      }
    },
    PROCESSES_MS,
  )

  it('with a broken configuration starts nothing, not even a folder', async () => {
    await machine.configure({ gateway: { listen: 'nowhere' }, hub: { listen: '7700' } })
    const error = await startUp().done.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'invalid_configuration' })
    expect(messageOf(error).split('\n')).toHaveLength(2)
    await expect(stat(machine.data.root)).rejects.toThrow('ENOENT')
  })
})

describe('the hub', () => {
  it('takes a changed configuration, keeps the old one when the new one is bad, and says so', async () => {
    await machine.configure({ services: { order: SERVICE } })
    const run = startHub()
    await listening(run)
    const client = await machine.client()
    const names = async () => (await client.status()).services.map(({ name }) => name)
    expect(await names()).toEqual(['order'])

    await machine.configure({ services: { order: SERVICE, payment: SERVICE } })
    await until('the new service', async () => (await names()).includes('payment'))

    await machine.configure({ services: { order: SERVICE, payment: { run: {} } } })
    await until('a complaint', () => run.err.includes('the configuration in force stays: '))
    expect(await names()).toEqual(['order', 'payment'])
    expect(run.err).toMatch(/"level":"warn".*services\.payment\.run.*command/)

    // As an editor saves: beside the file, and in its place.
    const draft = join(machine.folder, '.draft')
    await writeFile(draft, JSON.stringify({ data: 'data', services: { storefront: SERVICE } }))
    await rename(draft, machine.file)
    await until('the saved file', async () => (await names()).join() === 'storefront')
    run.stop()
    expect(await run.done).toBe(0)
  })

  it('says what of a change it cannot take while it runs, and does not act on half of it', async () => {
    const run = startHub()
    await listening(run)
    const { address } = (await (await machine.client()).status()).gateway
    await machine.configure({ gateway: { listen: '127.0.0.1:1' }, services: { order: SERVICE } })
    await until('a word about it', () => run.err.includes('needs a restart'))
    expect(run.err).toContain('"fields":["gateway"]')
    const status = await (await machine.client()).status()
    expect(status.services.map(({ name }) => name)).toEqual(['order'])
    expect(status.gateway.address).toBe(address)
  })

  it('leaves nobody listening to SIGHUP, whether it ends or never starts', async () => {
    const before = process.listenerCount('SIGHUP')
    const run = startHub()
    await listening(run)
    expect(process.listenerCount('SIGHUP')).toBe(before + 1)
    run.stop()
    await run.done
    const { port, free } = await occupy()
    await machine.configure({ hub: { listen: `127.0.0.1:${port}` } })
    await expect(startHub().done).rejects.toMatchObject({ field: 'hub.listen' })
    free()
    expect(process.listenerCount('SIGHUP')).toBe(before)
  })

  it('runs without a gateway, and says that none answers', async () => {
    const run = startHub()
    await listening(run)
    const { gateway } = await (await machine.client()).status()
    expect(gateway).toMatchObject({ reachable: false, problem: expect.stringContaining('gateway') })
  })

  it('has the same token after a restart, and refuses one that others may read', async () => {
    const run = startHub()
    await listening(run)
    const token = await machine.token()
    expect(token).toMatch(/^[\w-]{43}$/)
    run.stop()
    await run.done
    const again = startHub()
    await listening(again)
    expect(await machine.token()).toBe(token)
    again.stop()
    await again.done
    await chmod(machine.data.hubToken, 0o644)
    await expect(startHub().done).rejects.toMatchObject({
      code: 'invalid_input',
      hint: `Run: chmod 600 ${machine.data.hubToken}`,
    })
  })

  it('needs a data folder that it may write to', async () => {
    await writeFile(machine.data.root, 'a file')
    await expect(startHub().done).rejects.toMatchObject({ code: 'invalid_input', field: 'data' })
    await rename(machine.data.root, `${machine.data.root}.file`)
  })
})

describe('the gateway alone', () => {
  const serves = (run: Run) =>
    until('the gateway', async () => {
      const ended = await Promise.race([run.done.then(String, messageOf), systemClock.sleep(0)])
      if (typeof ended === 'string') throw new Error(`it ended: ${ended}`)
      return /at (http:\S+); told by (unix:[^"]+)/.exec(run.err) ?? undefined
    })

  it('is what the configuration says, and writes in its log where it serves', async () => {
    const run = machine.run(around => gateway({}, around))
    const [, url = '', admin] = await serves(run)
    expect(admin).toBe(`unix:${machine.data.gatewaySocket}`)
    expect(await answers(url)).toBe(404)
    run.stop()
    expect(await run.done).toBe(0)
    expect(await openTo(machine.folder)).toEqual([machine.file])
  })

  it('needs no configuration where a folder is named, and takes flags over everything', async () => {
    const flags = { data: 'fresh', listen: '127.0.0.1:0', admin: 'here/admin.sock' }
    await mkdir(join(machine.folder, 'here'), { mode: 0o700 })
    const run = machine.run(around => gateway(flags, around))
    const [, url = '', admin] = await serves(run)
    expect(admin).toBe(`unix:${join(machine.folder, 'here/admin.sock')}`)
    expect(await answers(url)).toBe(404)
    run.stop()
    await run.done
    expect(await readdir(join(machine.folder, 'fresh/gateway'))).toContain('token')
  })

  it.each([
    ['no JSON', '{'],
    ['options that are none', '{"listen":"nowhere","tokenFile":"t","stateFile":"s"}'],
    ['options of another version', '{"tokenFile":"t","stateFile":"s","speed":9}'],
  ])('does not guess what %s means', async (_, text) => {
    await mkdir(join(machine.data.root, 'gateway'), { recursive: true, mode: 0o700 })
    await writeFile(machine.data.gatewayOptions, text)
    const error = await machine.run(around => gateway({ data: 'data' }, around)).done.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'invalid_input', field: '--data' })
    expect(messageOf(error)).toMatch(/options\.json does not say how to run the gateway: [^\n]+$/)
  })

  it.each([
    [{ listen: 'nowhere' }, 'gateway.listen'],
    [{ admin: '10.1.2.3:80' }, 'gateway.admin'],
  ])('refuses %j', async (flags, field) => {
    await expect(machine.run(around => gateway(flags, around)).done).rejects.toMatchObject({
      code: 'invalid_input',
      field,
    })
  })
})

describe('check', () => {
  const told = async (options: Parameters<typeof check>[0]) => {
    const run = machine.run(around => check(options, around))
    return { code: await run.done, out: run.out }
  }

  it('says which file is right, and which services it has', async () => {
    expect(await told({})).toEqual({ code: 0, out: `${machine.file} is right: 0 services\n` })
    await machine.configure({ services: { order: SERVICE } })
    expect((await told({})).out).toBe(`${machine.file} is right: 1 service (order)\n`)
    await machine.configure({ services: { order: SERVICE, payment: SERVICE } })
    expect((await told({})).out).toBe(`${machine.file} is right: 2 services (order, payment)\n`)
    expect(JSON.parse((await told({ json: true })).out)).toEqual({
      ok: true,
      path: machine.file,
      services: ['order', 'payment'],
      faults: [],
    })
  })

  it('tells every fault with its place, as words and as JSON', async () => {
    await writeFile(machine.file, 'hub:\n  listen: x\nservices:\n  order:\n    instances: 0\n')
    const error = await told({}).catch((thrown: unknown) => thrown)
    expect(messageOf(error).split('\n')).toEqual([
      expect.stringContaining(`${machine.file}:2:11: hub.listen: expected an address and a port`),
      expect.stringContaining('services.order'),
      expect.stringContaining('services.order.instances'),
    ])
    const { code, out } = await told({ json: true })
    expect(code).toBe(2)
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      message: messageOf(error),
      faults: [{ file: machine.file, line: 2, column: 11, path: 'hub.listen', text: expect.any(String) }, {}, {}],
    })
  })

  it('that finds no file says so as JSON, too', async () => {
    const { code, out } = await told({ json: true, config: 'none.yaml' })
    expect(code).toBe(2)
    expect(JSON.parse(out)).toMatchObject({ ok: false, message: expect.stringContaining('none.yaml') })
  })

  it('prints the schema for editors, which needs no configuration', async () => {
    await writeFile(machine.file, 'hub: [')
    const { code, out } = await told({ schema: true })
    expect(code).toBe(0)
    expect(out.split('\n').length).toBeGreaterThan(100)
    expect(JSON.parse(out)).toEqual(jsonSchemaOf(Configuration))
    const { out: line } = await told({ schema: true, json: true })
    expect(line.split('\n')).toHaveLength(2)
    expect(JSON.parse(line)).toEqual(JSON.parse(out))
  })

  it(
    'prints it from the command line',
    async () => {
      const run = machine.spawn('check', '--schema')
      expect(await run.done).toBe(0)
      expect(JSON.parse(run.out)).toHaveProperty('$schema', 'http://json-schema.org/draft-07/schema#')
    },
    PROCESSES_MS,
  )
})
