import { expect, it } from 'vitest'
import { Conflict, Denied, InvalidInput, Unavailable } from '../../kernel/index.ts'
import { describeOnBoth } from '../../store/both.fixture.ts'
import type { Store } from '../../store/index.ts'
import { DAY_MS, home, root, type Setting, setUp } from '../access.fixture.ts'
import { type Access, makeAccess } from '../access.ts'
import { Forbidden, Throttled } from '../errors.ts'
import { makeHasher } from '../passwords/hasher.ts'

/** Fails to sign in; gives the error. */
async function fail({ access }: { readonly access: Access }, name: string, address = home.address): Promise<Error> {
  return access.signIn({ name, password: 'wrong password', from: { address } }).then(
    () => {
      throw new Error('signed in with a wrong password')
    },
    (error: Error) => error,
  )
}

async function failAll(setting: Setting, name: string, times: number): Promise<void> {
  for (let i = 0; i < times; i++) expect(await fail(setting, name)).toBeInstanceOf(Denied)
}

async function triesOf({ db }: Store, kind: string): Promise<number> {
  return (await db.selectFrom('sign_in_tries').select('key').where('kind', '=', kind).execute()).length
}

describeOnBoth('signing in', newPlace => {
  it('opens a session that says who it is', async () => {
    const { access, clock, join, entries } = await setUp(newPlace)
    const { password } = await join('li', 'releaser')
    const { secret, principal } = await access.signIn({ name: 'li', password, from: home })
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(principal).toEqual({
      actor: 'user/li',
      scopes: ['read', 'release'],
      user: expect.objectContaining({ name: 'li', displayName: 'li', role: 'releaser', language: undefined }),
      session: { id: expect.stringMatching(/^ses_/), endsAtMs: clock.now() + DAY_MS / 2 },
      mustChangePassword: false,
    })
    expect(await access.authenticate({ cookie: secret, ...home })).toEqual(principal)
    expect((await access.users.list(root))[0]).toMatchObject({ signedInAtMs: clock.now() })
    expect((await entries({ kind: 'session.opened' })).at(-1)).toMatchObject({
      subject: 'user/li',
      actor: 'user/li',
      data: { session: principal.session?.id, address: home.address, agent: home.agent },
    })
  })

  it('takes the name as people type it, and the password in either form of its characters', async () => {
    const { access, join } = await setUp(newPlace)
    const { password, principal } = await join('li', 'viewer')
    await access.signIn({ name: ' Li ', password, from: home })
    const change = { present: password, next: 'un cafe\u0301 au lait', from: home }
    await access.changePassword(principal, change)
    await access.signIn({ name: 'ｌｉ', password: 'un café au lait', from: home })
  })

  it('is refused alike for a wrong password, an unknown name, an impossible one, a disabled user', async () => {
    const setting = await setUp(newPlace)
    const { password } = await setting.join('li', 'viewer')
    await setting.access.users.disable(root, 'li')
    const disabled = await setting.access.signIn({ name: 'li', password, from: home }).catch((error: Error) => error)
    for (const name of ['li', 'nobody', 'Not A Name!', '', 'x'.repeat(10_000), '\0', '\ud800']) {
      expect(await fail(setting, name)).toEqual(disabled)
    }
    expect(disabled).toBeInstanceOf(Denied)
  })

  it('costs one hash whoever it is, and however long the password', async () => {
    const setting = await setUp(newPlace)
    const { access, hashes } = setting
    await setting.join('li', 'viewer')
    for (const [name, password] of [
      ['li', 'wrong'],
      ['nobody', 'wrong'],
      ['Not A Name!', 'wrong'],
      ['li', 'x'.repeat(100_000)],
      ['nobody', 'x'.repeat(100_000)],
    ] as const) {
      const before = hashes()
      await expect(access.signIn({ name, password, from: home })).rejects.toThrow(Denied)
      expect(hashes() - before).toBe(1)
    }
  })

  it('gives a new session each time, and ends the one that the browser had', async () => {
    const { access, join } = await setUp(newPlace)
    const { password, secret: before } = await join('li', 'viewer')
    const { secret } = await access.signIn({ name: 'li', password, from: home, replaces: before })
    expect(secret).not.toBe(before)
    await expect(access.authenticate({ cookie: before, ...home })).rejects.toThrow(Denied)
    await access.signIn({ name: 'li', password, from: home, replaces: 'never was one' })
    await access.authenticate({ cookie: secret, ...home })
  })

  it('works for two browsers at the same moment', async () => {
    const { access, join } = await setUp(newPlace)
    const { password } = await join('li', 'viewer')
    const both = await Promise.all([1, 2].map(() => access.signIn({ name: 'li', password, from: home })))
    for (const { secret } of both) await access.authenticate({ cookie: secret, ...home })
    expect(new Set(both.map(({ secret }) => secret)).size).toBe(2)
  })

  it('renews a hash that was made at a lower cost', async () => {
    const { access, store, join } = await setUp(newPlace)
    const { password } = await join('li', 'viewer')
    const hashOf = async (): Promise<string | undefined> =>
      (await store.db.selectFrom('users').select('password').executeTakeFirst())?.password
    const old = await hashOf()
    const stronger = makeAccess({ store, hasher: makeHasher({ cost: { memoryKib: 16, passes: 2 } }) })
    await stronger.signIn({ name: 'li', password, from: home })
    expect(await hashOf()).toMatch(/m=16,t=2/)
    expect(old).toMatch(/m=8,t=1/)
    const renewed = await hashOf()
    await stronger.signIn({ name: 'li', password, from: home })
    expect(await hashOf()).toBe(renewed)
    await access.signIn({ name: 'li', password, from: home })
  })

  it('is undone by what happens while the password is checked', async () => {
    const setting = await setUp(newPlace)
    const { password } = await setting.join('li', 'viewer')
    const { access, store } = setting
    const inner = makeHasher({ cost: { memoryKib: 8, passes: 1 } })
    const during = (happens: () => Promise<unknown>): Access =>
      makeAccess({
        store,
        hasher: {
          ...inner,
          verify: async (given, phc) => {
            await happens()
            return inner.verify(given, phc)
          },
        },
      })
    const disabling = during(() => access.users.disable(root, 'li'))
    await expect(disabling.signIn({ name: 'li', password, from: home })).rejects.toThrow(Denied)
    await access.users.enable(root, 'li')
    const resetting = during(() => access.users.resetPassword(root, 'li'))
    await expect(resetting.signIn({ name: 'li', password, from: home })).rejects.toThrow(Denied)
    expect(await access.sessions.list(root, 'li')).toEqual([])
  })
})

describeOnBoth('too many tries', newPlace => {
  it('make a name wait: a second after five, then twice as long each time, up to a quarter of an hour', async () => {
    const setting = await setUp(newPlace)
    const { password } = await setting.join('li', 'viewer')
    await failAll(setting, 'li', 5)
    for (const waitMs of [
      1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000, 900_000, 900_000,
    ]) {
      const refused = (await setting.access
        .signIn({ name: 'li', password, from: { address: '198.51.100.1' } })
        .catch((error: unknown) => error)) as Throttled
      expect(refused).toBeInstanceOf(Throttled)
      expect(refused.retryAfterMs).toBe(waitMs)
      await setting.clock.advance(waitMs - 1)
      expect(await fail(setting, 'li', '198.51.100.2')).toBeInstanceOf(Throttled)
      await setting.clock.advance(1)
      expect(await fail(setting, 'li', '198.51.100.3')).toBeInstanceOf(Denied)
    }
    await setting.clock.advance(900_000)
    await setting.access.signIn({ name: 'li', password, from: home })
    await failAll(setting, 'li', 5)
  })

  it('say when to come back, in words', async () => {
    const setting = await setUp(newPlace)
    await failAll(setting, 'li', 5)
    expect(await fail(setting, 'li')).toMatchObject({ code: 'throttled', hint: 'Try again in 1 s.' })
  })

  it('count the same for a name that nobody has', async () => {
    const setting = await setUp(newPlace)
    await setting.join('li', 'viewer')
    const courses = []
    for (const name of ['li', 'nobody']) {
      const course = []
      for (let i = 0; i < 8; i++) {
        const before = setting.hashes()
        const { message, name: kind } = await fail(setting, name, `198.51.100.${name.length}`)
        course.push([kind, message, setting.hashes() - before])
        await setting.clock.advance(600)
      }
      courses.push(course)
    }
    expect(courses[0]).toEqual(courses[1])
    expect(courses[0]?.filter(([kind]) => kind === 'Throttled')).not.toEqual([])
  })

  it('while one waits cost no hash and no write, and do not make it longer', async () => {
    const setting = await setUp(newPlace)
    await failAll(setting, 'li', 5)
    const before = { hashes: setting.hashes(), dump: await setting.dump() }
    for (let i = 0; i < 20; i++) expect(await fail(setting, 'li')).toBeInstanceOf(Throttled)
    expect({ hashes: setting.hashes(), dump: await setting.dump() }).toEqual(before)
    await setting.clock.advance(1_000)
    expect(await fail(setting, 'li')).toBeInstanceOf(Denied)
  })

  it('make an address wait that tries many names, and not the next address', async () => {
    const setting = await setUp(newPlace)
    const { password } = await setting.join('li', 'viewer')
    for (let i = 0; i < 20; i++) expect(await fail(setting, `name${i}`, `2001:db8::${i}`)).toBeInstanceOf(Denied)
    expect(await fail(setting, 'name20', '2001:db8::ffff')).toBeInstanceOf(Throttled)
    await setting.access.signIn({ name: 'li', password, from: { address: '2001:db8:0:1::1' } })
  })

  it('are not what an office makes that signs in all day', async () => {
    const setting = await setUp(newPlace)
    const { password } = await setting.join('li', 'viewer')
    await failAll(setting, 'wang', 4)
    for (let i = 0; i < 40; i++) await setting.access.signIn({ name: 'li', password, from: home })
    await failAll(setting, 'wang', 1)
  })

  it('at once do not pass on the same count', async () => {
    const setting = await setUp(newPlace)
    await setting.join('li', 'viewer')
    const all = await Promise.all(Array.from({ length: 30 }, () => fail(setting, 'li')))
    expect(all.filter(error => error instanceof Denied)).toHaveLength(5)
    expect(all.filter(error => error instanceof Throttled)).toHaveLength(25)
  })

  it('are counted over all hubs, and over a restart', async () => {
    const setting = await setUp(newPlace)
    await setting.join('li', 'viewer')
    const other = { access: await setting.secondHub() }
    await Promise.all([fail(setting, 'li'), fail(other, 'li'), fail(setting, 'li'), fail(other, 'li')])
    const last = await Promise.all([fail(setting, 'li'), fail(other, 'li')])
    expect(last.map(({ name }) => name).toSorted()).toEqual(['Denied', 'Throttled'])
    expect(await fail({ access: makeAccess({ store: setting.store }) }, 'li')).toBeInstanceOf(Throttled)
  })

  it('of random names from everywhere leave a bounded number of rows and few entries', async () => {
    const setting = await setUp(newPlace)
    const { clock, store } = setting
    const rows = ['name', 'address'].flatMap(kind =>
      Array.from({ length: 10_000 }, (_, i) => ({
        kind,
        key: `flood ${i}`,
        failures: 1,
        allowed_at_ms: clock.now() - 10_000 + i,
      })),
    )
    await store.transaction(async tx => {
      while (rows.length > 0) await tx.db.insertInto('sign_in_tries').values(rows.splice(0, 1_000)).execute()
    })
    for (let i = 0; i < 5; i++) await fail(setting, `random${i}`, `198.51.100.${i}`)
    expect(await triesOf(store, 'name')).toBe(10_000)
    expect(await triesOf(store, 'address')).toBe(10_000)
    expect(await setting.entries()).toHaveLength(1)
    const left = await store.db.selectFrom('sign_in_tries').select('key').where('key', '=', 'flood 4').execute()
    expect(left).toEqual([]) // the oldest went first
    await clock.advance(DAY_MS)
    await fail(setting, 'later')
    expect(await triesOf(store, 'name')).toBe(1)
  })

  it('at the same moment are refused before they take memory, and nobody is counted for that', async () => {
    const { store, clock } = await setUp(newPlace)
    let open = (): void => {}
    const opened = new Promise<void>(resolve => (open = resolve))
    const inner = makeHasher({ cost: { memoryKib: 8, passes: 1 } })
    let checked = 0
    const access = makeAccess({
      store,
      hasher: {
        ...inner,
        verify: async (password, phc) => {
          checked++
          await opened
          return inner.verify(password, phc)
        },
      },
    })
    const all = Array.from({ length: 200 }, (_, i) => fail({ access }, `name${i}`, `198.51.100.${i}`))
    const refused = await all[199]
    expect(refused).toBeInstanceOf(Unavailable)
    open()
    const errors = await Promise.all(all)
    expect(errors.filter(error => error instanceof Unavailable)).toHaveLength(168)
    expect(checked).toBe(32)
    expect(await triesOf(store, 'name')).toBe(32)
    expect(clock.waiting).toBe(0)
    expect(await fail({ access }, 'later')).toBeInstanceOf(Denied)
  })

  it('are told to the logbook once a minute of each name', async () => {
    const setting = await setUp(newPlace)
    await setting.join('li', 'viewer')
    await failAll(setting, 'li', 4)
    await failAll(setting, 'hunter2', 2)
    await failAll(setting, 'Hunter 3', 2)
    await setting.clock.advance(59_999)
    await failAll(setting, 'li', 1)
    await setting.clock.advance(1_001)
    await failAll(setting, 'li', 1)
    const told = await setting.entries({ kind: 'sign-in.refused' })
    expect(told.map(({ subject, actor, data }) => [subject, actor, data])).toEqual([
      ['user/li', 'hub', { address: home.address, failures: 1, why: 'wrong password' }],
      ['sign-in', 'hub', { address: home.address, failures: 5, why: 'unknown name' }],
      ['user/li', 'hub', { address: home.address, failures: 10, why: 'wrong password' }],
    ])
  })
})

describeOnBoth('a password', newPlace => {
  it('is changed by showing it, which ends all other sessions and gives this one a new secret', async () => {
    const { access, join, entries } = await setUp(newPlace)
    const { password, principal, secret } = await join('li', 'viewer')
    const elsewhere = await access.signIn({ name: 'li', password, from: { address: '198.51.100.1' } })
    const changed = await access.changePassword(principal, { present: password, next: 'correct horse', from: home })
    for (const cookie of [secret, elsewhere.secret]) {
      await expect(access.authenticate({ cookie, ...home })).rejects.toThrow(Denied)
    }
    expect(await access.authenticate({ cookie: changed.secret, ...home })).toEqual(changed.principal)
    await expect(access.signIn({ name: 'li', password, from: home })).rejects.toThrow(Denied)
    await access.signIn({ name: 'li', password: 'correct horse', from: home })
    expect((await entries({ kind: 'password.changed' })).at(-1)).toMatchObject({ subject: 'user/li', actor: 'user/li' })
  })

  it('is not changed to a weak one, to itself, or by who does not know it', async () => {
    const { access, join, dump } = await setUp(newPlace)
    const { password, principal } = await join('li', 'viewer')
    const before = await dump()
    const change = (present: string, next: string) => access.changePassword(principal, { present, next, from: home })
    await expect(change(password, 'short')).rejects.toThrow(expect.objectContaining({ field: 'next' }))
    expect(await dump()).toBe(before)
    await expect(change(password, password)).rejects.toThrow('the new password is the present one')
    await expect(change('wrong', 'correct horse')).rejects.toThrow(expect.objectContaining({ field: 'present' }))
    await expect(change('x'.repeat(5_000), 'correct horse')).rejects.toThrow(InvalidInput)
    await access.signIn({ name: 'li', password, from: home })
  })

  it('is not guessed in an open browser, nor is its owner kept out by who tries', async () => {
    const { access, join } = await setUp(newPlace)
    const { password, principal } = await join('li', 'viewer')
    const guess = () => access.changePassword(principal, { present: 'wrong', next: 'correct horse', from: home })
    for (let i = 0; i < 5; i++) await expect(guess()).rejects.toThrow(InvalidInput)
    await expect(guess()).rejects.toThrow(Throttled)
    await access.signIn({ name: 'li', password, from: home })
  })

  it('is changed once when two browsers do it at the same moment', async () => {
    const { access, join } = await setUp(newPlace)
    const { password, principal } = await join('li', 'viewer')
    const change = (next: string) => access.changePassword(principal, { present: password, next, from: home })
    const results = await Promise.allSettled([change('correct horse'), change('battery staple')])
    const refused = results.filter(result => result.status === 'rejected')
    expect(refused).toHaveLength(1)
    expect(refused[0]?.reason).toBeInstanceOf(Conflict)
    expect(await access.sessions.list(root, 'li')).toHaveLength(1)
  })

  it('belongs to people: tokens and the machine’s owner have none to change', async () => {
    const { access, join } = await setUp(newPlace)
    const { password, principal } = await join('li', 'admin')
    const { text } = await access.tokens.create(principal, { name: 'ci', scopes: ['admin'] })
    const token = await access.authenticate({ bearer: text, ...home })
    for (const by of [token, root]) {
      const changing = access.changePassword(by, { present: password, next: 'correct horse', from: home })
      await expect(changing).rejects.toThrow(Forbidden)
    }
  })
})
