import { describe, expect, it } from 'vitest'
import { clearCookie, cookieKind, readCookie, setCookie } from './cookie.ts'

describe('the session cookie', () => {
  it.each([
    ['https://ship.shop', { name: '__Host-shipwatch', secure: true }],
    ['https://ship.shop:8443/x', { name: '__Host-shipwatch', secure: true }],
    ['http://127.0.0.1:7700', { name: 'shipwatch-7700', secure: false }],
    ['http://[::1]:7701', { name: 'shipwatch-7701', secure: false }],
    ['http://ship.shop', { name: 'shipwatch', secure: false }],
    ['nonsense', { name: 'shipwatch', secure: false }],
  ])('at %s is %j', (url, kind) => expect(cookieKind(url)).toEqual(kind))

  it('is kept from scripts, other sites and plain connections', () => {
    expect(setCookie(cookieKind('https://ship.shop'), 'abc')).toBe(
      '__Host-shipwatch=abc; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure',
    )
    expect(setCookie(cookieKind('http://127.0.0.1:7700'), 'abc')).toBe(
      'shipwatch-7700=abc; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax',
    )
  })

  it('is taken away with the same attributes, or a browser would keep it', () => {
    expect(clearCookie(cookieKind('https://ship.shop'))).toBe(
      '__Host-shipwatch=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure',
    )
  })

  it.each([
    ['shipwatch-7700=abc', 'abc'],
    ['a=1; shipwatch-7700=abc; b=2', 'abc'],
    ['a=1;shipwatch-7700 = abc ', 'abc'],
    ['shipwatch-7701=abc', undefined],
    ['x-shipwatch-7700=abc', undefined],
    ['shipwatch-7700=', undefined],
    ['shipwatch-7700', undefined],
    [';;=;', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('in %j is %j', (header, secret) => {
    expect(readCookie(cookieKind('http://127.0.0.1:7700'), header)).toBe(secret)
  })
})
