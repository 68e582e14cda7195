import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Body, fingerprint, fractionOf } from './body.ts'
import { readIdempotencyKey, readMarket, readUserId } from './caller.ts'

describe('a body', () => {
  it.each([[undefined], [null], ['text'], [7], [[]]])('is refused when it is %j', body => {
    expect(() => new Body(body, ['card', 'total'])).toThrow('send a JSON object with card, total')
  })

  it('gives its fields', () => {
    const body = new Body({ card: 'card-visa', total: 5 }, ['card', 'total'])
    expect(body.text('card', /^[a-z-]+$/, 'a card')).toBe('card-visa')
    expect(body.integer('total', 0, 5)).toBe(5)
  })

  it('refuses a field that is unknown', () => {
    expect(() => new Body({ carb: 1 }, ['card'])).toThrow('carb is unknown: send card')
  })

  it.each([[undefined], [null], ['5'], [1.5], [-1], [11], [1e300], [true]])('refuses %j as a whole number', value => {
    expect(() => new Body({ n: value }, ['n']).integer('n', 0, 10)).toThrow(
      /^n is .*: give a whole number from 0 to 10$/,
    )
  })

  it.each([[undefined], [5], ['UPPER'], ['a\n']])('refuses %j as a text', value => {
    expect(() => new Body({ t: value }, ['t']).text('t', /^[a-z]+$/, 'small letters')).toThrow(/: give small letters$/)
  })
})

describe('a fingerprint', () => {
  it('differs wherever its parts do, also where they run together', () => {
    const part = fc.oneof(fc.string(), fc.integer())
    fc.assert(
      fc.property(fc.array(part), fc.array(part), (a, b) => {
        expect(fingerprint(a) === fingerprint(b)).toBe(JSON.stringify(a) === JSON.stringify(b))
      }),
    )
    expect(fingerprint(['ab', 'c'])).not.toBe(fingerprint(['a', 'bc']))
    expect(fingerprint([1])).not.toBe(fingerprint(['1']))
  })
})

describe('the fraction of a text', () => {
  it('is even: a share of the keys is as large as the share that is asked for', () => {
    const hit = Array.from({ length: 20_000 }, (_, i) => fractionOf(`key-${i}`)).filter(x => x < 0.05).length
    // 5 standard deviations of a binomial.
    expect(Math.abs(hit - 1000)).toBeLessThan(5 * Math.sqrt(20_000 * 0.05 * 0.95))
  })
})

describe('a caller', () => {
  it.each([[undefined], [''], ['a b'], ['x'.repeat(65)], ['é']])('is nobody by the id %j', id => {
    expect(() => readUserId({ 'x-user-id': id })).toThrow('say who asks')
  })

  it('shops in the EU unless they say another market', () => {
    expect(readMarket({})).toBe('eu')
    expect(readMarket({ 'x-market': 'apac' })).toBe('apac')
    expect(() => readMarket({ 'x-market': 'moon' })).toThrow('x-market is moon: give one of eu, us, apac')
    expect(() => readMarket({ 'x-market': 'toString' })).toThrow('give one of')
  })

  it.each([[undefined], [''], ['a b'], ['x'.repeat(129)]])('does not name a request by %j', key => {
    expect(() => readIdempotencyKey({ 'idempotency-key': key })).toThrow('give an idempotency-key')
  })
})
