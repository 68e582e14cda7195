import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Queue } from './queue.ts'

describe('a queue', () => {
  it('runs one thing at a time, in the order of asking, whatever fails and however long each takes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(fc.boolean(), { maxLength: 8 }), async (scheduler, failing) => {
        const queue = new Queue(100, 'it')
        const log: string[] = []
        const turns = failing.map((isFailing, i) =>
          queue.run(async () => {
            log.push(`begin ${i}`)
            await scheduler.schedule(Promise.resolve())
            log.push(`end ${i}`)
            if (isFailing) throw new Error(`failed ${i}`)
            return i
          }),
        )
        const outcomes = Promise.allSettled(turns)
        await scheduler.waitFor(outcomes)
        expect(log).toEqual(failing.flatMap((_, i) => [`begin ${i}`, `end ${i}`]))
        expect((await outcomes).map(outcome => outcome.status)).toEqual(
          failing.map(isFailing => (isFailing ? 'rejected' : 'fulfilled')),
        )
      }),
    )
  })

  it('refuses what is too much, and takes more once there is room', async () => {
    const queue = new Queue(2, 'the store')
    const gate = Promise.withResolvers<string>()
    const both = [queue.run(() => gate.promise), queue.run(async () => 'second')]
    await expect(queue.run(async () => 'third')).rejects.toMatchObject({
      name: 'Unavailable',
      message: 'the store has 2 changes waiting already',
      hint: 'Try again in a moment.',
    })
    gate.resolve('first')
    expect(await Promise.all(both)).toEqual(['first', 'second'])
    expect(await queue.run(async () => 'third')).toBe('third')
  })

  it('is drained when the last one is over, also when that failed', async () => {
    const queue = new Queue(9, 'it')
    const over: string[] = []
    const failing = queue.run(async () => {
      over.push('over')
      throw new Error('no')
    })
    await Promise.all([expect(failing).rejects.toThrow('no'), queue.drained()])
    expect(over).toEqual(['over'])
    await queue.drained()
  })
})
