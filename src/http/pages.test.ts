import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Desk } from './server.fixture.ts'

let desk: Desk
beforeAll(async () => {
  desk = await Desk.open()
})
afterAll(() => desk.close())

const PAGE = '<!doctype html><title>Shipwatch</title>'
const anybody = { authorization: '' }
const get = (path: string, headers = {}) => desk.ask('GET', path, { headers: { ...anybody, ...headers } })

beforeEach(async () => {
  await rm(desk.pages, { recursive: true })
  await mkdir(join(desk.pages, 'assets'), { recursive: true })
  await writeFile(join(desk.pages, 'index.html'), PAGE)
  await writeFile(join(desk.pages, 'assets/index-D_Ixn.js'), 'let plain')
  await writeFile(join(desk.pages, 'assets/index-D_Ixn.js.br'), 'as br')
  await writeFile(join(desk.pages, 'assets/index-D_Ixn.js.gz'), 'as gz')
  await writeFile(join(desk.pages, '..', 'secret.txt'), 'outside')
})
afterAll(() => rm(join(desk.pages, '..', 'secret.txt'), { force: true }))

describe('the console', () => {
  it.each(['/', '/services/order', '/releases/rel_01jd', '/logbook', '/logbook?kind=release', '/nowhere/at/all'])(
    'is one page at %s, never kept',
    async path => {
      const told = await get(path)
      expect(told).toMatchObject({ status: 200, text: PAGE })
      expect(told.headers['content-type']).toBe('text/html; charset=utf-8')
      expect(told.headers['cache-control']).toBe('no-store')
    },
  )

  it('has files that are kept for ever, since their names change with them', async () => {
    const told = await get('/assets/index-D_Ixn.js')
    expect(told).toMatchObject({ status: 200, text: 'let plain' })
    expect(told.headers).toMatchObject({
      'content-type': expect.stringMatching(/^(?:text|application)\/javascript/),
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    })
  })

  it.each([
    ['gzip, deflate, br', 'br', 'as br'],
    ['gzip', 'gzip', 'as gz'],
    ['identity', undefined, 'let plain'],
  ])('is sent to a browser that takes %s as %s', async (accept, encoding, text) => {
    const told = await get('/assets/index-D_Ixn.js', { 'accept-encoding': accept })
    expect(told).toMatchObject({ status: 200, text })
    expect(told.headers['content-encoding']).toBe(encoding)
    expect(told.headers['content-type']).toMatch(/^(?:text|application)\/javascript/)
    expect(told.headers.vary).toBe('accept-encoding')
  })

  it('may load its own files alone, in no frame', async () => {
    for (const path of ['/', '/assets/index-D_Ixn.js', '/assets/none.js', '/api/v1/status', '/healthz', '/%zz']) {
      const { headers } = await get(path)
      expect(headers, path).toMatchObject({
        'content-security-policy':
          "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      })
      expect(headers['strict-transport-security']).toBeUndefined()
      expect(headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  it.each([
    '/assets/none.js',
    '/favicon.ico',
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets/',
    '/.env',
    '/api/v1/nothing',
  ])('%s is no file of it', async path => {
    const told = await get(path)
    expect(told.text).not.toContain('outside')
    if (told.status === 200) expect(told.text).toBe(PAGE)
    else expect(told).toMatchObject({ status: expect.toSatisfy(status => [400, 403, 404].includes(status)) })
  })

  it('takes no orders', async () => {
    expect((await desk.ask('POST', '/', { body: {} })).status).toBe(405)
    expect((await desk.ask('HEAD', '/', { headers: anybody })).status).toBe(200)
  })

  it('that is not built says how to build it', async () => {
    await rm(join(desk.pages, 'index.html'))
    const told = await get('/services/order')
    expect(told.status).toBe(404)
    expect(told.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(told.text).toContain('npm run build:console')
    await writeFile(join(desk.pages, 'index.html'), PAGE)
    expect((await get('/')).text).toBe(PAGE) // no restart
  })
})
