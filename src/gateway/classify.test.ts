import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { badStatuses, classifier, excluder, under } from './classify.ts'

describe('a path prefix', () => {
  it.each<[string, string, boolean]>([
    ['/api', '/api', true],
    ['/api/x', '/api', true],
    ['/apis', '/api', false],
    ['/api/x', '/api/', true],
    ['/api', '/api/', true],
    ['/', '/', true],
    ['/anything', '/', true],
    ['/a', '/api', false],
  ])('%s is under %s: %s', (path, prefix, expected) => {
    expect(under(path, prefix)).toBe(expected)
  })
})

describe('route classes', () => {
  const classOf = classifier([
    { name: 'checkout', methods: ['POST'], pathPrefix: '/checkout' },
    { name: 'items', pattern: '/orders/*/items' },
    { name: 'assets', pattern: '/assets/**' },
    { name: 'dots', pattern: '/a.b/*' },
  ])

  it.each<[string, string, number]>([
    ['POST', '/checkout/pay', 0],
    ['GET', '/checkout/pay', 4],
    ['GET', '/orders/7/items', 1],
    ['GET', '/orders/7/8/items', 4],
    ['GET', '/orders//items', 4],
    ['GET', '/assets/js/app.js', 2],
    ['GET', '/axb/c', 4],
    ['GET', '/a.b/c', 3],
  ])('%s %s is of class %d', (method, path, index) => {
    expect(classOf(method, path)).toBe(index)
  })

  it('are found whatever the path holds', () => {
    fc.assert(fc.property(fc.string(), path => classOf('GET', path) <= 4))
  })
})

describe('what is excluded', () => {
  const isExcluded = excluder({ paths: ['/healthz'], userAgents: ['Googlebot', 'UptimeRobot/'] })

  it.each<[string, string, boolean]>([
    ['/healthz', '', true],
    ['/healthz/x', '', false],
    ['/', 'Mozilla/5.0 (compatible; googlebot/2.1)', true],
    ['/', 'Mozilla/5.0', false],
  ])('%s by %j: %s', (path, agent, expected) => {
    expect(isExcluded(path, agent)).toBe(expected)
  })
})

describe('bad statuses', () => {
  it('are those that were named', () => {
    const bad = badStatuses(['5xx', '429'])
    expect([200, 400, 428, 429, 430, 499, 500, 599].map(status => bad[status])).toEqual([0, 0, 0, 1, 0, 0, 1, 1])
  })
})
