import { expect, test } from 'vitest'
import { xxhash64 } from './xxhash64.ts'

test.each([
  ['', 'ef46db3751d8e999'],
  ['a', 'd24ec4f1a98c6e5b'],
  ['as', '1c330fb2d66be179'],
  ['asd', '631c37ce72a97393'],
  ['asdf', '415872f599cea71e'],
  ['abc', '44bc2cf5ad770999'],
  ['Call me Ishmael. Some years ago--never mind how long precisely-', '02a2e85470d6fd96'],
])('%j hashes to the published %s', (text, expected) => {
  const bytes = new TextEncoder().encode(text)
  expect(xxhash64(bytes).toString(16).padStart(16, '0')).toBe(expected)
  expect(xxhash64(new Uint8Array([0, ...bytes]).subarray(1))).toBe(xxhash64(bytes))
})

test('a byte anywhere in a text of any length makes another hash', () => {
  const seen = new Set<bigint>()
  for (let length = 1; length <= 100; length++) {
    for (let at = 0; at < length; at++) seen.add(xxhash64(new Uint8Array(length).fill(1, at, at + 1)))
  }
  expect(seen.size).toBe(5050)
})
