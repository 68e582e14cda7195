import { chmodSync, existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { idMaker, systemClock } from '../../../kernel/index.ts'
import type { InstanceEvent, Scaled } from '../target.ts'
import { ask, never, type ProcessHarness, patience, pidOf, processHarness } from './harness.fixture.ts'
import type { ProcessTarget, ProcessTargetOptions, Step } from './index.ts'

let harness: ProcessHarness
let target: ProcessTarget
let hub: AbortController
let running: Promise<void>
let events: InstanceEvent[]
let onStep: (step: Step, instanceId: string) => void
const servers: Server[] = []

function start(options: Partial<ProcessTargetOptions> = {}): void {
  hub = new AbortController()
  target = harness.open({ onStep: (step, id) => onStep(step, id), ...options })
  events = []
  target.watch(event => events.push(event))
  running = target.run(hub.signal)
}

beforeEach(async () => {
  harness = await processHarness()
  onStep = () => undefined
  start()
})

afterEach(async () => {
  for (const server of servers.splice(0)) server.close()
  hub.abort()
  await running
  await harness.close()
})

async function failureOf(run: Record<string, unknown>, program?: string, count = 1) {
  const scaled = await target.scale(harness.run('order', 'v1', run, program), count, never)
  expect(await target.instances()).toEqual([])
  expect(harness.processes()).toEqual([])
  return told(scaled)
}

function told(scaled: Scaled): { kind: string; reason: string; hint: string } {
  if (scaled.ok) throw new Error('it was expected to fail')
  return { hint: '', ...scaled }
}

/** Takes a port for this test's own process, on every address, before anything else can happen. */
function take(port: number, answer?: string): Server {
  const server = answer === undefined ? createServer() : createHttpServer((_, response) => response.end(answer))
  servers.push(server)
  server.listen(port) // without a host it is bound before the call returns
  return server
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

const portIn = (id: string): number =>
  (JSON.parse(readFileSync(join(harness.stateDir, 'instances', `${id}.json`), 'utf8')) as { port: number }).port

describe('a version that cannot be started', () => {
  it('for want of its program, named with PATH and folder', async () => {
    const { kind, reason } = await failureOf({ command: 'no-such-program --now', env: { PATH: '/usr/bin:/bin' } })
    expect(kind).toBe('cannot-start')
    expect(reason).toBe(
      `order v1 cannot be started: no program no-such-program in PATH (/usr/bin:/bin); it was to run in ${join(harness.folder, 'programs')}`,
    )
  })

  it.each([
    [
      'a program at a path that does not exist',
      { command: './nothing' },
      /no such program: .*programs\/nothing$/,
      /cwd/,
    ],
    ['a program that may not be run', { command: './server.mjs' }, /server\.mjs is not executable/, /chmod \+x/],
    ['a folder for a program', { command: '/tmp' }, /\/tmp is a folder/, /Name a file/],
    ['a folder that does not exist', { cwd: './no/such' }, /does not exist: .*programs\/no\/such/, /cwd/],
    ['a file for a folder', { cwd: './server.mjs' }, /is not a folder: .*server\.mjs/, /cwd/],
  ])('for %s', async (_, run, reason, hint) => {
    const failure = await failureOf(run)
    expect(failure.kind).toBe('cannot-start')
    expect(failure.reason).toMatch(reason)
    expect(failure.hint).toMatch(hint)
  })

  it('for a program that the kernel refuses to run', async () => {
    const path = join(harness.folder, 'programs', 'broken')
    writeFileSync(path, '#!/no/such/interpreter\n')
    chmodSync(path, 0o755)
    const { kind, reason } = await failureOf({ command: './broken' })
    expect(kind).toBe('cannot-start')
    expect(reason).toMatch(/\.\/broken cannot be started: .*ENOENT/)
  })

  it('for a configuration that is wrong, with every fault', async () => {
    const { reason } = await failureOf({ command: 'a | b', limits: { cpu: 0 }, colour: 'red' })
    expect(reason).toMatch(/run\.command contains \|, but no shell is run/)
    expect(reason).toMatch(/run\.limits\.cpu/)
    expect(reason).toMatch(/"colour"/)
  })

  it('for a fixed port that somebody holds, named with process and command', async () => {
    const port = await freePort()
    take(port)
    const { kind, reason, hint } = await failureOf({ port })
    expect(kind).toBe('cannot-start')
    expect(reason).toMatch(new RegExp(`port ${port} is in use by process ${process.pid} \\(.*\\)`))
    expect(hint).toMatch(/leave out `port`/)
  })

  it('for a fixed port that another version holds, named with its instance', async () => {
    const port = await freePort()
    const first = await target.scale(harness.run('order', 'v1', { port }), 1, never)
    expect(first.ok && first.instances[0]?.url).toBe(`http://127.0.0.1:${port}`)
    const { reason } = told(await target.scale(harness.run('order', 'v2', { port }), 1, never))
    expect(reason).toMatch(/of the instance ins_/)
    expect(await target.instances()).toHaveLength(1)
  })

  it('more than once on a fixed port', async () => {
    const { reason, hint } = await failureOf({ port: 8080 }, undefined, 2)
    expect(reason).toMatch(/cannot be started 2 times: all would listen on port 8080/)
    expect(hint).toMatch(/Leave out `port`/)
  })

  it('where every port is taken', async () => {
    hub.abort()
    await running
    const port = await freePort()
    start({ ports: { from: port, to: port } })
    const scaled = await target.scale(harness.good('order', 'v1'), 2, never)
    expect(told(scaled).reason).toMatch(new RegExp(`no port between ${port} and ${port} is free`))
    expect(await target.instances()).toEqual([])
  })
})

describe('a version that does not become ready', () => {
  const soon = { http: '/', every: '20ms', timeout: '700ms' }

  it('says what it answered', async () => {
    const { kind, reason } = await failureOf({ ready: soon, env: { GATE: '/nowhere' } })
    expect(kind).toBe('not-ready')
    expect(reason).toMatch(
      /was not ready within 700ms: GET http:\/\/127\.0\.0\.1:\d+\/: it answered 503; it wrote nothing/,
    )
  })

  it('says where it listens instead', async () => {
    const port = await freePort()
    harness.write('elsewhere.mjs', `import net from 'node:net'; net.createServer().listen(${port}, '127.0.0.1')`)
    const { kind, reason } = await failureOf({ ready: soon }, 'elsewhere.mjs')
    expect(kind).toBe('not-ready')
    expect(reason).toMatch(
      new RegExp(`nothing listens on port \\d+, the one in PORT; the program listens on ${port} instead`),
    )
  })

  it('says that nothing listens, with the last lines of its log and how to try it by hand', async () => {
    harness.write('idle.mjs', `console.log('one'); console.error('two'); setInterval(() => {}, 1e6)`)
    const { reason, hint } = await failureOf({ ready: { ...soon, http: undefined, tcp: true } }, 'idle.mjs')
    expect(reason).toMatch(
      /a connection to 127\.0\.0\.1:\d+: nothing listens there; its last lines:\n {2}one\n {2}two$/,
    )
    expect(hint).toMatch(/^Whole log: .*\.log\. Try it by hand: cd .*programs && PORT=\d+ .*idle\.mjs$/)
  })

  it('is not mistaken for ready when a stranger answers on its port', async () => {
    harness.write('idle.mjs', 'setInterval(() => {}, 1e6)')
    onStep = (step, id) => {
      if (step === 'recorded') take(portIn(id), 'I am somebody else')
    }
    const { kind, reason } = await failureOf({ ready: soon }, 'idle.mjs')
    expect(kind).toBe('not-ready')
    expect(reason).toMatch(new RegExp(`port \\d+ is in use by process ${process.pid}`))
  })

  it('fails as soon as it ends, long before its time is over', async () => {
    const { kind, reason } = await failureOf({ ready: { ...soon, timeout: '10m' } }, 'crash.mjs')
    expect(kind).toBe('crash-loop')
    expect(reason).toBe(
      'order v1 ended 3 times within 1m; the last time it ended with exit code 3; its last lines:\n  boom',
    )
  })

  it('may be declared a crash loop at its first end', async () => {
    const restart = { crashLoop: { exits: 1, within: '1m' } }
    const { kind, reason } = await failureOf({ restart }, 'crash.mjs')
    expect([kind, reason]).toEqual(['crash-loop', 'order v1 ended with exit code 3; its last lines:\n  boom'])
  })

  it('names the signal that ended it', async () => {
    harness.write('abort.mjs', `process.kill(process.pid, 'SIGABRT')`)
    expect((await failureOf({}, 'abort.mjs')).reason).toMatch(/was killed by SIGABRT/)
  })
})

describe('a port that somebody else takes', () => {
  it.each([
    ['says so', `throw new Error('listen EADDRINUSE: address already in use')`],
    ['only ends', 'process.exit(1)'],
  ])('before a new instance listens on it is given up for another, when the program %s', async (_, end) => {
    harness.write(
      'unlucky.mjs',
      `import net from 'node:net'
       net.createServer().on('error', () => { ${end} }).listen(Number(process.env.PORT), '127.0.0.1')`,
    )
    let stolen = 0
    onStep = (step, id) => {
      if (step !== 'intended' || stolen) return
      stolen = portIn(id)
      take(stolen)
    }
    const scaled = await target.scale(harness.run('order', 'v1', { ready: { tcp: true } }, 'unlucky.mjs'), 1, never)
    expect(scaled.ok && scaled.instances).toMatchObject([{ state: 'ready', restarts: 0 }])
    expect(stolen).toBeGreaterThan(0)
    expect(scaled.ok && scaled.instances[0]?.url).not.toContain(String(stolen))
    expect(events).toEqual([])
  })

  it('before a new instance is started at all is given up for another, too', async () => {
    hub.abort()
    await running
    const ids = idMaker(systemClock)
    const range = { from: 28_500, to: 28_509 }
    start({
      ports: range,
      random: () => 0,
      newId: kind => {
        take(range.from) // chosen a moment ago, and not used yet
        return ids(kind)
      },
    })
    const scaled = await target.scale(harness.good('order', 'v1'), 1, never)
    expect(scaled.ok && scaled.instances).toMatchObject([
      { url: 'http://127.0.0.1:28501', state: 'ready', restarts: 0 },
    ])
  })

  it('while an instance is between two runs is waited for, because traffic is sent there', async () => {
    const scaled = await target.scale(harness.good('order', 'v1'), 1, never)
    const [before] = scaled.ok ? scaled.instances : []
    const port = Number(new URL(before?.url ?? '').port)
    let thief: Server | undefined
    target.watch(event => {
      if (event.kind === 'exited') thief ??= take(port)
    })
    process.kill(pidOf(before), 'SIGKILL')
    await vi.waitFor(() => expect(events.at(-1)?.reason).toMatch(/could not be started: port \d+ is in use/), patience)
    expect((await target.instances())[0]?.state).toBe('backing-off')
    const again = told(await target.scale(harness.good('order', 'v1'), 1, never))
    expect(again.reason).toMatch(/in use by process/)
    expect(await target.instances()).toHaveLength(1)
    thief?.close()
    await vi.waitFor(async () => expect((await target.instances())[0]?.state).toBe('ready'), patience)
    const [after] = await target.instances()
    expect(after).toMatchObject({ id: before?.id, url: before?.url })
  })
})

describe('an instance that was ready', () => {
  it('is told of as a crash loop when it ends again and again, once, and goes on being tried', async () => {
    const run = { restart: { backoff: '20ms', maxBackoff: '40ms', crashLoop: { exits: 2, within: '1m' } } }
    await target.scale(harness.run('order', 'v1', run), 1, never)
    for (const restarts of [1, 2, 3]) {
      const [instance] = await target.instances()
      await ask(instance, '/exit').catch(() => 'it ended instead of answering')
      await vi.waitFor(async () => {
        expect(await target.instances()).toMatchObject([{ restarts, state: 'ready' }])
      }, patience)
    }
    expect(events.filter(event => event.kind === 'crash-loop')).toHaveLength(1)
    expect(events.find(event => event.kind === 'crash-loop')?.reason).toMatch(/ended 2 times within 1m.*exit code 7/)
    expect(events.filter(event => event.kind === 'restarted')).toHaveLength(3)
  })

  it('is told of when it is no longer ready, and when it is again; nobody ends it', async () => {
    const gate = join(harness.folder, 'gate')
    writeFileSync(gate, '')
    const scaled = await target.scale(harness.run('order', 'v1', { env: { GATE: gate } }), 1, never)
    const [before] = scaled.ok ? scaled.instances : []
    unlinkSync(gate)
    await vi.waitFor(() => expect(events.map(event => event.kind)).toEqual(['unready']), patience)
    expect(events[0]?.reason).toBe('it answered 503')
    expect((await target.instances())[0]?.state).toBe('unready')
    writeFileSync(gate, '')
    await vi.waitFor(() => expect(events.map(event => event.kind)).toEqual(['unready', 'ready']), patience)
    expect(pidOf((await target.instances())[0])).toBe(pidOf(before))
  })
})

describe('records that were harmed', () => {
  it('keep a hub from touching anything, and say what to do', async () => {
    await target.scale(harness.good('order', 'v1'), 1, never)
    const [instance] = await target.instances()
    hub.abort()
    await running
    const path = join(harness.stateDir, 'instances', `${instance?.id}.json`)
    const whole = readFileSync(path, 'utf8')
    writeFileSync(path, whole.slice(0, 40))
    const later = harness.open()
    await expect(later.run(new AbortController().signal)).rejects.toThrow(`cannot be read: ${path}`)
    const failure = told(await later.scale(harness.good('order', 'v1'), 2, never))
    expect(failure.reason).toMatch(/cannot be scaled: the record of an instance cannot be read/)
    expect(failure.hint).toContain(`SHIPWATCH_INSTANCE=${instance?.id}`)
    expect(await ask(instance)).toBe('v1')
    writeFileSync(path, whole)
    expect(await later.instances()).toMatchObject([{ id: instance?.id }])
  })

  it('are whole again when only their replacement was not finished', async () => {
    await target.scale(harness.good('order', 'v1'), 1, never)
    const [instance] = await target.instances()
    hub.abort()
    await running
    const unfinished = join(harness.stateDir, 'instances', `${instance?.id}.json.new`)
    writeFileSync(unfinished, '{"format":1,')
    start()
    expect(await target.instances()).toMatchObject([{ id: instance?.id, state: 'ready' }])
    expect(existsSync(unfinished)).toBe(false)
  })
})
