import { describe, expect, it } from 'vitest'
import { judgeOrigin } from './origin.ts'

const ours = { method: 'POST', host: '10.0.0.5:7700' }

describe('a request with a cookie', () => {
  it.each([
    ['only looks', { method: 'GET', site: 'cross-site', origin: 'https://evil.example' }],
    ['only looks, in small letters', { method: 'head' }],
    ['is from our page, says the browser', { ...ours, site: 'same-origin' }],
    [
      'is from our page, behind a proxy that changes Host',
      { ...ours, site: 'same-origin', origin: 'https://ship.shop' },
    ],
    ['was typed by the user', { ...ours, site: 'none' }],
    ['has our Origin, to a browser without Sec-Fetch-Site', { ...ours, origin: 'http://10.0.0.5:7700' }],
    ['has our Origin in other letters', { ...ours, host: 'Ship.Shop', origin: 'https://ship.shop' }],
    ['has our Origin without the usual port', { ...ours, host: 'ship.shop:443', origin: 'https://ship.shop' }],
    ['has our Origin over IPv6', { ...ours, host: '[::1]:7700', origin: 'http://[::1]:7700' }],
  ])('that %s passes', (_, request) => expect(judgeOrigin(request)).toEqual({ ok: true }))

  it.each([
    ['is from another site', { ...ours, site: 'cross-site', origin: 'http://10.0.0.5:7700' }, 'cross-site'],
    ['is from a neighbour', { ...ours, site: 'same-site' }, 'same-site'],
    ['has another Origin', { ...ours, origin: 'https://evil.example' }, 'https://evil.example'],
    ['has our host with another port', { ...ours, origin: 'http://10.0.0.5:7701' }, ':7701'],
    [
      'has an Origin that begins as ours',
      { ...ours, origin: 'http://10.0.0.5:7700.evil.example' },
      'without an address',
    ],
    ['has a longer name than ours', { ...ours, host: 'ship.shop', origin: 'https://ship.shop.evil.example' }, 'evil'],
    ['is from a sandboxed frame', { ...ours, origin: 'null' }, 'without an address'],
    ['is from a file', { ...ours, origin: 'file://' }, 'without an address'],
    ['has two Origins', { ...ours, origin: 'http://10.0.0.5:7700, https://evil.example' }, 'without an address'],
    ['says nothing', ours, 'does not say'],
    ['has no Host', { method: 'POST', origin: 'http://10.0.0.5:7700' }, '10.0.0.5'],
    ['has a broken Host', { method: 'POST', origin: 'http://a.example', host: 'a b' }, 'a.example'],
    ['only has an unknown method', { ...ours, method: 'PROPFIND' }, 'does not say'],
  ])('that %s is refused', (_, request, why) => {
    expect(judgeOrigin(request)).toMatchObject({ ok: false, reason: expect.stringContaining(why) })
  })

  it('passes from the public address when a proxy hides it from the hub', () => {
    const request = { method: 'DELETE', host: '127.0.0.1:7700', origin: 'https://ship.shop' }
    expect(judgeOrigin(request).ok).toBe(false)
    expect(judgeOrigin(request, 'https://ship.shop/console').ok).toBe(true)
    expect(judgeOrigin({ ...request, origin: 'http://ship.shop' }, 'https://ship.shop').ok).toBe(false)
    expect(judgeOrigin(request, 'not an address').ok).toBe(false)
  })
})
