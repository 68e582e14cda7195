import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { Call, call, until } from '../call.fixture.ts'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'shipwatch-init-'))
})
afterEach(() => rm(cwd, { recursive: true }))

const file = (): string => join(cwd, 'shipwatch.yaml')
const services = async (): Promise<Record<string, { run: Record<string, unknown>; tier: string; instances: number }>> =>
  (parse(await readFile(file(), 'utf8')) as { services: never }).services
const startedBy = (start: string): Promise<void> =>
  writeFile(join(cwd, 'package.json'), JSON.stringify({ name: 'order', scripts: { start } }))

test('away from a terminal it asks nothing, and takes what it finds', async () => {
  await startedBy('node main.js')
  const { code, out } = await call(['init'], { cwd })
  expect(code).toBe(0)
  expect(out).toBe(
    `${file()} is written: order runs node main.js\nnext: shipwatch check, shipwatch up, and then: shipwatch deploy order --version v1\n`,
  )
  expect((await services())['order']).toMatchObject({ run: { command: 'node main.js', ready: { tcp: true } } })
})

test('flags go before what it finds', async () => {
  await startedBy('node main.js')
  const flags = ['--name', 'pay', '--command', 'node pay.js', '--ready', '/ok', '--tier', 'core', '--instances', '3']
  const { out } = await call(['init', ...flags, '--json'], { cwd, tty: true })
  expect(JSON.parse(out)).toEqual({
    path: file(),
    name: 'pay',
    command: 'node pay.js',
    ready: '/ok',
    tier: 'core',
    instances: 3,
  })
  expect((await services())['pay']).toMatchObject({ tier: 'core', instances: 3, run: { ready: { http: '/ok' } } })
})

test('a fixed port is warned of: two versions cannot share it', async () => {
  await startedBy('node main.js')
  await writeFile(join(cwd, 'main.js'), 'server.listen(3000)')
  expect((await call(['init'], { cwd })).out).toContain('it seems to listen on 3000 whatever PORT says')
  expect((await call(['init', '--force', '--command', 'x'], { cwd })).out).not.toContain('3000')
})

test('nothing that could be started ends with 2, and nothing is written', async () => {
  const { code, err } = await call(['init'], { cwd })
  expect(code).toBe(2)
  expect(err).toBe(
    'shipwatch: nothing here says how the service is started\nhint: Say it: shipwatch init --command "node main.js"\n',
  )
  await expect(readFile(file())).rejects.toThrow('ENOENT')
})

test('a file that is there is left alone, unless --force says otherwise', async () => {
  await writeFile(file(), '# mine\n')
  const { code, err } = await call(['init', '--command', 'node x.js'], { cwd })
  expect(code).toBe(2)
  expect(err).toContain('is there already\nhint: Write over it with --force')
  expect(await readFile(file(), 'utf8')).toBe('# mine\n')
  expect((await call(['init', '--command', 'node x.js', '--force'], { cwd })).code).toBe(0)
  expect(Object.keys(await services())).toEqual([
    basename(cwd)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/-+$/, ''),
  ])
})

test('a start script that is no command line is refused, too', async () => {
  await startedBy('node "main.js')
  expect(await call(['init'], { cwd })).toMatchObject({ code: 2, err: expect.stringContaining('is no command line') })
})

test('a host is written as the gateway compares it', async () => {
  await call(['init', '--command', 'x', '--name', 'order', '--host', '*.Shop.Example'], { cwd })
  expect(parse(await readFile(file(), 'utf8'))).toMatchObject({
    services: { order: { route: { hosts: ['*.shop.example'] } } },
  })
})

test('a folder that does not exist is said', async () => {
  await chmod(cwd, 0o700)
  const { code, err } = await call(['init', '--command', 'x', '--config', 'none/here.yaml'], { cwd })
  expect(code).toBe(2)
  expect(err).toMatch(/^shipwatch: .*none\/here\.yaml cannot be written: ENOENT/)
})

test.each([
  [['--name', 'Order Service'], '--name: “Order Service” is no name for a service'],
  [['--ready', 'readyz'], '--ready: “readyz” is no path'],
  [['--tier', 'middle'], '--tier: “middle” is none of core, edge'],
  [['--instances', '0'], '--instances: “0” is no number from 1 to 1000'],
  [['--command', ' '], '--command: a command is needed'],
  [['--command', "'' x"], '--command: a command is needed'],
  [['--command', 'node "main.js'], '--command: “node "main.js” is no command line'],
  [['--command', "echo it's"], "--command: “echo it's” is no command line"],
  [['--command', 'node \\'], '--command: “node \\” is no command line'],
  [['--command', 'x', '--host', 'shop.example:80'], '--host: “shop.example:80” is no host name'],
  [['--command', 'x', '--host', 'http://shop'], '--host: “http://shop” is no host name'],
])('%j is refused', async (flags, message) => {
  const { code, err } = await call(['init', ...flags], { cwd })
  expect(err).toContain(`shipwatch: ${message}\n`)
  expect(code).toBe(2)
})

describe('on a terminal', () => {
  test('it asks three things, and an empty answer takes what it found', async () => {
    await startedBy('node main.js')
    const made = new Call(['init', '--no-color'], { cwd, tty: true })
    made.stdin.write('\n\n/healthz\n')
    expect(await made.done).toBe(0)
    expect(made.out).toMatch(
      /^name of the service \[order\]: command that starts it \(from package\.json\) \[node main\.js\]: path that answers 2xx when ready, - for none \[-\]: /,
    )
    expect((await services())['order']).toMatchObject({ run: { command: 'node main.js', ready: { http: '/healthz' } } })
  })

  test('a wrong answer is explained, and asked again', async () => {
    const made = new Call(['init', '--no-color', '--name', 'order'], { cwd, tty: true })
    made.stdin.write('\nnode x.js\nreadyz\n-\n')
    expect(await made.done).toBe(0)
    expect(made.out).toContain('  a command is needed. Write what starts the service, as node main.js.\n')
    expect(made.out).toContain('  “readyz” is no path. Begin it with /, as /readyz.\n')
    expect((await services())['order']).toMatchObject({ run: { command: 'node x.js', ready: { tcp: true } } })
  })

  test('what is given is not asked, and --yes asks nothing at all', async () => {
    await startedBy('node main.js')
    const { code, out } = await call(['init', '--yes'], { cwd, tty: true })
    expect(code).toBe(0)
    expect(out).not.toContain('name of the service')
  })

  test.each([
    ['Ctrl-C', (made: Call) => made.interrupt(), 'stopped'],
    ['Ctrl-D', (made: Call) => made.stdin.end(), 'nothing was written'],
  ])('%s ends it with nothing written', async (_, end, said) => {
    const made = new Call(['init', '--no-color'], { cwd, tty: true })
    await until(() => made.out.includes('name of the service'))
    end(made)
    expect(await made.done).toBe(130)
    expect(made.err).toBe(`shipwatch: ${said}\n`)
    await expect(readFile(file())).rejects.toThrow('ENOENT')
  })
})
