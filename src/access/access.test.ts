import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Denied, type Random, ShipwatchError, seededRandom } from '../kernel/index.ts'
import { verify } from '../logbook/index.ts'
import { describeOnBoth } from '../store/both.fixture.ts'
import { home, LOCAL_TOKEN, root, type Setting, setUp } from './access.fixture.ts'
import { makeAccess } from './access.ts'
import { authorise, type Principal, ROLES, SCOPES } from './principal.ts'
import { newTokenText } from './tokens/text.ts'

describeOnBoth('who asks', newPlace => {
  it('is nobody without credentials', async () => {
    const { access } = await setUp(newPlace)
    await expect(access.authenticate(home)).rejects.toThrow('nobody is signed in')
  })

  it('is the owner of the machine with the token of the data folder, and may do everything', async () => {
    const { access } = await setUp(newPlace)
    const local = await access.authenticate({ bearer: LOCAL_TOKEN, ...home })
    expect(local).toEqual({ actor: 'token/local', scopes: SCOPES, mustChangePassword: false })
    const named = await access.authenticate({ bearer: LOCAL_TOKEN, localName: 'li', ...home })
    expect(named.actor).toBe('cli/li')
    expect(await access.users.list(named)).toEqual([])
  })

  it('is not the owner of the machine where there is no such token', async () => {
    const { store } = await setUp(newPlace)
    for (const access of [makeAccess({ store }), makeAccess({ store, localToken: '' })]) {
      for (const bearer of ['', 'undefined', LOCAL_TOKEN]) {
        await expect(access.authenticate({ bearer, ...home })).rejects.toThrow(Denied)
      }
    }
  })

  it('is whom the bearer token says, even beside a cookie', async () => {
    const { access, join } = await setUp(newPlace)
    const { secret, principal } = await join('li', 'admin')
    const { text } = await access.tokens.create(principal, { name: 'ci', scopes: ['read'] })
    expect((await access.authenticate({ bearer: text, cookie: secret, ...home })).actor).toBe('token/ci')
    await expect(access.authenticate({ bearer: newTokenText(), cookie: secret, ...home })).rejects.toThrow(Denied)
  })

  it('does not become another by a name that the local token’s holder makes up', async () => {
    const { access, join } = await setUp(newPlace)
    const { secret } = await join('li', 'viewer')
    const principal = await access.authenticate({ cookie: secret, localName: 'root', ...home })
    expect(principal.actor).toBe('user/li')
    expect(() => authorise(principal, 'admin')).toThrow('this needs the right “admin”')
  })

  it('costs no hash of a password to find out', async () => {
    const { access, join, hashes } = await setUp(newPlace)
    const { secret, principal } = await join('li', 'viewer')
    const { text } = await access.tokens.create(principal, { name: 'ci', scopes: ['read'] })
    const before = hashes()
    for (const credentials of [{ cookie: secret }, { bearer: text }, { bearer: newTokenText() }, { cookie: 'x' }]) {
      await access.authenticate({ ...credentials, ...home }).catch(() => 'denied')
    }
    expect(hashes()).toBe(before)
  })
})

describe('whatever people do', () => {
  describeOnBoth('in any order', newPlace => {
    it.each([1, 2, 3])(
      'no secret is in any row, entry or error, and all failures are expected ones (%i)',
      async seed => {
        const setting = await setUp(newPlace)
        const { secrets, errors } = await walk(setting, seededRandom(seed), 200)
        expect(secrets.size).toBeGreaterThan(30)
        const [dump, spoken] = [await setting.dump(), errors.map(error => inspect(error, { depth: 9 })).join('\n')]
        for (const secret of secrets) {
          expect(dump).not.toContain(secret)
          expect(spoken).not.toContain(secret)
          expect(dump).not.toContain(Buffer.from(secret).toString('base64').replace(/=+$/, ''))
          expect(dump).not.toContain(Buffer.from(secret).toString('hex'))
        }
        for (const error of errors) expect(error).toBeInstanceOf(ShipwatchError)
        expect(errors.length).toBeGreaterThan(10)
        expect(setting.troubles).toEqual([])
        expect(await verify(setting.store)).toMatchObject({ sound: true })
        const users = await setting.access.users.list(root)
        expect(users.some(({ role, disabled }) => role === 'admin' && !disabled)).toBe(true)
      },
    )
  })
})

/** Does all kinds of things, right and wrong ones, as different people; gives every secret and every failure. */
async function walk({ access, clock }: Setting, random: Random, steps: number) {
  const secrets = new Set<string>()
  const errors: unknown[] = []
  const passwords = new Map<string, string>()
  const principals: Principal[] = [root]
  const bearers: string[] = ['swt_cut-off', 'not a token']
  const cookies: string[] = ['no session']
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const keep = (secret: string): string => {
    secrets.add(secret)
    return secret
  }
  const by = (): Principal => (random() < 0.5 ? root : pick(principals))
  const name = (): string => pick(['admin', 'li', 'wang', 'zhao'])
  const from = () => ({ address: pick(['203.0.113.7', '2001:db8::7', '198.51.100.9']), agent: 'Browser' })
  const signIn = async (typed: string, password: string): Promise<void> => {
    const { secret, principal } = await access.signIn({ name: typed, password: keep(password), from: from() })
    cookies.push(keep(secret))
    principals.push(principal)
  }

  const first = await access.users.ensureAdministrator()
  passwords.set('admin', keep(first?.password ?? ''))

  const actions: readonly (() => Promise<unknown>)[] = [
    async () => {
      const user = name()
      const { password } = await access.users.create(by(), { name: user, role: pick(ROLES) })
      passwords.set(user, keep(password))
    },
    async () => {
      const user = name()
      await signIn(user, passwords.get(user) ?? 'none of anybody’s')
    },
    () => signIn(name(), `wrong guess number ${Math.floor(random() * 1e9)}`),
    // The password in the field of the name, as happens.
    () => signIn(keep(pick([...passwords.values()])), 'nothing at all'),
    async () => {
      const who = pick(principals)
      const next = `new passphrase ${Math.floor(random() * 1e9)}`
      const present = passwords.get(who.user?.name ?? '') ?? 'unknown passphrase'
      const { secret, principal } = await access.changePassword(who, { present, next: keep(next), from: from() })
      passwords.set(who.user?.name ?? '', next)
      cookies.push(keep(secret))
      principals.push(principal)
    },
    async () => {
      const who = pick(principals)
      const present = passwords.get(who.user?.name ?? '') ?? 'unknown passphrase'
      await access.changePassword(who, { present, next: keep('aaaaaaaaaaaaa'), from: from() })
    },
    async () => {
      const user = name()
      passwords.set(user, keep((await access.users.resetPassword(by(), user)).password))
    },
    async () => {
      const token = { name: pick(['ci', 'deploys', 'backup']), scopes: [pick(SCOPES)] }
      bearers.push(keep((await access.tokens.create(by(), token)).text))
    },
    () => access.tokens.revoke(by(), pick(['ci', 'deploys', 'backup'])),
    async () => principals.push(await access.authenticate({ bearer: pick(bearers), address: from().address })),
    async () => principals.push(await access.authenticate({ cookie: pick(cookies), address: from().address })),
    () => access.authenticate({ bearer: keep(pick(bearers).slice(0, -1)), address: from().address }),
    () => access.users.disable(by(), name()),
    () => access.users.enable(by(), name()),
    () => access.users.change(by(), name(), { role: pick(ROLES), displayName: '小李' }),
    () => access.sessions.signOut(pick(principals)),
    () => access.sessions.endAll(by(), name()),
    () => clock.advance(Math.floor(random() * 3_600_000)),
  ]
  for (let step = 0; step < steps; step++) await pick(actions)().catch((error: unknown) => errors.push(error))
  secrets.delete('none of anybody’s')
  return { secrets, errors }
}
