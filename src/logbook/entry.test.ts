import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EntryRow } from '../store/index.ts'
import { BEGINNING, fromRow, hashOf, makeRow, type NewEntry } from './entry.ts'

const started: NewEntry = {
  kind: 'release.started',
  subject: 'release/rel_1',
  service: 'checkout',
  actor: 'user/li',
  reason: 'as planned',
  data: { version: 'v2', share: 0.1 },
}

describe('an entry', () => {
  it('is sealed by the SHA-256 of the hash before it and of all its columns, as the manual says', () => {
    const row = makeRow(started, BEGINNING, 'ent_1', 1_700_000_000_000)
    const line = `["${'0'.repeat(64)}",1,"ent_1",1700000000000,"release.started","release/rel_1","checkout","user/li","as planned","{\\"share\\":0.1,\\"version\\":\\"v2\\"}"]`
    expect(row.hash).toBe(createHash('sha256').update(line).digest('hex'))
    expect(row.hash).toBe('46d6e658c120adc1e43a7a61d4e80e3992aa7de5bcf4e7f359ce5824ea5f1cd3')
  })

  it('follows the one before it', () => {
    const first = makeRow(started, BEGINNING, 'ent_1', 0)
    const second = makeRow(started, first, 'ent_1', 0)
    expect(second.seq).toBe(2)
    expect(second.hash).not.toBe(first.hash)
    expect(second.hash).toBe(hashOf(second, first.hash))
  })

  it('is read back as it was written', () => {
    const row = makeRow(started, BEGINNING, 'ent_1', 5)
    expect(fromRow(row)).toEqual({ ...started, seq: 1, id: 'ent_1', at: 5, hash: row.hash })
  })

  it('leaves out what was not said', () => {
    const entry = fromRow(makeRow({ kind: 'hub.started', subject: 'hub', actor: 'hub' }, BEGINNING, 'ent_1', 5))
    expect(Object.keys(entry)).toEqual(['seq', 'id', 'at', 'kind', 'subject', 'actor', 'data', 'hash'])
    expect(entry.data).toEqual({})
  })

  it.each([
    ['service/checkout', undefined, 'checkout'],
    ['service/checkout', 'other', 'other'],
    ['service/a/b', undefined, null],
    ['release/rel_1', undefined, null],
  ])('about %s, said to concern %s, is found under %s', (subject, service, found) => {
    expect(makeRow({ ...started, subject, service }, BEGINNING, 'ent_1', 0).service).toBe(found)
  })

  it.each(['', 'Release', 'release.', '.started', 'release started', 'release..x', '1release'])(
    'refuses the kind “%s”',
    kind => {
      expect(() => makeRow({ ...started, kind }, BEGINNING, 'ent_1', 0)).toThrow(`“${kind}” is no kind of entry`)
    },
  )

  it.each([{ subject: '' }, { actor: '' }])('refuses to be about nothing or by nobody: %o', missing => {
    expect(() => makeRow({ ...started, ...missing }, BEGINNING, 'ent_1', 0)).toThrow('needs a subject and an actor')
  })

  it('holds only text that either database gives back unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary' }), (subject, reason) => {
        const row = makeRow({ ...started, subject: `x${subject}`, reason }, BEGINNING, 'ent_1', 0)
        for (const text of Object.values(row).filter(column => typeof column === 'string')) {
          expect(text.isWellFormed()).toBe(true)
          expect(text).not.toContain('\0')
        }
      }),
    )
    const row = makeRow({ ...started, subject: 'a\0b', reason: 'c\u{d800}d' }, BEGINNING, 'ent_1', 0)
    expect([row.subject, row.reason]).toEqual(['a\u{fffd}b', 'c\u{fffd}d'])
  })

  it('has another hash whenever any column differs', () => {
    const row = makeRow(started, BEGINNING, 'ent_1', 5)
    const columns = Object.keys(row).filter(column => column !== 'hash') as (keyof EntryRow)[]
    expect(columns).toHaveLength(9)
    for (const column of columns) expect(hashOf({ ...row, [column]: 'other' }, BEGINNING.hash)).not.toBe(row.hash)
  })

  it('cannot pass text from one column to the next', () => {
    const row = makeRow({ ...started, actor: 'user/li', reason: 'x' }, BEGINNING, 'ent_1', 5)
    const shifted = { ...row, actor: 'user/li","x', reason: null }
    expect(hashOf(shifted, BEGINNING.hash)).not.toBe(row.hash)
  })
})
