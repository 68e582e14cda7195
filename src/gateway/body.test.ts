import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Body, ChunkedBody, SizedBody } from './body.ts'

/** Feeds `text` in pieces cut at `cuts`; gives what was taken in, data alone, and the body. */
function feed(body: Body, text: string, cuts: readonly number[] = []): { taken: string; data: string; body: Body } {
  const bytes = Buffer.from(text, 'latin1')
  const at = [0, ...cuts.map(cut => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b)
  let taken = ''
  let data = ''
  for (let i = 1; i < at.length; i++) {
    const piece = bytes.subarray(at[i - 1], at[i])
    const spans: number[] = []
    const end = body.read(piece, 0, spans)
    taken += piece.toString('latin1', 0, end)
    for (let j = 0; j < spans.length; j += 2) data += piece.toString('latin1', spans[j], spans[j + 1])
    if (end < piece.length) break
  }
  return { taken, data, body }
}

const cuts = fc.array(fc.nat({ max: 10_000 }), { maxLength: 12 })

describe('a chunked body', () => {
  it('ends where it ends, however its bytes arrive', () => {
    const chunk = fc.string({ minLength: 1, maxLength: 40 }).map(text => Buffer.from(text).toString('latin1'))
    const extension = fc.constantFrom('', ';a', ';a=b', '; q="x y"')
    const trailers = fc.constantFrom('', 'X-Sum: 5\r\n', 'A: 1\r\nB:\r\n')
    fc.assert(
      fc.property(fc.array(fc.tuple(chunk, extension)), trailers, fc.string(), cuts, (chunks, trailer, after, cuts) => {
        const framed = chunks.map(([text, ext]) => `${text.length.toString(16)}${ext}\r\n${text}\r\n`).join('')
        const text = `${framed}0\r\n${trailer}\r\n`
        const fed = feed(new ChunkedBody(), text + Buffer.from(after).toString('latin1'), cuts)
        expect(fed.body.fault).toBeUndefined()
        expect(fed.body.done).toBe(true)
        expect(fed.taken).toBe(text)
        expect(fed.data).toBe(chunks.map(([data]) => data).join(''))
        expect(fed.body.bytes).toBe(fed.data.length)
      }),
    )
  })

  it.each<[string, string]>([
    ['no size', '\r\nabc\r\n'],
    ['a size behind a space', ' 3\r\nabc\r\n'],
    ['a size before a space', '3 \r\nabc\r\n'],
    ['a size with 0x', '0x3\r\nabc\r\n'],
    ['a size with a sign', '+3\r\nabc\r\n'],
    ['a negative size', '-3\r\nabc\r\n'],
    ['a size that overflows', 'fffffffffffffffff\r\n'],
    ['a size with an underscore', '1_0\r\n'],
    ['a bare LF after the size', '3\nabc\r\n'],
    ['a bare CR after the size', '3\rabc\r\n'],
    ['a bare LF after the data', '3\r\nabc\n'],
    ['more data than its size', '3\r\nabcd\r\n'],
    ['a bare LF in an extension', '3;a\nb\r\nabc\r\n'],
    ['a bare CR in an extension', '3;a\rb\r\nabc\r\n'],
    ['an endless extension', `3;${'a'.repeat(20_000)}`],
    ['a bare LF at its end', '0\r\n\n'],
    ['a trailer without a name', '0\r\n: a\r\n\r\n'],
    ['a folded trailer', '0\r\nA: b\r\n c\r\n\r\n'],
    ['a space before the colon of a trailer', '0\r\nA : b\r\n\r\n'],
    ['endless trailers', `0\r\n${'A: b\r\n'.repeat(10_000)}`],
  ])('with %s is refused, at every cut', (_, text) => {
    fc.assert(
      fc.property(cuts, cuts => {
        const { body } = feed(new ChunkedBody(), text, cuts)
        expect(body.fault).toBeDefined()
        expect(body.done).toBe(false)
      }),
      { numRuns: 20 },
    )
  })
})

describe('a sized body', () => {
  it('takes its bytes and not one more', () => {
    fc.assert(
      fc.property(fc.nat({ max: 200 }), fc.nat({ max: 200 }), cuts, (size, more, cuts) => {
        const text = 'x'.repeat(size + more)
        const { taken, body } = feed(new SizedBody(size), text, cuts)
        expect(taken).toBe('x'.repeat(size))
        expect(body.done).toBe(true)
      }),
    )
  })
})
