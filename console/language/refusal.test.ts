import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { home as from, root, setUp } from '../../src/access/access.fixture.ts'
import type { Access, Principal } from '../../src/access/index.ts'
import { ShipwatchError } from '../../src/kernel/index.ts'
import { Harbour } from '../../src/ship/world.fixture.ts'
import { explainRefusal } from './refusal.ts'

/** Somebody at the room that refuses, so that its sentences are those of the hub and no others. */
interface Office {
  readonly access: Access
  readonly li: Principal
  readonly present: string
}

const refusals: readonly (readonly [string, (office: Office) => Promise<unknown>])[] = [
  ...['short', 'aaaaaaaaaaaa', '0123456789', 'password123', '2026-li-2026', 'x'.repeat(1_100)].map(
    next =>
      [
        `the new password ${next.slice(0, 20)}`,
        ({ access, li, present }: Office) => access.changePassword(li, { present, next, from }),
      ] as const,
  ),
  [
    'a wrong present one',
    ({ access, li }) => access.changePassword(li, { present: 'no', next: 'four plain words', from }),
  ],
  ['the present one again', ({ access, li, present }) => access.changePassword(li, { present, next: present, from })],
  [
    'too many tries',
    async ({ access }) => {
      for (;;) {
        await access.signIn({ name: 'li', password: 'no', from }).catch((error: ShipwatchError) => {
          if (error.code === 'throttled') throw error
        })
      }
    },
  ],
  ['a name of capitals', ({ access }) => access.users.create(root, { name: 'Li Na', role: 'viewer' })],
  ['a name that is taken', ({ access }) => access.users.create(root, { name: 'li', role: 'viewer' })],
  [
    'a name that was another’s',
    async ({ access }) => {
      await access.users.create(root, { name: 'wang', role: 'viewer' })
      await access.users.change(root, 'wang', { name: 'zhang' })
      return access.users.create(root, { name: 'wang', role: 'viewer' })
    },
  ],
  ['a display name of nothing', ({ access }) => access.users.change(root, 'li', { displayName: ' ' })],
  ['a user that is not', ({ access }) => access.users.disable(root, 'nobody')],
  ['the last administrator', ({ access }) => access.users.disable(root, 'li')],
  ['a token’s name', ({ access }) => access.tokens.create(root, { name: 'local', scopes: ['read'] })],
  [
    'a token’s name that is taken',
    async ({ access }) => {
      await access.tokens.create(root, { name: 'ci', scopes: ['read'] })
      return access.tokens.create(root, { name: 'ci', scopes: ['read'] })
    },
  ],
  ['a token that is not', ({ access }) => access.tokens.revoke(root, 'nothing')],
  [
    'too many tokens',
    async ({ access }) => {
      for (let i = 0; ; i++) await access.tokens.create(root, { name: `t${i}`, scopes: ['read'] })
    },
  ],
  [
    'a right that is missing',
    ({ access }) => {
      const viewer: Principal = { actor: 'user/li', scopes: ['read'], mustChangePassword: false }
      return access.users.list(viewer)
    },
  ],
]

/** What a person may ask of a release at the wrong time. */
const outOfTime: readonly (readonly [string, (harbour: Harbour) => Promise<unknown>])[] = [
  ['a version that is none', harbour => harbour.deploy('-v2')],
  ['the version in service', harbour => harbour.deploy('v1')],
  ['a version on its way', async harbour => [await harbour.deploy('v2'), await harbour.deploy('v2')]],
  ...(['pause', 'resume', 'rearm', 'promote'] as const).map(
    kind =>
      [
        `${kind} when it is over`,
        async (harbour: Harbour) => {
          const { id } = await harbour.deploy('v2')
          await harbour.ship.order(id, { kind: 'roll-back', by: 'user/li' })
          await harbour.until(id, 'ended')
          await harbour.ship.order(id, { kind, by: 'user/li' })
        },
      ] as const,
  ),
  [
    'rearm when nothing is in doubt',
    async harbour => {
      const { id } = await harbour.deploy('v2')
      await harbour.until(id, 'watching')
      await harbour.ship.order(id, { kind: 'rearm', by: 'user/li' })
    },
  ],
]

describe('a refusal of a release', () => {
  it.each(outOfTime)('is said in Chinese, whole: %s', async (_, provoke) => {
    const harbour = (await Harbour.open()).lead()
    await harbour.inService('v1')
    const error: unknown = await provoke(harbour).catch((thrown: unknown) => thrown)
    await harbour.close()
    if (!(error instanceof ShipwatchError)) throw new Error(`it was not refused: ${String(error)}`)
    for (const text of [error.message, ...(error.hint === undefined ? [] : [error.hint])]) {
      expect(explainRefusal(text, 'zh').replace(/`[^`]*`|order/g, ''), text).not.toMatch(/[a-z]{2,}/i)
      expect(explainRefusal(text, 'en')).toBe(text)
    }
  })
})

describe('a refusal of the hub', () => {
  let folder: string
  let offices = 0
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shipwatch-refusal-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it.each(refusals)('is said in Chinese, whole: %s', async (_, provoke) => {
    const { access, join: joins } = await setUp(async () => ({ path: join(folder, `${++offices}.db`) }))
    const { principal, password: present } = await joins('li', 'admin')
    const error: unknown = await provoke({ access, li: principal, present }).catch((thrown: unknown) => thrown)
    if (!(error instanceof ShipwatchError)) throw new Error(`it was not refused: ${String(error)}`)
    for (const text of [error.message, ...(error.hint === undefined ? [] : [error.hint])]) {
      const said = explainRefusal(text, 'zh')
      // Names, characters that may be used, and nothing else.
      expect(said.replace(/“[^”]*”|a–z|\bli\b/g, ''), text).not.toMatch(/[a-z]{2,}/i)
      expect(said).toMatch(/[\u4e00-\u9fff]/)
      expect(explainRefusal(text, 'en')).toBe(text)
    }
  })

  it('that is not known stays as it is', () => {
    expect(explainRefusal('the moon is full', 'zh')).toBe('the moon is full')
  })
})
