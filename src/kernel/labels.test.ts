import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareUtf8, Labels } from './labels.ts'

const text = fc.string({ unit: 'binary', maxLength: 6 })
const record = fc.dictionary(
  text.filter(name => name !== '' && name !== '__proto__'),
  text,
  { maxKeys: 5 },
)
/** Anything a map of the language can hold without surprises, as pairs. */
const labels = record.map(each => Labels.from(Object.entries(each)))
const utf8 = (each: string) => Buffer.from(each, 'utf8')

describe('labels', () => {
  it('are sorted by name, and an empty value means that there is none', () => {
    const shop = Labels.of({ job: 'shop', instance: 'a:1', gone: '', __name__: 'up' })
    expect(shop.flat).toEqual(['__name__', 'up', 'instance', 'a:1', 'job', 'shop'])
    expect([shop.size, shop.get('job'), shop.get('gone'), shop.has('gone'), shop.name]).toEqual([
      3,
      'shop',
      '',
      false,
      'up',
    ])
    expect(shop.toJSON()).toEqual({ __name__: 'up', instance: 'a:1', job: 'shop' })
  })

  it('keep the later of two pairs with one name', () => {
    const pairs = [
      ['a', '1'],
      ['a', '2'],
    ] as const
    expect(Labels.from(pairs).get('a')).toBe('2')
  })

  it('lose, keep and gain labels without being changed', () => {
    const shop = Labels.of({ __name__: 'up', a: '1', b: '2' })
    expect(shop.nameless.toJSON()).toEqual({ a: '1', b: '2' })
    expect(shop.nameless).toBe(shop.nameless)
    expect(shop.without(['a', 'c']).toJSON()).toEqual({ __name__: 'up', b: '2' })
    expect(shop.keeping(['a', 'c']).toJSON()).toEqual({ a: '1' })
    expect(shop.with('c', '3').with('a', '').toJSON()).toEqual({ __name__: 'up', b: '2', c: '3' })
    expect(shop.without(['c'])).toBe(shop)
    expect(shop.size).toBe(3)
  })

  it.each([
    [{ __name__: 'up', job: 'shop' }, 'up{job="shop"}'],
    [{ __name__: 'up' }, 'up'],
    [{}, '{}'],
    [{ a: 'x"y\n' }, '{a="x\\"y\\n"}'],
    [{ __name__: 'my.metric', 'a b': '1' }, '{__name__="my.metric", "a b"="1"}'],
  ])('%j are written as %s', (each, written) => {
    expect(Labels.of(each as Record<string, string>).toString()).toBe(written)
  })

  it('have the same key exactly when they are equal, whatever bytes they hold', () => {
    fc.assert(
      fc.property(labels, labels, (a, b) => {
        expect(a.key === b.key).toBe(JSON.stringify(a.flat) === JSON.stringify(b.flat))
        expect(a.equals(Labels.from(a))).toBe(true)
      }),
    )
    expect(Labels.of({ a: '1\0b\x002' }).key).not.toBe(Labels.of({ a: '1', b: '2' }).key)
    expect(Labels.of({ a: '1\0' }).key).not.toBe(Labels.of({ 'a\x001': '' }).key)
  })

  it('are in the order of UTF-8, as Prometheus sorts them', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        // A lone surrogate is no text: as UTF-8 it becomes U+FFFD.
        fc.pre(a.isWellFormed() && b.isWellFormed())
        expect(Math.sign(compareUtf8(a, b))).toBe(utf8(a).compare(utf8(b)))
      }),
    )
    expect(compareUtf8('\u{10000}', '\u{ffff}')).toBeGreaterThan(0)
    const sorted = [{ a: '1' }, { a: '1', b: '1' }, { a: '2' }, { b: '0' }].map(each => Labels.of(each as never))
    expect(sorted.toReversed().toSorted((a, b) => Labels.compare(a, b))).toEqual(sorted)
  })
})
