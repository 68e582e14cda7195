import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { questionOf, readFilter, SPANS, writeFilter } from './filter.ts'

const NOW_MS = 1_795_231_345_678

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
