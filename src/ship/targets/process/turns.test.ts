import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../kernel/fake-clock.ts'
import { Turns } from './turns.ts'

const never = new AbortController().signal

describe('turns', () => {
  it('follow each other for one key, in the order of asking, also after a failure', async () => {
    const turns = new Turns()
    const clock = new FakeClock()
    const log: string[] = []
    const work = (name: string, ms: number) => async () => {
      log.push(`${name} begins`)
      await clock.sleep(ms)
      log.push(`${name} ends`)
      if (name === 'b') throw new Error('b fails')
      return name
    }
    const all = Promise.allSettled([
      turns.take('x', never, work('a', 30)),
      turns.take('x', never, work('b', 10)),
      turns.take('x', never, work('c', 10)),
      turns.take('y', never, work('other', 5)),
    ])
    await clock.advance(100)
    const settled = await all
    expect(settled.map(result => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    expect(log).toEqual([
      'a begins',
      'other begins',
      'other ends',
      'a ends',
      'b begins',
      'b ends',
      'c begins',
      'c ends',
    ])
  })

  it('are given up by whoever no longer wants theirs, without a loss for the others', async () => {
    const turns = new Turns()
    const clock = new FakeClock()
    const controller = new AbortController()
    let ran = false
    const first = turns.take('x', never, () => clock.sleep(10))
    const second = turns.take('x', controller.signal, async () => {
      ran = true
    })
    const third = turns.take('x', never, async () => 'third')
    controller.abort(new Error('no longer wanted'))
    const refused = expect(second).rejects.toThrow('no longer wanted')
    await clock.advance(10)
    await Promise.all([first, refused])
    expect(await third).toBe('third')
    expect(ran).toBe(false)
  })
})
