import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Instance, InstanceEvent } from '../target.ts'
import { joinGroups, limitFiles, makeGroups, parseHierarchies, placeGroups, readHierarchies } from './cgroup.ts'
import { ask, never, type ProcessHarness, patience, pidOf, processHarness, whereThereIs } from './harness.fixture.ts'
import type { ProcessTarget, ProcessTargetOptions } from './index.ts'

describe('the place for control groups', () => {
  const V1 = [
    '30 25 0:26 / /sys/fs/cgroup rw,nosuid - tmpfs tmpfs rw,mode=755',
    '31 30 0:27 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory',
    '32 30 0:28 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct',
  ]
  const V2 = ['30 25 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate']

  it.each([
    [
      'version 1',
      V1,
      ['5:memory:/system.slice/hub.service', '4:cpu,cpuacct:/'],
      { memory: '/sys/fs/cgroup/memory/system.slice/hub.service', cpu: '/sys/fs/cgroup/cpu,cpuacct' },
    ],
    [
      'version 1 in a container that sees a part of the tree',
      ['31 30 0:27 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory'],
      ['5:memory:/docker/abc'],
      { memory: '/sys/fs/cgroup/memory' },
    ],
    ['version 2', V2, ['0::/system.slice/hub.service'], { unified: '/sys/fs/cgroup/system.slice/hub.service' }],
    [
      'both',
      [...V1, '33 30 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw'],
      ['5:memory:/a', '0::/'],
      {
        memory: '/sys/fs/cgroup/memory/a',
        unified: '/sys/fs/cgroup/unified',
      },
    ],
    ['none', ['25 1 8:1 / / rw - ext4 /dev/sda1 rw'], [], {}],
  ])('is found with %s', (_, mounts, membership, expected) => {
    expect(parseHierarchies(mounts.join('\n'), membership.join('\n'))).toEqual(expected)
  })

  it('is written as the kernel wants it', () => {
    const limits = { memoryBytes: 1024, cpu: 0.5 }
    const lines = (version: 1 | 2) => limitFiles(version, limits).map(({ file, value }) => `${file} ${value}`)
    expect(lines(1)).toEqual([
      'memory.limit_in_bytes 1024',
      'memory.memsw.limit_in_bytes 1024',
      'cpu.cfs_period_us 100000',
      'cpu.cfs_quota_us 50000',
    ])
    expect(lines(2)).toEqual(['memory.max 1024', 'memory.swap.max 0', 'memory.oom.group 1', 'cpu.max 50000 100000'])
    expect(limitFiles(2, { cpu: 0.0001 }).map(({ value }) => value)).toEqual(['1000 100000'])
    expect(limitFiles(1, {})).toEqual([])
  })
})

describe('control groups of version 2', () => {
  let tree: string

  /** A folder with the files that the kernel would have put there. */
  function group(path: string, controllers = 'cpu io memory pids'): string {
    const folder = join(tree, path)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'cgroup.controllers'), `${controllers}\n`)
    writeFileSync(join(folder, 'cgroup.subtree_control'), '')
    return folder
  }

  beforeEach(() => {
    tree = mkdtempSync(join(tmpdir(), 'shipwatch-cgroup-'))
  })

  afterEach(() => rmSync(tree, { recursive: true }))

  it('are made within the own one, passed on to, limited and joined', () => {
    const unified = group('delegated')
    group('delegated/shipwatch-me')
    const limits = { memoryBytes: 4096, cpu: 2 }
    const groups = placeGroups({ unified, memory: '/not/this' }, 'me', 'ins_1', limits)
    const folder = join(unified, 'shipwatch-me', 'ins_1')
    expect(groups).toEqual({ version: 2, memory: folder, cpu: folder })
    expect(makeGroups(groups, limits)).toBeUndefined()
    expect(joinGroups(groups, [4711])).toBeUndefined()
    for (const parent of [unified, join(unified, 'shipwatch-me')])
      expect(readFileSync(join(parent, 'cgroup.subtree_control'), 'utf8')).toMatch(/^\+(?:memory|cpu)$/)
    const read = (file: string) => readFileSync(join(folder, file), 'utf8')
    expect([read('memory.max'), read('cpu.max'), read('cgroup.procs')]).toEqual(['4096', '200000 100000', '4711'])
  })

  it("are made in the unit's own group when the hub is in one within it", () => {
    const unified = group('hub.service/main')
    group('hub.service')
    expect(placeGroups({ unified }, 'me', 'ins_1', { cpu: 1 })).toEqual({
      version: 2,
      cpu: join(tree, 'hub.service', 'shipwatch-me', 'ins_1'),
    })
  })

  it('are left for version 1 where they lack a controller', () => {
    const unified = group('', 'pids')
    expect(placeGroups({ unified, memory: '/one' }, 'me', 'ins_1', { memoryBytes: 1 })).toEqual({
      version: 1,
      memory: '/one/shipwatch-me/ins_1',
    })
  })

  it('are not asked for without limits', () => {
    const groups = placeGroups({ unified: group(''), memory: '/one', cpu: '/two' }, 'me', 'ins_1', {})
    expect(groups).toEqual({ version: 2 })
    expect(makeGroups(groups, {})).toBeUndefined()
  })

  it('say what is not enforced, and why', () => {
    const limits = { memoryBytes: 1, cpu: 1 }
    const groups = placeGroups({ cpu: '/proc/self/no-such' }, 'me', 'ins_1', limits)
    expect(makeGroups(groups, limits)).toMatch(
      /^limits not enforced: no writable cgroup for memory and cpu \(the memory controller is not mounted; .*\/proc\/self\/no-such/,
    )
  })
})

let harness: ProcessHarness
let target: ProcessTarget
let hub: AbortController
let running: Promise<void>
let events: InstanceEvent[]

function start(options: Partial<ProcessTargetOptions> = {}): void {
  hub = new AbortController()
  target = harness.open(options)
  events = []
  target.watch(event => events.push(event))
  running = target.run(hub.signal)
}

async function end(): Promise<void> {
  hub.abort()
  await running
}

async function one(run: Record<string, unknown>, program?: string): Promise<Instance> {
  const scaled = await target.scale(harness.run('order', 'v1', run, program), 1, never)
  if (!scaled.ok) throw new Error(scaled.reason)
  const [instance] = scaled.instances
  if (!instance) throw new Error('there is none')
  return instance
}

describe('the limits of an instance', () => {
  beforeEach(async () => {
    harness = await processHarness()
    start()
  })

  afterEach(async () => {
    await end()
    await harness.close()
  })

  it('that cannot be enforced are said with it, also by the next hub, and it runs', async () => {
    await end()
    start({ cgroups: {} })
    const instance = await one({ limits: { memory: '1GiB', cpu: 0.5 } })
    const notice = 'limits not enforced: no writable cgroup for memory and cpu'
    expect(instance.facts?.['limits']).toContain(notice)
    await end()
    start()
    expect((await target.instances())[0]?.facts?.['limits']).toContain(notice)
  })

  const own = readHierarchies()
  whereThereIs('cgroup (version 1, writable)', isWritable(own.memory) && isWritable(own.cpu), () => {
    /** The groups that a process is in, within ours. */
    const groupsOf = (pid: number): readonly string[] =>
      readFileSync(`/proc/${pid}/cgroup`, 'utf8')
        .split('\n')
        .filter(line => line.includes('shipwatch-'))

    const folders = (): readonly string[] =>
      [own.memory, own.cpu].flatMap(folder =>
        readdirSync(folder ?? '').flatMap(name =>
          name.startsWith('shipwatch-') ? readdirSync(join(folder ?? '', name)) : [],
        ),
      )

    it('hold it and its children, are kept by the next hub, and are gone with it', async () => {
      const instance = await one({ limits: { memory: '300MiB', cpu: 0.5 }, env: { CHILD: '1' } })
      expect(instance.facts).not.toHaveProperty('limits')
      const pid = pidOf(instance)
      expect(groupsOf(pid)).toHaveLength(2)
      const path =
        groupsOf(pid)
          .find(line => line.includes(':memory:'))
          ?.split(':')[2] ?? ''
      const folder = join(mountOf(own.memory), path)
      expect(readFileSync(join(folder, 'memory.limit_in_bytes'), 'utf8')).toBe(`${300 * 2 ** 20}\n`)
      await vi.waitFor(
        () => expect(readFileSync(join(folder, 'cgroup.procs'), 'utf8').trim().split('\n')).toHaveLength(2),
        patience,
      )
      await end()
      start()
      expect(groupsOf(pidOf((await target.instances())[0]))).toHaveLength(2)
      await target.scale(harness.good('order', 'v1'), 0, never)
      expect(folders()).not.toContain(instance.id)
      expect(existsSync(dirname(folder))).toBe(false)
    })

    it('end it when it needs more memory, and that is said', async () => {
      harness.write(
        'greedy.mjs',
        `import { createServer } from 'node:http'
         const kept = []
         createServer((request, response) => {
           response.end()
           if (request.url === '/eat') for (;;) kept.push(Buffer.alloc(8 * 2 ** 20, 1))
         }).listen(Number(process.env.PORT), '127.0.0.1')`,
      )
      const instance = await one({ limits: { memory: '128MiB' } }, 'greedy.mjs')
      await ask(instance, '/eat').catch(() => 'it was killed instead of answering')
      await vi.waitFor(
        () => expect(events.map(event => event.kind)).toEqual(['exited', 'restarted', 'ready']),
        patience,
      )
      expect(events[0]?.reason).toMatch(/it was killed by SIGKILL: it needed more memory than its limit of 128 MiB/)
    })
  })
})

function isWritable(folder: string | undefined): boolean {
  if (folder === undefined) return false
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Where the hierarchy of a group is mounted. */
function mountOf(folder: string | undefined): string {
  let at = folder ?? '/'
  while (at !== '/' && !existsSync(join(at, 'release_agent'))) at = dirname(at)
  return at
}
