import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fits } from './find.ts'

const order = { name: 'order-api', owner: 'Trade', markets: ['eu', 'us'] }

describe('a service that is looked for', () => {
  it.each([
    ['', true],
    ['   ', true],
    ['ORDER', true],
    ['trade', true],
    ['us order', true],
    ['order apac', false],
    ['eu us', true],
    ['order api', true],
    ['orderapi', false],
  ])('fits by every word: “%s”', (wanted, does) => expect(fits(order, wanted)).toBe(does))

  it('needs no owner and no market', () => {
    expect(fits({ name: 'search', markets: [] }, 'sea')).toBe(true)
    expect(fits({ name: 'search', markets: [] }, 'trade')).toBe(false)
  })

  it('is found by any part of its name', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/), fc.nat(20), fc.nat(20), (name, from, length) => {
        expect(fits({ name, markets: [] }, name.slice(from, from + length))).toBe(true)
      }),
    )
  })
})
