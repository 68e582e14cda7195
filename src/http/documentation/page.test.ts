import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Desk, type Told } from '../server.fixture.ts'
import { ROUTES } from '../server.ts'
import { describeApi } from './openapi.ts'
import { pageOf } from './page.ts'

let desk: Desk
beforeAll(async () => {
  desk = await Desk.open()
})
afterAll(() => desk.close())

/** Asks as somebody who shows nothing. */
const ask = (path: string, headers: Record<string, string> = {}): Promise<Told> =>
  desk.ask('GET', path, { headers: { authorization: '', ...headers } })

describe('the description of the API', () => {
  it('is open to all, as JSON, of this version', async () => {
    const { status, headers, body } = await ask('/api/openapi.json')
    expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8'])
    expect(body).toEqual(JSON.parse(JSON.stringify(describeApi(ROUTES, '1.2.3'))))
  })

  it.each([
    ['/api', 'text/html; charset=utf-8'],
    ['/api/style.css', 'text/css; charset=utf-8'],
  ])('%s is open to all, may run and fetch nothing, and is known again', async (path, type) => {
    const { status, headers, text } = await ask(path)
    expect([status, headers['content-type']]).toEqual([200, type])
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'self';/)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(text).not.toMatch(/<script|javascript:|https?:\/\/|\bon\w+=|style="/i)
    const again = await ask(path, { 'if-none-match': headers.etag ?? '' })
    expect([again.status, again.text]).toEqual([304, ''])
  })
})

describe('the page', () => {
  it('has every operation and every schema, and each link on it leads to a place on it', async () => {
    const { text } = await ask('/api')
    const { paths, components } = describeApi(ROUTES, '1.2.3')
    const places = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
    for (const methods of Object.values(paths)) {
      for (const { operationId } of Object.values(methods)) expect(places).toContain(operationId)
    }
    for (const name of Object.keys(components.schemas)) expect(places).toContain(name)
    const links = [...text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
    expect(links.length).toBeGreaterThan(50)
    for (const link of links) expect(places).toContain(link)
  })

  it('says what is said of each member, however deep it lies', async () => {
    const { text } = await ask('/api')
    expect(text).toContain('How long it lasts, or may last, in milliseconds.')
    expect(text).toContain('What to do about it.') // Problem.error.hint
    expect(text).toContain('Why it cannot.') // LiveEvent, one alternative, data
    expect(text).toContain('<span class="quiet">as date-time</span>')
    expect(text).not.toMatch(/string,null|undefined|\[object/)
  })

  it('closes every element that it opens', async () => {
    const { text } = await ask('/api')
    const open: string[] = []
    for (const [, close, name = ''] of text.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g)) {
      if (['meta', 'link'].includes(name)) continue
      if (close) expect(open.pop()).toBe(name)
      else open.push(name)
    }
    expect(open).toEqual([])
  })

  it('shows words as words, whatever they are', () => {
    const document = describeApi(ROUTES, '<b>&"1"')
    const page = pageOf(document, { style: '/s.css', document: '/d.json' })
    expect(page).toContain('Version &lt;b&gt;&amp;&quot;1&quot;.')
    expect(page).not.toContain('<b>')
  })
})
