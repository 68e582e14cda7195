import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EntryView } from '../hub/contract.ts'
import { texts, wordsIn } from '../language/language.tsx'
import { entryWords, KNOWN_KINDS, kindName, shapeOf } from './entry-words.ts'
import { questionOf, readFilter, SPANS, writeFilter } from './filter.ts'

const en = wordsIn(texts(), 'en', 'UTC')
const zh = wordsIn(texts(), 'zh', 'UTC')
const NOW_MS = 1_795_231_345_678

const entry = (kind: string, changed: Partial<EntryView> = {}): EntryView => ({
  seq: 1,
  id: 'ent_1',
  at: '2026-11-21T03:22:00Z',
  kind,
  subject: 'release/rel_1',
  actor: 'hub',
  data: {},
  hash: 'a'.repeat(64),
  ...changed,
})

describe('a filter in an address', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(
        fc.record({ service: fc.string(), kind: fc.string(), actor: fc.string(), span: fc.constantFrom(...SPANS) }),
        form => {
          expect(readFilter(writeFilter(form))).toEqual(form)
        },
      ),
    )
  })

  it('is everything where it says nothing, or nonsense', () => {
    expect(readFilter('?span=century&x=1')).toEqual({ service: '', kind: '', actor: '', span: 'all' })
    expect(questionOf(readFilter(''), NOW_MS)).toEqual({})
  })

  it('asks since a whole minute, so that looking again is the same question', () => {
    const form = readFilter('?service=order&span=hour')
    expect(questionOf(form, NOW_MS)).toEqual({ service: 'order', since: '2026-11-21T02:22:00.000Z' })
    expect(questionOf(form, NOW_MS + 10_000)).toEqual(questionOf(form, NOW_MS))
  })
})

describe('an entry in words', () => {
  it.each(KNOWN_KINDS)('has a name in both languages: $kind', ({ kind, word }) => {
    expect(en.say(word)).not.toBe(word)
    expect(zh.say(word)).toMatch(/\p{Script=Han}/u)
    if (kind !== 'release') expect(kindName(kind, zh)).toBe(zh.say(word))
  })

  it('of an unknown kind is shown by its own name', () => {
    expect(kindName('token.made', en)).toBe('token.made')
    expect(shapeOf('token.made')).toEqual({ shape: 'dot', tone: 'plain' })
  })

  it.each([
    [entry('release.blocked', { reason: 'the disk is full' }), 'the disk is full'],
    [
      entry('release.inconclusive', {
        reason: 'the deadline has passed …',
        data: { because: { kind: 'no-traffic', version: 'canary' } },
      }),
      'No request has reached the new version: nothing to judge it by.',
    ],
    [entry('release.stage', { data: { name: '2 of 4', weight: 50 } }), '2 of 4 instances'],
    [entry('release.started', { data: { version: 'v3', previous: 'v2' } }), 'v2 → v3'],
    [entry('release.asked', { data: { version: 'v1' } }), 'v1'],
    [entry('release.ended', { data: { outcome: 'promoted', candidate: {} } }), ''],
    [entry('token.made', { data: { name: 'ci', days: 90, scopes: ['read'] } }), 'name ci, days 90'],
  ])('says why, or what (%#)', (one, said) => expect(entryWords(one, en)).toBe(said))
})
