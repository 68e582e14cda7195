import { describe, expect, it } from 'vitest'
import { commandFor, Plan, planRun } from './plan.ts'
import { ProcessRun } from './schema.ts'

const messages = (run: unknown) =>
  ProcessRun.safeParse(run).error?.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`) ?? []

describe('the configuration of a process', () => {
  it('needs no more than a command', () => {
    expect(planRun(ProcessRun.parse({ command: 'node server.ts' }), 'v1', '/srv')).toEqual({
      argv: ['node', 'server.ts'],
      cwd: '/srv',
      env: {},
      ready: { timeoutMs: 30_000, everyMs: 250 },
      stop: { graceMs: 10_000, drainMs: 0 },
      restart: { backoffMs: 500, maxBackoffMs: 30_000, exits: 3, withinMs: 60_000 },
      logs: { maxSizeBytes: 10 * 2 ** 20, keep: 5 },
      limits: {},
    })
  })

  it('is planned whole, and the plan survives being stored', () => {
    const run = ProcessRun.parse({
      command: ['node', 'server.ts', '{version}'],
      cwd: './releases/{version}',
      env: { NAME: 'order {version}' },
      ready: { http: '/readyz', timeout: '5s', every: '100ms' },
      stop: { grace: '1m', drain: '2s' },
      restart: { backoff: '1s', maxBackoff: '1m', crashLoop: { exits: 5, within: '10m' } },
      logs: { maxSize: 4096, keep: 0 },
      limits: { memory: '512MiB', cpu: 0.5 },
      port: 8080,
    })
    const plan = planRun(run, 'v7', '/srv/shop')
    expect(plan).toEqual({
      argv: ['node', 'server.ts', 'v7'],
      cwd: '/srv/shop/releases/v7',
      env: { NAME: 'order v7' },
      ready: { http: '/readyz', timeoutMs: 5_000, everyMs: 100 },
      stop: { graceMs: 60_000, drainMs: 2_000 },
      restart: { backoffMs: 1_000, maxBackoffMs: 60_000, exits: 5, withinMs: 600_000 },
      logs: { maxSizeBytes: 4096, keep: 0 },
      limits: { memoryBytes: 512 * 2 ** 20, cpu: 0.5 },
      fixedPort: 8080,
    })
    expect(Plan.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan)
  })

  it('reads the same from what it has read, as a stored release does', () => {
    const once = ProcessRun.parse({ command: 'node a.ts', ready: { http: '/' }, limits: { memory: '1GiB' } })
    expect(ProcessRun.parse(JSON.parse(JSON.stringify(once)))).toEqual(once)
  })

  it.each([
    [{}, 'command: expected a command line or a list of words'],
    [{ command: '' }, 'command: expected at least the program to run'],
    [{ command: [] }, 'command: expected at least the program to run'],
    [{ command: "node 'a" }, "command: cannot be split into words: the quote ' is not closed"],
    [
      { command: 'npm run build && node a.ts' },
      'command: contains &&, but no shell is run; write ["sh", "-c", "exec …"] to run a shell, or put it in single quotes to mean the characters themselves',
    ],
    [
      { command: 'node a.ts $PORT' },
      'command: contains $PORT, but variables are not expanded; write {port} for the port, or put it in single quotes to mean the characters themselves',
    ],
    [{ command: 'a', cdw: 'b' }, ': Unrecognized key: "cdw"'],
    [
      { command: 'a', env: { PORT: '80' } },
      'env.PORT: is set by Shipwatch itself; write `port:` beside `command:` to fix it',
    ],
    [{ command: 'a', env: { SHIPWATCH_INSTANCE: 'x' } }, 'env.SHIPWATCH_INSTANCE: is set by Shipwatch itself'],
    [{ command: 'a', env: { 'A=B': 'x' } }, 'env.A=B: expected a name without = in it'],
    [{ command: 'a', ready: {} }, 'ready: expected either `http: /path` or `tcp: true`'],
    [{ command: 'a', ready: { http: '/', tcp: true } }, 'ready: expected either `http: /path` or `tcp: true`'],
    [{ command: 'a', ready: { http: 'readyz' } }, 'ready.http: expected a path that begins with /'],
    [
      { command: 'a', ready: { tcp: true, timeout: 'soon' } },
      'ready.timeout: expected a duration such as 30s, 5m or 1h30m',
    ],
    [{ command: 'a', ready: { tcp: true, every: '0s' } }, 'ready.every: expected more than 0'],
    [{ command: 'a', limits: { memory: 'lots' } }, 'limits.memory: expected a size such as 512MiB, 10MB or 4096'],
  ])('%# refuses %j and says what it expects', (run, message) => {
    expect(messages(run)).toContain(message)
  })

  it('tells of all errors at once', () => {
    expect(messages({ command: '', port: 0, stop: { grace: 'x' } })).toHaveLength(3)
  })
})

describe('what an instance is started with', () => {
  const plan = planRun(
    ProcessRun.parse({
      command: 'serve --listen 127.0.0.1:{port} --as {version}',
      env: { SELF: 'http://127.0.0.1:{port}/{version}', HOME: '/srv' },
    }),
    'v2',
    '/srv',
  )
  const who = { id: 'ins_1', service: 'order', version: 'v2', port: 4711 }

  it('has version and port filled in, and says who it is', () => {
    expect(commandFor(plan, who, {})).toEqual({
      argv: ['serve', '--listen', '127.0.0.1:4711', '--as', 'v2'],
      cwd: '/srv',
      env: {
        SELF: 'http://127.0.0.1:4711/v2',
        HOME: '/srv',
        VERSION: 'v2',
        PORT: '4711',
        SHIPWATCH_SERVICE: 'order',
        SHIPWATCH_VERSION: 'v2',
        SHIPWATCH_INSTANCE: 'ins_1',
      },
    })
  })

  it("inherits what any program needs, and none of the hub's own settings", () => {
    const { env } = commandFor(plan, who, {
      PATH: '/bin',
      LC_ALL: 'C',
      TZ: undefined,
      HOME: '/home/hub',
      DATABASE_URL: 'postgres://hub',
      SHIPWATCH_TOKEN: 'secret',
      SHIPWATCH_INSTANCE: 'the one that the hub runs in',
    })
    expect(env).toMatchObject({ PATH: '/bin', LC_ALL: 'C', HOME: '/srv', SHIPWATCH_INSTANCE: 'ins_1' })
    expect(Object.keys(env).toSorted()).toEqual([
      'HOME',
      'LC_ALL',
      'PATH',
      'PORT',
      'SELF',
      'SHIPWATCH_INSTANCE',
      'SHIPWATCH_SERVICE',
      'SHIPWATCH_VERSION',
      'VERSION',
    ])
  })
})
