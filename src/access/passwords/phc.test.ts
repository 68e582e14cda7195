import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatPhc, parsePhc } from './phc.ts'

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map(array => Buffer.from(array))

describe('a stored password', () => {
  it('is the text that other programs write, too', () => {
    const phc = { memoryKib: 19_456, passes: 2, salt: Buffer.from('somesalt'), tag: Buffer.from('x'.repeat(32)) }
    expect(formatPhc(phc)).toBe(
      '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg',
    )
  })

  it('is read as it was written', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 1_048_576 }),
        fc.integer({ min: 1, max: 99 }),
        bytes(16),
        bytes(32),
        (memoryKib, passes, salt, tag) => {
          const phc = { memoryKib, passes, salt, tag }
          expect(parsePhc(formatPhc(phc))).toEqual(phc)
        },
      ),
    )
  })

  it.each([
    '',
    'secret',
    '$2b$10$abcdefghijklmnopqrstuv',
    '$argon2i$v=19$m=8,t=1,p=1$c2FsdA$dGFn',
    '$argon2id$v=19$m=8,t=1,p=4$c2FsdA$dGFn',
    '$argon2id$v=19$m=8,t=1,p=1$c2FsdA$',
    '$argon2id$v=19$m=8,t=1,p=1$c2FsdA$dGFn\n',
    '$argon2id$v=19$m=99999999999,t=1,p=1$c2FsdA$dGFn',
  ])('%j is none, and is not quoted', text => {
    expect(() => parsePhc(text)).toThrow('a stored password is no argon2id hash')
  })
})
