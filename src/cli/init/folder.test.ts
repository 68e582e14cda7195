import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Files, guess, lookAround, serviceName } from './folder.ts'

const NOTHING = { local: false, source: '' }
const packageWith = (content: unknown): Files => ({ 'package.json': JSON.stringify(content) })

test.each([
  ['order', 'order'],
  ['@shop/Order_API', 'order-api'],
  ['--x--', 'x'],
  ['订单', 'app'],
  ['', 'app'],
  ['a'.repeat(80), 'a'.repeat(48)],
])('a service can be named after %j as %j', (text, name) => {
  expect(serviceName(text)).toBe(name)
})

describe('the command', () => {
  test.each([
    [
      'the start script',
      packageWith({ scripts: { start: ' node main.js ' }, main: 'other.js' }),
      'node main.js',
      'package.json',
    ],
    ['the main file', packageWith({ main: 'server.js' }), 'node server.js', 'package.json'],
    ['the Procfile', { Procfile: 'worker: x\nweb: gunicorn app:app\n' }, 'gunicorn app:app', 'Procfile'],
    ['CMD as a list', { Dockerfile: 'FROM node\nCMD ["node", "my main.js"]\n' }, "node 'my main.js'", 'Dockerfile'],
    ['CMD as a line', { Dockerfile: 'FROM node\nCMD node main.js\n' }, 'node main.js', 'Dockerfile'],
    [
      'ENTRYPOINT and CMD',
      { Dockerfile: 'ENTRYPOINT ["node"]\nCMD ["a.js"]\nCMD ["b.js"]' },
      'node b.js',
      'Dockerfile',
    ],
    ['a CMD of several lines', { Dockerfile: 'CMD ["node", \\\n  "main.js"]' }, 'node main.js', 'Dockerfile'],
  ])('is %s', (_, files, command, from) => {
    expect(guess('shop', files, NOTHING)).toMatchObject({ command, from })
  })

  test.each([
    ['a folder with nothing in it', {}],
    ['a broken package.json', { 'package.json': '{' }],
    ['a package without start', packageWith({ scripts: { test: 'vitest' } })],
    ['a start script that is no text', packageWith({ scripts: { start: 7 } })],
    ['a broken CMD', { Dockerfile: 'CMD ["node",' }],
  ])('is not known in %s', (_, files) => {
    expect(guess('shop', files, NOTHING)).toEqual({ name: 'shop' })
  })

  test.each([
    ['serve --port 3000', 'serve --port {port}'],
    ['serve --port=3000', 'serve --port={port}'],
    ['serve -p 3000', 'serve -p {port}'],
    ['serve -l $PORT', 'serve -l {port}'],
    ['serve -l ${PORT:-3000}', 'serve -l {port}'],
    ['serve $PORTAL', 'serve $PORTAL'],
  ])('%j runs on any port as %j', (start, command) => {
    expect(guess('shop', packageWith({ scripts: { start } }), NOTHING).command).toBe(command)
  })

  test('has the path of a program that the package brings along', () => {
    const files = packageWith({ scripts: { start: 'next start' } })
    expect(guess('shop', files, { local: true, source: '' }).command).toBe('node_modules/.bin/next start')
  })
})

describe('a port that is fixed', () => {
  const files = (rest: Files = {}): Files => ({ ...packageWith({ main: 'main.js' }), ...rest })

  test.each([
    ['is what the program listens on', files(), 'app.listen(3000)', 3000],
    ['is what the program listens on, as an option', files(), 'server.listen({ port: 4000 })', 4000],
    [
      'is what the image exposes, where there is no more to see',
      { Dockerfile: 'EXPOSE 8080/tcp\nCMD ["./serve"]' },
      '',
      8080,
    ],
    ['is none when the program reads PORT', files(), 'app.listen(process.env.PORT ?? 3000)', undefined],
    [
      'is none when the folder sets PORT',
      { '.env': 'PORT=3000\n', Dockerfile: 'EXPOSE 3000\nCMD serve' },
      '',
      undefined,
    ],
    [
      'is none when the command takes it',
      packageWith({ scripts: { start: 'serve -p 3000' } }),
      'x.listen(3000)',
      undefined,
    ],
    ['is none when nothing is known', files(), '', undefined],
    ['is none that cannot be one', files(), 'x.listen(99999)', undefined],
  ])('%s', (_, files, source, port) => {
    expect(guess('shop', files, { local: false, source }).port).toBe(port)
  })
})

test.each([
  ["app.get('/readyz', …)", '/readyz'],
  ["app.get('/healthz'); app.get('/ready')", '/ready'],
  ["app.get('/health-report')", undefined],
  ["app.get('/orders')", undefined],
])('in %j the readiness path is %j', (source, ready) => {
  expect(guess('shop', {}, { local: false, source }).ready).toBe(ready)
})

test("an image's own check names the path", () => {
  const Dockerfile = 'HEALTHCHECK CMD curl -f http://localhost/health || exit 1\nCMD serve'
  expect(guess('shop', { Dockerfile }, NOTHING).ready).toBe('/health')
})

describe('a real folder', () => {
  let folder: string
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'shipwatch-init-')), 'Order Service')
    await mkdir(folder)
  })
  afterEach(() => rm(join(folder, '..'), { recursive: true }))

  test('is looked into as far as there is something', async () => {
    expect(await lookAround(folder)).toEqual({ name: 'order-service' })
  })

  test('tells what the program in it does', async () => {
    await writeFile(
      join(folder, 'package.json'),
      JSON.stringify({ name: '@shop/order', scripts: { start: 'tsx src/main.ts' } }),
    )
    await mkdir(join(folder, 'src'))
    await writeFile(join(folder, 'src/main.ts'), "app.get('/readyz', ok)\napp.listen(3000)\n")
    await mkdir(join(folder, 'node_modules/.bin'), { recursive: true })
    await writeFile(join(folder, 'node_modules/.bin/tsx'), '')
    expect(await lookAround(folder)).toEqual({
      name: 'order',
      command: 'node_modules/.bin/tsx src/main.ts',
      from: 'package.json',
      port: 3000,
      ready: '/readyz',
    })
  })
})
