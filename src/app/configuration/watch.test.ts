import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { FakeClock } from '../../kernel/fake-clock.ts'
import { systemClock } from '../../kernel/index.ts'
import { loadConfiguration } from './load.ts'
import { Sample } from './sample.fixture.ts'
import { type Reload, watchConfiguration } from './watch.ts'

const text = (port: number | string): string => `hub: { port: ${port} }\nservices: {}\n`

let root = ''
let count = 0
const stops: (() => void)[] = []

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'shipwatch-watch-'))
})
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})
afterAll(async () => {
  await rm(root, { recursive: true })
})

async function newFolder(): Promise<string> {
  count += 1
  const folder = join(root, String(count))
  await mkdir(folder)
  return folder
}

/** Watches on a clock that only the test moves; `next` waits for a change to be noticed, and for what came of it. */
async function watch(path: string) {
  const clock = new FakeClock()
  const controller = new AbortController()
  stops.push(() => controller.abort())
  const reloads: Reload<Sample>[] = []
  const failures: Error[] = []
  const current = await loadConfiguration(Sample, { path, env: {} })
  await watchConfiguration(Sample, {
    path,
    env: {},
    current,
    clock,
    signal: controller.signal,
    reloaded: reload => reloads.push(reload),
    failed: error => failures.push(error),
  })
  const nextReload = async (): Promise<Reload<Sample> | undefined> => {
    await until(async () => {
      await clock.advance(200)
      return reloads.length > 0
    })
    return reloads.shift()
  }
  const next = async (): Promise<string> => {
    const reload = await nextReload()
    if (reload?.kind === 'taken') return `port ${reload.loaded.value.hub.port}`
    return (reload?.message ?? '').replaceAll(root, '')
  }
  return { clock, controller, reloads, failures, next, nextReload }
}

/** Writes so that nobody ever reads half of it. */
async function save(file: string, content: string): Promise<void> {
  await writeFile(`${file}.new`, content)
  await rename(`${file}.new`, file)
}

/** Looks again and again, with a deadline far away, letting files and their events have their turn. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadlineMs = systemClock.elapsed() + 15_000
  while (!(await holds())) {
    if (systemClock.elapsed() > deadlineMs) throw new Error('nothing came of it')
    await new Promise(resolve => setImmediate(resolve))
  }
}

describe('a watched file', () => {
  it('is taken when it changes, and kept out while it is bad', async () => {
    const file = join(await newFolder(), 'shipwatch.yaml')
    await writeFile(file, text(1))
    const { next, failures } = await watch(file)
    await writeFile(file, text(2))
    expect(await next()).toBe('port 2')
    await writeFile(file, text('x'))
    expect(await next()).toBe(
      'the configuration in force stays: /1/shipwatch.yaml:1:14: hub.port: expected a whole number, got "x"',
    )
    await writeFile(file, `${text('y')}hup: 1\n`)
    expect(await next()).toBe(
      'the configuration in force stays: /1/shipwatch.yaml:1:14: hub.port: expected a whole number, got "y" (and 1 more)',
    )
    await writeFile(file, text(2))
    expect(await next()).toBe('port 2')
    expect(failures).toEqual([])
  })

  it('is noticed when an editor saves it by renaming, again and again', async () => {
    const folder = await newFolder()
    const file = join(folder, 'shipwatch.yaml')
    await writeFile(file, text(1))
    const { next } = await watch(file)
    for (const port of [2, 3, 4]) {
      await rename(file, `${file}~`)
      await writeFile(join(folder, '.shipwatch.yaml.tmp'), text(port))
      await rename(join(folder, '.shipwatch.yaml.tmp'), file)
      expect(await next()).toBe(`port ${port}`)
    }
  })

  it('is told to be missing when it goes, and taken when it is back', async () => {
    const folder = await newFolder()
    const file = join(folder, 'shipwatch.yaml')
    await writeFile(file, text(1))
    const { next } = await watch(file)
    await rm(file)
    expect(await next()).toContain('the configuration in force stays: ')
    await writeFile(file, text(2))
    expect(await next()).toBe('port 2')
    await rm(folder, { recursive: true })
    expect(await next()).toContain('no shipwatch.yaml in')
    await mkdir(folder)
    await writeFile(file, text(3))
    expect(await next()).toBe('port 3')
  })

  it('is noticed when a mounted volume swaps the link above it', async () => {
    const folder = await newFolder()
    for (const port of [1, 2]) {
      await mkdir(join(folder, `..${port}`))
      await writeFile(join(folder, `..${port}`, 'shipwatch.yaml'), text(port))
    }
    await symlink('..1', join(folder, '..data'))
    await symlink('..data/shipwatch.yaml', join(folder, 'shipwatch.yaml'))
    const { next } = await watch(join(folder, 'shipwatch.yaml'))
    await symlink('..2', join(folder, '..new'))
    await rename(join(folder, '..new'), join(folder, '..data'))
    expect(await next()).toBe('port 2')
  })

  it('is noticed when the file of one of its secrets changes', async () => {
    const [folder, elsewhere] = [await newFolder(), await newFolder()]
    await writeFile(join(elsewhere, 'password'), 'one')
    const file = join(folder, 'shipwatch.yaml')
    await writeFile(file, `${text(1)}password: file:${join(elsewhere, 'password')}\n`)
    const { nextReload } = await watch(file)
    await writeFile(join(elsewhere, 'password'), 'two')
    const reload = await nextReload()
    expect(reload?.kind === 'taken' && reload.loaded.value.password?.reveal()).toBe('two')
  })

  it('says nothing of a touch that changes nothing', async () => {
    const file = join(await newFolder(), 'shipwatch.yaml')
    await writeFile(file, text(1))
    const { clock, next, reloads } = await watch(file)
    await save(file, text(1))
    await until(async () => clock.waiting > 0)
    await clock.advance(200)
    await save(file, text(2))
    expect(await next()).toBe('port 2')
    expect(reloads).toEqual([])
  })

  it('is read once for many changes close together', async () => {
    const file = join(await newFolder(), 'shipwatch.yaml')
    await writeFile(file, text(1))
    const { clock, next, reloads } = await watch(file)
    for (const port of [2, 3, 4, 5]) {
      await writeFile(file, text(port))
      await until(async () => clock.waiting > 0)
      await clock.advance(50)
    }
    expect(reloads).toEqual([])
    expect(await next()).toBe('port 5')
  })

  it('that changed while nobody watched is taken at once', async () => {
    const file = join(await newFolder(), 'shipwatch.yaml')
    await writeFile(file, text(1))
    const current = await loadConfiguration(Sample, { path: file, env: {} })
    await writeFile(file, text(2))
    const controller = new AbortController()
    stops.push(() => controller.abort())
    const kinds: string[] = []
    const reloaded = (reload: Reload<Sample>): void => void kinds.push(reload.kind)
    await watchConfiguration(Sample, {
      path: file,
      env: {},
      current,
      clock: new FakeClock(),
      signal: controller.signal,
      reloaded,
      failed: error => kinds.push(error.message),
    })
    expect(kinds).toEqual(['taken'])
  })

  it('is let go when the signal aborts, before or after', async () => {
    const file = join(await newFolder(), 'shipwatch.yaml')
    await writeFile(file, text(1))
    const listeners = process.listenerCount('SIGHUP')
    const { controller, clock } = await watch(file)
    expect(process.listenerCount('SIGHUP')).toBe(listeners + 1)
    await writeFile(file, text(2))
    await until(async () => clock.waiting > 0)
    controller.abort()
    expect(clock.waiting).toBe(0)
    expect(process.listenerCount('SIGHUP')).toBe(listeners)
    const late = { path: file, env: {}, clock, signal: controller.signal, reloaded: () => {}, failed: () => {} }
    await watchConfiguration(Sample, { ...late, current: { files: [], digest: '' } })
    expect(process.listenerCount('SIGHUP')).toBe(listeners)
  })
})

describe('a watched folder', () => {
  it('takes files that come, change and go, and only those that count', async () => {
    const folder = await newFolder()
    await writeFile(join(folder, 'a.yaml'), 'services: {}')
    const { next } = await watch(folder)
    await writeFile(join(folder, 'notes.txt'), 'hub: { port: 9 }')
    await writeFile(join(folder, 'b.yaml'), 'hub: { port: 2 }')
    expect(await next()).toBe('port 2')
    await writeFile(join(folder, 'b.yaml'), 'hub: { port: 3 }')
    expect(await next()).toBe('port 3')
    await rm(join(folder, 'b.yaml'))
    expect(await next()).toBe('port 7700')
  })
})

describe('SIGHUP', () => {
  it('has the configuration read again, and answered, though nothing changed', async () => {
    const file = join(await newFolder(), 'shipwatch.yaml')
    await writeFile(file, text(1))
    const { child, line } = start(file)
    expect(await line()).toBe('watching')
    child.kill('SIGHUP')
    expect(await line()).toBe('SIGHUP: port 1')
    child.kill('SIGHUP')
    expect(await line()).toBe('SIGHUP: port 1')
    await writeFile(file, text('x'))
    expect(await line()).toBe(
      `file: the configuration in force stays: ${file}:1:14: hub.port: expected a whole number, got "x"`,
    )
    child.kill('SIGHUP')
    expect(await line()).toMatch(/^SIGHUP: the configuration in force stays: /)
  })

  function start(file: string): { child: ChildProcess; line: () => Promise<string | undefined> } {
    const program = fileURLToPath(new URL('watch.fixture.ts', import.meta.url))
    const child = spawn(process.execPath, [program, file], { stdio: ['pipe', 'pipe', 'inherit'] })
    stops.push(() => child.kill('SIGKILL'))
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    return { child, line: async () => (await lines.next()).value }
  }
})
