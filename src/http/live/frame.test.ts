import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frameOf, numbered, retryAfter } from './frame.ts'

describe('an event', () => {
  it('is written in lines, and ends with an empty one', () => {
    const frame = frameOf({ event: 'pulse', data: { at: '2026-11-21T03:22:00.000Z' } })
    expect(numbered(7, frame).toString()).toBe('id: 7\nevent: pulse\ndata: {"at":"2026-11-21T03:22:00.000Z"}\n\n')
    expect(retryAfter(1_234.5)).toBe('retry: 1235\n\n')
  })

  it('is one event whatever is in it: no line end of its data ends a line of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), at => {
        const lines = numbered(1, frameOf({ event: 'pulse', data: { at } }))
          .toString()
          .split(/\r\n|\r|\n/)
        expect(lines).toHaveLength(5)
        expect(JSON.parse(lines[2]?.slice('data: '.length) ?? '')).toEqual({ at: at.toWellFormed() })
      }),
    )
  })
})
