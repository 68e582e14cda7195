import { describe, expect, it } from 'vitest'
import { FakeClock } from './fake-clock.ts'
import { idMaker } from './id.ts'

describe('ids', () => {
  it('sort in the order of their making, within a millisecond and when the clock steps back', async () => {
    const clock = new FakeClock()
    const newId = idMaker(clock)
    const made: string[] = []
    for (let i = 0; i < 300; i++) {
      made.push(newId('rel'))
      if (i % 10 === 0) await clock.advance(1)
      if (i === 150) clock.jump(clock.now() - 60_000)
    }
    expect(made.toSorted()).toEqual(made)
    expect(new Set(made).size).toBe(made.length)
  })

  it('stay in order when the random part overflows', () => {
    const newId = idMaker(new FakeClock(), () => 0xff_ff_ff_ff)
    const made = [newId('x'), newId('x'), newId('x')]
    expect(made.toSorted()).toEqual(made)
    expect(new Set(made).size).toBe(3)
  })

  it('name their kind and use only letters that can be read out', () => {
    expect(idMaker(new FakeClock())('rel')).toMatch(/^rel_[0-9a-hjkmnp-tv-z]{17}$/)
  })
})
