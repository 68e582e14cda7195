import { createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { residentsOf } from './census.fixture.ts'
import { Child } from './child.fixture.ts'
import type { GatewayTold } from './gateway.fixture.ts'
import { STORY_MS, serves, told, wholly } from './story.fixture.ts'
import { World } from './world.fixture.ts'

/** A port that another program listens on, until `free` is called. */
async function occupy(): Promise<{ readonly port: number; readonly free: () => void }> {
  const server = createServer()
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('it has no port')
  return { port: address.port, free: () => server.close() }
}

describe('what cannot be released', () => {
  const world = new World({
    service: { instances: 1 },
    run: { ready: { http: '/readyz', every: '50ms', timeout: '1500ms' } },
  })
  beforeAll(() => world.begin(), STORY_MS)
  afterAll(() => world.close())

  const release = async (version: string, order: Record<string, unknown> = {}) =>
    told(await world.untilOver((await world.client.deploy('shop', { version, ...order })).id))

  afterEach(async () => {
    expect(await serves(world, 'v1')).toEqual(wholly('v1'))
    const running = residentsOf(world.folder).filter(({ instance }) => instance !== undefined)
    expect(running).toHaveLength(1)
  })

  it('is a service that nobody configured: the answer names those there are', async () => {
    await expect(world.client.deploy('shoop', { version: 'v2' })).rejects.toMatchObject({
      code: 'not_found',
      message: 'no service shoop',
      field: 'service',
      hint: 'The configuration has: shop.',
    })
  })

  it(
    'is a command that is not there: the release fails, and says what was to run where',
    async () => {
      const { kind, reason, hint } = await release('v2-typo', { command: ['no-such-program'] })
      expect(kind).toBe('failed')
      expect(reason).toContain('shop v2-typo')
      expect(reason).toContain('no program no-such-program in PATH')
      expect(reason).toContain(world.folder)
      expect(hint).toMatch(/^Install it/)
    },
    STORY_MS,
  )

  it('is a stage over 100 %: the answer names the stage and the value', async () => {
    const strategy = {
      type: 'canary',
      stages: [
        { weight: '10%', for: '1s' },
        { weight: '140%', for: '1s' },
      ],
    }
    await expect(world.client.deploy('shop', { version: 'v2', strategy })).rejects.toMatchObject({
      code: 'invalid_input',
      message: 'strategy.stages.1.weight: expected a share from 0% to 100%',
      field: 'strategy.stages.1.weight',
    })
  })

  it(
    'is a fixed port that another program has: the release fails, and says which and who',
    async () => {
      const taken = await occupy()
      try {
        world.configure({ run: { ...world.run, port: taken.port } })
        await world.hub.kill('SIGTERM')
        await world.startHub()
        const { kind, reason, hint } = await release('v2-port')
        expect(kind).toBe('failed')
        expect(reason).toContain(`port ${taken.port}`)
        expect(reason).toContain(`process ${process.pid}`)
        expect(hint).toContain('leave out `port`')
      } finally {
        taken.free()
      }
    },
    STORY_MS,
  )

  it(
    'is an instance that never gets ready: the release fails, and says what it answered',
    async () => {
      const { kind, reason } = await release('deaf-1')
      expect(kind).toBe('failed')
      expect(reason).toMatch(/^shop deaf-1 was not ready within 1s500ms: GET \S+\/readyz: it answered 503/)
    },
    STORY_MS,
  )

  it(
    'is a program that ends again and again: the release fails, and says how it ended',
    async () => {
      const { kind, reason } = await release('doomed-1', { command: ['node', '-e', 'process.exit(3)'] })
      expect(kind).toBe('failed')
      expect(reason).toMatch(/shop doomed-1 .*exit code 3/s)
    },
    STORY_MS,
  )

  it('is a version that was another program before', async () => {
    await expect(world.client.deploy('shop', { version: 'v2-typo', command: ['node'] })).rejects.toMatchObject({
      code: 'conflict',
      field: 'version',
      hint: 'A version never changes: deploy what is different under a new name.',
    })
  })

  it('is what runs already', async () => {
    await expect(world.client.deploy('shop', { version: 'v1' })).rejects.toMatchObject({
      code: 'conflict',
      message: 'shop v1 is in service already',
    })
  })

  it(
    'is a release that a hub has under way already',
    async () => {
      const { id } = await world.client.deploy('shop', { version: 'good-1' })
      await expect(world.client.deploy('shop', { version: 'good-1' })).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('shop good-1 is on its way already'),
        hint: `Follow it: shipwatch show ${id}`,
      })
      await world.client.order(id, 'rollback')
      await world.untilOver(id)
    },
    STORY_MS,
  )
})

describe('what cannot be started', () => {
  it(
    'is a gateway whose port another program has',
    async () => {
      const taken = await occupy()
      const world = new World()
      try {
        const options = {
          listen: `127.0.0.1:${taken.port}`,
          admin: `unix:${world.data}/gateway/admin.sock`,
          tokenFile: `${world.data}/gateway/token`,
          stateFile: `${world.data}/gateway/config.json`,
        }
        const program = new URL('./gateway.fixture.ts', import.meta.url)
        const gateway = new Child<GatewayTold>(program, [JSON.stringify(options)], { WORLD: world.folder })
        const refused = await gateway.first('refused')
        expect(refused).toMatchObject({ field: 'gateway.listen' })
        expect(refused.message).toContain(`127.0.0.1:${taken.port}`)
        expect(refused.hint).toBeTruthy()
        expect((await gateway.ended).code).toBe(2)
      } finally {
        taken.free()
        await world.close()
      }
    },
    STORY_MS,
  )

  it.each([
    [
      'a port that another program has',
      (port: number) => ({ hub: { listen: `127.0.0.1:${port}` } }),
      /^the hub cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE/,
    ],
    [
      'a stage over 100 %',
      () => ({
        services: {
          shop: { run: { command: 'node' }, strategy: { type: 'canary', stages: [{ weight: '140%', for: '1s' }] } },
        },
      }),
      /shipwatch\.yaml:\d+:\d+.*services\.shop\.strategy.*expected a share from 0% to 100%/s,
    ],
    [
      'a service without a command',
      () => ({ services: { shop: { run: {} } } }),
      /shipwatch\.yaml:\d+:\d+.*services\.shop\.run.*command/s,
    ],
  ])(
    'is a hub with %s',
    async (_, configuration, message) => {
      const taken = await occupy()
      const world = new World()
      try {
        world.configureWhole(configuration(taken.port))
        const hub = world.spawnHub()
        const refused = await hub.first('refused')
        expect(refused.message).toMatch(message)
        expect(refused.hint).toBeTruthy()
        expect((await hub.ended).code).toBe(2)
      } finally {
        taken.free()
        await world.close()
      }
    },
    STORY_MS,
  )
})
