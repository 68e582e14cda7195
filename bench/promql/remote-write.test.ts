import { describe, expect, it } from 'vitest'
import { encodeWriteRequest } from './remote-write.ts'

describe('encoding a remote-write request', () => {
  it('writes labels and samples as protobuf, in one literal of snappy', () => {
    const series = { labels: [['a', 'b']] as const, timesMs: [1_000], values: Float64Array.of(1.5) }
    const label = [0x0a, 6, 0x0a, 1, 0x61, 0x12, 1, 0x62]
    const sample = [0x12, 12, 0x09, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0x10, 0xe8, 0x07]
    const plain = [0x0a, 22, ...label, ...sample]
    expect([...encodeWriteRequest([series])]).toEqual([24, 61 << 2, 23, 0, ...plain])
  })

  it("keeps a stale marker's bits", () => {
    const values = new Float64Array(new BigUint64Array([0x7ff0_0000_0000_0002n]).buffer)
    const bytes = encodeWriteRequest([{ labels: [], timesMs: [1], values }])
    expect(Buffer.from(bytes).includes(Buffer.from([0x09, 2, 0, 0, 0, 0, 0, 0xf0, 0x7f]))).toBe(true)
  })

  it('writes whole milliseconds beyond 32 bits', () => {
    const bytes = encodeWriteRequest([{ labels: [], timesMs: [1_700_000_000_217], values: Float64Array.of(0) }])
    expect(Array.from(bytes.subarray(-6))).toEqual(varintOf(1_700_000_000_217n))
  })

  it('cuts what is longer than a literal can be, and tells its whole length before', () => {
    const values = new Float64Array(10_000).map((_, i) => i)
    const bytes = encodeWriteRequest([{ labels: [['a', 'b']], timesMs: Array.from(values), values }])
    const { length, literals } = literalsOf(bytes)
    expect(literals.map(each => each.length)).toEqual([0x1_0000, 0x1_0000, length - 0x2_0000])
    expect(literals[0]?.[0]).toBe(0x0a)
  })

  it('writes nothing for no series', () => {
    expect([...encodeWriteRequest([])]).toEqual([0])
  })
})

function varintOf(value: bigint): number[] {
  return value < 0x80n ? [Number(value)] : [Number(value & 0x7fn) | 0x80, ...varintOf(value >> 7n)]
}

function literalsOf(bytes: Uint8Array): { readonly length: number; readonly literals: readonly Uint8Array[] } {
  let [at, length, shift] = [0, 0, 0]
  do {
    length |= ((bytes[at] as number) & 0x7f) << shift
    shift += 7
  } while ((bytes[at++] as number) >= 0x80)
  const literals: Uint8Array[] = []
  while (at < bytes.length) {
    expect(bytes[at]).toBe(61 << 2)
    const size = 1 + (bytes[at + 1] as number) + 256 * (bytes[at + 2] as number)
    literals.push(bytes.subarray(at + 3, at + 3 + size))
    at += 3 + size
  }
  return { length, literals }
}
