import { expect, it } from 'vitest'
import { Denied, NotFound, Unavailable } from '../../kernel/index.ts'
import { describeOnBoth } from '../../store/both.fixture.ts'
import { DAY_MS, home, root, setUp } from '../access.fixture.ts'
import { makeAccess } from '../access.ts'
import { Forbidden } from '../errors.ts'

const HOUR_MS = 3_600_000

describeOnBoth('a session', newPlace => {
  it('ends after 12 hours without use', async () => {
    const { access, clock, join } = await setUp(newPlace)
    const { secret } = await join('li', 'viewer')
    await clock.advance(12 * HOUR_MS - 1)
    await access.authenticate({ cookie: secret, ...home })
    await clock.advance(12 * HOUR_MS)
    await expect(access.authenticate({ cookie: secret, ...home })).rejects.toThrow('this session has ended')
  })

  it('ends after 7 days, however much it is used', async () => {
    const { access, clock, join } = await setUp(newPlace)
    const { secret } = await join('li', 'viewer')
    for (let hours = 0; hours < 7 * 24 - 1; hours++) {
      await clock.advance(HOUR_MS)
      await access.authenticate({ cookie: secret, ...home })
    }
    await clock.advance(HOUR_MS)
    await expect(access.authenticate({ cookie: secret, ...home })).rejects.toThrow(Denied)
  })

  it('is not kept alive by a page that is merely open', async () => {
    const { access, clock, join } = await setUp(newPlace)
    const { secret } = await join('li', 'viewer')
    for (let hours = 0; hours < 11; hours++) {
      await clock.advance(HOUR_MS)
      await access.authenticate({ cookie: secret, ...home, passive: true })
    }
    await clock.advance(HOUR_MS)
    await expect(access.authenticate({ cookie: secret, ...home, passive: true })).rejects.toThrow(Denied)
  })

  it('is noted as used at most once a minute', async () => {
    const { access, clock, join } = await setUp(newPlace)
    const { secret } = await join('li', 'viewer')
    const openedMs = clock.now()
    const seen = async (): Promise<number | undefined> => (await access.sessions.list(root, 'li'))[0]?.seenAtMs
    await clock.advance(59_999)
    await access.authenticate({ cookie: secret, ...home })
    expect(await seen()).toBe(openedMs)
    await clock.advance(1)
    await Promise.all(Array.from({ length: 20 }, () => access.authenticate({ cookie: secret, ...home })))
    expect(await seen()).toBe(openedMs + 60_000)
  })

  it('goes on when its use cannot be noted, and that is told', async () => {
    const { clock, store, join } = await setUp(newPlace)
    const { secret } = await join('li', 'viewer')
    const full = new Unavailable('there is no space left')
    const troubles: unknown[] = []
    const access = makeAccess({
      store: { ...store, statement: () => Promise.reject(full) },
      trouble: error => void troubles.push(error),
    })
    await clock.advance(60_000)
    expect(await access.authenticate({ cookie: secret, ...home })).toMatchObject({ actor: 'user/li' })
    expect(troubles).toEqual([full])
  })

  it('is listed for its owner, newest first, and says which one asks', async () => {
    const { access, clock, join } = await setUp(newPlace)
    const { principal, password } = await join('li', 'viewer')
    await clock.advance(1_000)
    const agent = `Phone\u001b ${'x'.repeat(500)}`
    await access.signIn({ name: 'li', password, from: { address: '198.51.100.1', agent } })
    const list = await access.sessions.list(principal, 'li')
    expect(list.map(({ address, current }) => [address, current])).toEqual([
      ['198.51.100.1', false],
      [home.address, true],
    ])
    expect(list[0]?.agent).toMatch(/^Phone {2}x{193}$/)
    expect(list[0]).toMatchObject({ createdAtMs: clock.now(), endsAtMs: clock.now() + 12 * HOUR_MS })
    await clock.advance(12 * HOUR_MS)
    expect(await access.sessions.list(root, 'li')).toEqual([])
  })

  it('is ended by its owner, by an administrator, and by nobody else', async () => {
    const { access, join, entries } = await setUp(newPlace)
    const li = await join('li', 'viewer')
    const wang = await join('wang', 'releaser')
    const other = await access.signIn({ name: 'li', password: li.password, from: home })
    const id = other.principal.session?.id ?? ''
    await expect(access.sessions.end(wang.principal, 'li', id)).rejects.toThrow(Forbidden)
    await expect(access.sessions.end(wang.principal, 'wang', id)).rejects.toThrow(NotFound)
    await access.sessions.end(li.principal, 'li', id)
    await expect(access.authenticate({ cookie: other.secret, ...home })).rejects.toThrow(Denied)
    await expect(access.sessions.end(li.principal, 'li', id)).rejects.toThrow(NotFound)
    await access.sessions.endAll(root, 'li')
    await access.sessions.endAll(root, 'li')
    await expect(access.authenticate({ cookie: li.secret, ...home })).rejects.toThrow(Denied)
    await access.authenticate({ cookie: wang.secret, ...home })
    expect((await entries({ kind: 'session.ended' })).map(({ actor, data }) => [actor, data])).toEqual([
      ['user/li', { session: id }],
      ['cli/root', { sessions: 1 }],
    ])
  })

  it('is ended by signing out, once', async () => {
    const { access, join, entries } = await setUp(newPlace)
    const { principal, secret } = await join('li', 'viewer')
    await access.sessions.signOut(principal)
    await access.sessions.signOut(principal)
    await access.sessions.signOut(root)
    await expect(access.authenticate({ cookie: secret, ...home })).rejects.toThrow(Denied)
    expect(await entries({ kind: 'session.ended' })).toHaveLength(1)
  })

  it('with a one-time password can still be ended', async () => {
    const { access } = await setUp(newPlace)
    const { password } = await access.users.create(root, { name: 'li', role: 'viewer' })
    const { principal, secret } = await access.signIn({ name: 'li', password, from: home })
    await access.sessions.signOut(principal)
    await expect(access.authenticate({ cookie: secret, ...home })).rejects.toThrow(Denied)
  })

  it('is one of fifty at most, and leaves the table when it has ended', async () => {
    const { access, clock, store, join } = await setUp(newPlace)
    const { password, secret } = await join('li', 'viewer')
    for (let i = 0; i < 50; i++) {
      await clock.advance(1)
      await access.signIn({ name: 'li', password, from: home })
    }
    expect(await access.sessions.list(root, 'li')).toHaveLength(50)
    await expect(access.authenticate({ cookie: secret, ...home })).rejects.toThrow(Denied)
    await clock.advance(7 * DAY_MS)
    await access.signIn({ name: 'li', password, from: home })
    expect(await store.db.selectFrom('sessions').select('id').execute()).toHaveLength(1)
  })

  it('is not opened by anything but its secret', async () => {
    const { access, join, store } = await setUp(newPlace)
    const { secret, principal } = await join('li', 'viewer')
    const { hash = '' } = (await store.db.selectFrom('sessions').select('hash').executeTakeFirst()) ?? {}
    for (const cookie of ['', hash, principal.session?.id ?? '', `${secret} `, secret.slice(1), '\0', "' or 1=1 --"]) {
      await expect(access.authenticate({ cookie, ...home })).rejects.toThrow(Denied)
    }
  })

  it('that is ended on one hub is over on another', async () => {
    const { access, secondHub, join } = await setUp(newPlace)
    const other = await secondHub()
    const { secret, principal } = await join('li', 'viewer')
    await other.authenticate({ cookie: secret, ...home })
    await access.sessions.signOut(principal)
    await expect(other.authenticate({ cookie: secret, ...home })).rejects.toThrow(Denied)
  })
})
