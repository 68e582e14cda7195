import { type Argon2Parameters, argon2Sync } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Unavailable } from '../../kernel/index.ts'
import { makeHasher } from './hasher.ts'

const cost = { memoryKib: 8, passes: 1 }

describe('a hasher', () => {
  it('knows the password again, and no other', async () => {
    const hasher = makeHasher({ cost })
    const phc = await hasher.hash('correct horse')
    expect(await hasher.verify('correct horse', phc)).toBe(true)
    expect(await hasher.verify('correct horsf', phc)).toBe(false)
    expect(await hasher.verify('', phc)).toBe(false)
    expect(phc).not.toContain('correct')
  })

  it('gives the same password another hash each time', async () => {
    const hasher = makeHasher({ cost })
    expect(await hasher.hash('correct horse')).not.toBe(await hasher.hash('correct horse'))
  })

  it('by itself costs more than the least that is advised', async () => {
    const seen: Argon2Parameters[] = []
    const hasher = makeHasher({
      derive: async parameters => {
        seen.push(parameters)
        return Buffer.alloc(32)
      },
    })
    expect(await hasher.hash('x')).toMatch(/^\$argon2id\$v=19\$m=32768,t=3,p=1\$/)
    expect(seen[0]).toMatchObject({ memory: 32_768, passes: 3, parallelism: 1, tagLength: 32 })
    expect(seen[0]?.nonce).toHaveLength(16)
  })

  it('does the same work for nobody as for somebody, and says no', async () => {
    const seen: Argon2Parameters[] = []
    const hasher = makeHasher({
      cost,
      derive: async parameters => {
        seen.push(parameters)
        return argon2Sync('argon2id', parameters)
      },
    })
    const phc = await hasher.hash('correct horse')
    await hasher.verify('correct horse', phc)
    expect(await hasher.verify('correct horse', undefined)).toBe(false)
    const work = ({ memory, passes, parallelism, tagLength, nonce }: Argon2Parameters): unknown => [
      [memory, passes, parallelism, tagLength],
      (nonce as Buffer).length,
    ]
    expect(seen).toHaveLength(3)
    expect(new Set(seen.map(parameters => JSON.stringify(work(parameters)))).size).toBe(1)
  })

  it('checks a hash at the cost that it was made with, and knows that it is outdated', async () => {
    const old = await makeHasher({ cost }).hash('correct horse')
    const hasher = makeHasher({ cost: { memoryKib: 16, passes: 2 } })
    expect(await hasher.verify('correct horse', old)).toBe(true)
    expect(hasher.isOutdated(old)).toBe(true)
    expect(hasher.isOutdated(await hasher.hash('correct horse'))).toBe(false)
  })

  it('computes few at a time, and in the order of asking', async () => {
    const gate = gated()
    const hasher = makeHasher({ cost, most: 2, derive: gate.derive })
    const all = Promise.all(['a', 'b', 'c', 'd', 'e'].map(password => hasher.hash(password)))
    for (const begun of [2, 3, 4, 5, 5]) {
      await setImmediate()
      expect(gate.begun()).toHaveLength(begun)
      gate.release()
    }
    await all
    expect(gate.begun()).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(gate.mostAtOnce()).toBe(2)
  })

  it('refuses more than may wait, and works again when they are done', async () => {
    const gate = gated()
    const hasher = makeHasher({ cost, most: 1, mostWaiting: 2, derive: gate.derive })
    const taken = ['a', 'b', 'c'].map(password => hasher.hash(password))
    await expect(hasher.hash('d')).rejects.toThrow(Unavailable)
    for (const _ of taken) {
      await setImmediate()
      gate.release()
    }
    await Promise.all(taken)
    const later = hasher.hash('e')
    await setImmediate()
    gate.release()
    await later
  })

  it('goes on after a failure', async () => {
    let calls = 0
    const hasher = makeHasher({
      cost,
      most: 1,
      derive: async () => {
        if (++calls === 1) throw new Error('out of memory')
        return Buffer.alloc(32)
      },
    })
    const results = await Promise.allSettled([hasher.hash('a'), hasher.hash('b')])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  })

  it('leaves the event loop free meanwhile', async () => {
    const hasher = makeHasher()
    const done = new AbortController()
    const hashing = hasher.hash('correct horse').finally(() => done.abort())
    let turns = 0
    for (; !done.signal.aborted; turns++) await setImmediate()
    await hashing
    expect(turns).toBeGreaterThan(10)
  })
})

/** A computation that ends when it is told to. */
function gated() {
  const begun: string[] = []
  const open: (() => void)[] = []
  let most = 0
  return {
    begun: () => begun,
    mostAtOnce: () => most,
    release: () => open.shift()?.(),
    derive: ({ message }: Argon2Parameters) =>
      new Promise<Buffer>(resolve => {
        begun.push((message as Buffer).toString())
        open.push(() => resolve(Buffer.alloc(32)))
        most = Math.max(most, open.length)
      }),
  }
}
