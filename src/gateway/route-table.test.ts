import { describe, expect, it } from 'vitest'
import { Conflict } from '../kernel/index.ts'
import { routeTable } from './route-table.ts'

function table(...services: [string, string[], string[]][]) {
  return routeTable(services.map(([service, hosts, paths]) => [{ service, hosts, paths }, service]))
}

describe('a route table', () => {
  const routes = table(
    ['front', [], ['/']],
    ['api', ['shop.example'], ['/api', '/v2/']],
    ['cart', ['shop.example'], ['/api/cart']],
    ['wild', ['*.shop.example'], ['/']],
    ['wilder', ['*.eu.shop.example'], ['/']],
    ['v6', ['[::1]'], ['/']],
  )

  it.each<[string, string, string | undefined]>([
    ['shop.example', '/api', 'api'],
    ['shop.example', '/api/cart/7', 'cart'],
    ['shop.example', '/api/carts', 'api'],
    ['shop.example', '/v2/x', 'api'],
    ['shop.example', '/else', 'front'],
    ['a.shop.example', '/', 'wild'],
    ['a.b.shop.example', '/', 'wild'],
    ['de.eu.shop.example', '/', 'wilder'],
    ['other.example', '/api', 'front'],
    ['[::1]', '/', 'v6'],
    ['', '*', 'front'],
  ])('sends %s %s to %s', (host, path, service) => {
    expect(routes.find(host, path)).toBe(service)
  })

  it('finds nothing where nothing matches', () => {
    expect(table(['api', ['shop.example'], ['/api']]).find('shop.example', '/')).toBeUndefined()
  })

  it('refuses one place for two services, and says which has it', () => {
    const twice = () => table(['a', ['shop.example'], ['/x', '/y']], ['b', ['shop.example'], ['/y']])
    expect(twice).toThrow(Conflict)
    expect(twice).toThrow('shop.example /y already belongs to the service a')
    expect(() => table(['a', [], ['/']], ['b', [], ['/']])).toThrow('any host / already belongs to the service a')
  })
})
