import { describe, expect, it } from 'vitest'
import type { Split } from '../routers/router.ts'
import { MemoryRouter } from '../world.fixture.ts'
import { keepRouted } from './keep.ts'
import { reported } from './release.fixture.ts'

const never = new AbortController().signal
const WANTED: Split = {
  service: 'order',
  stable: 'v1',
  shares: [
    { version: 'v1', weight: 90, endpoints: [at('a'), at('b')], segments: [] },
    { version: 'v2', weight: 10, endpoints: [at('c')], segments: [{ header: 'x-beta', value: '1' }] },
  ],
}

function at(id: string): Split['shares'][number]['endpoints'][number] {
  return { id, url: `http://${id}`, readySinceMs: 1 }
}

/** The wanted split with a share changed. */
function but(index: number, changed: Partial<Split['shares'][number]>): Split {
  return { ...WANTED, shares: WANTED.shares.map((share, i) => (i === index ? { ...share, ...changed } : share)) }
}

async function kept(present: Split | undefined): Promise<{ changed: boolean; applied: number }> {
  const router = new MemoryRouter()
  if (present) router.splits.push(present)
  const before = router.splits.length
  const { changed } = await keepRouted(WANTED, router, never)
  return { changed, applied: router.splits.length - before }
}

describe('the traffic of a service', () => {
  it.each<[string, Split | undefined]>([
    ['the router knows nothing of it', undefined],
    ['the weights differ', but(0, { weight: 80 })],
    ['an instance answers elsewhere', but(0, { endpoints: [at('a'), { ...at('b'), url: 'http://new' }] })],
    ['an instance is missing', but(0, { endpoints: [at('a')] })],
    ['other users are sent to a version', but(1, { segments: [] })],
    ['another version steps in', { ...WANTED, stable: 'v2' }],
    ['none steps in', { ...WANTED, stable: null }],
    ['a version has no share', { ...WANTED, shares: WANTED.shares.slice(0, 1) }],
  ])('is put back in force where %s', async (_, present) => {
    expect(await kept(present)).toEqual({ changed: true, applied: 1 })
  })

  it.each<[string, Split]>([
    ['it is as it should be', WANTED],
    ['only the order of addresses differs', but(0, { endpoints: [at('b'), at('a')] })],
    ['an instance was ready at another time', but(0, { endpoints: [at('a'), { ...at('b'), readySinceMs: 9 }] })],
    [
      'a version without traffic is still known',
      { ...WANTED, shares: [...WANTED.shares, { version: 'v0', weight: 0, endpoints: [], segments: [] }] },
    ],
  ])('is left alone where %s', async (_, present) => {
    expect(await kept(present)).toEqual({ changed: false, applied: 0 })
  })

  it('is said not to be in force where the router refuses it', async () => {
    const router = new MemoryRouter()
    router.apply = async () => ({ ok: false, ...reported('another service has that host') })
    expect(await keepRouted(WANTED, router, never)).toEqual({
      changed: false,
      problem: 'another service has that host',
    })
  })
})
