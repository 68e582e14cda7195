import { describe, expect, it } from 'vitest'
import { matchRoute, type Route } from './route.ts'

const ROUTES = ['GET /', 'GET /orders', 'POST /orders', 'GET /orders/:id', 'PUT /cart/lines/:sku'].map(
  (name): Route<string> => {
    const [method = '', path = ''] = name.split(' ')
    return { method, path, segments: path.split('/').slice(1), handler: name }
  },
)

describe('a route', () => {
  it.each([
    ['GET', '/', 'GET /', {}],
    ['GET', '/orders?page=2', 'GET /orders', {}],
    ['HEAD', '/orders', 'GET /orders', {}],
    ['POST', '/orders#x', 'POST /orders', {}],
    ['GET', '/orders/o%2F1', 'GET /orders/:id', { id: 'o/1' }],
    ['PUT', '/cart/lines/mug', 'PUT /cart/lines/:sku', { sku: 'mug' }],
  ])('%s %s is %s', (method, url, handler, params) => {
    expect(matchRoute(ROUTES, method, url)).toMatchObject({ kind: 'found', handler, params })
  })

  it.each(['/nope', '/orders/', '/orders/%', '/orders/a/b', '//', '', '*'])('there is none at %j', url => {
    expect(matchRoute(ROUTES, 'GET', url).kind).toBe('unknown')
  })

  it('tells which methods there are when the method is wrong', () => {
    expect(matchRoute(ROUTES, 'DELETE', '/orders')).toEqual({
      kind: 'wrong-method',
      method: 'other',
      path: '/orders',
      allow: ['GET', 'POST'],
    })
  })
})
