import { expect, it } from 'vitest'
import { Conflict, Denied, NotFound } from '../../kernel/index.ts'
import { describeOnBoth } from '../../store/both.fixture.ts'
import { DAY_MS, home, LOCAL_TOKEN, root, setUp } from '../access.fixture.ts'
import { Forbidden } from '../errors.ts'
import type { Scope } from '../principal.ts'
import { newTokenText } from './text.ts'

describeOnBoth('a token', newPlace => {
  it('is shown once, says who asks, and may what it was made for', async () => {
    const { access, clock, join, entries } = await setUp(newPlace)
    const { principal } = await join('li', 'releaser')
    const { token, text } = await access.tokens.create(principal, { name: 'ci', scopes: ['release'] })
    expect(token).toEqual({
      id: expect.stringMatching(/^tok_/),
      name: 'ci',
      owner: 'li',
      scopes: ['read', 'release'],
      createdBy: 'user/li',
      createdAtMs: clock.now(),
      expiresAtMs: clock.now() + 90 * DAY_MS,
      usedAtMs: undefined,
      usedFrom: undefined,
      state: 'valid',
    })
    expect(await access.authenticate({ bearer: text, ...home })).toEqual({
      actor: 'token/ci',
      scopes: ['read', 'release'],
      user: expect.objectContaining({ name: 'li', role: 'releaser' }),
      token: { id: token.id, name: 'ci' },
      mustChangePassword: false,
    })
    expect(await entries({ kind: 'token' })).toMatchObject([
      {
        kind: 'token.created',
        subject: 'token/ci',
        actor: 'user/li',
        data: { id: token.id, owner: 'li', scopes: ['read', 'release'], expiresAtMs: token.expiresAtMs },
      },
    ])
  })

  it('never has more than its maker', async () => {
    const { access, join } = await setUp(newPlace)
    const { principal } = await join('li', 'releaser')
    const making = access.tokens.create(principal, { name: 'ci', scopes: ['read', 'admin'] })
    await expect(making).rejects.toThrow('this needs the right “admin”, and user/li has “read”, “release”')
  })

  it('never has more than its owner has by now', async () => {
    const { access, join } = await setUp(newPlace)
    const { principal } = await join('li', 'releaser')
    const { text } = await access.tokens.create(principal, { name: 'ci', scopes: ['release'] })
    await access.users.change(root, 'li', { role: 'viewer' })
    expect((await access.authenticate({ bearer: text, ...home })).scopes).toEqual(['read'])
    await access.users.change(root, 'li', { role: 'admin' })
    expect((await access.authenticate({ bearer: text, ...home })).scopes).toEqual(['read', 'release'])
  })

  it('made on the machine itself is nobody’s, and stays until it is revoked', async () => {
    const { access, clock } = await setUp(newPlace)
    const { token, text } = await access.tokens.create(root, { name: 'ci', scopes: ['admin'], lifetimeMs: 'never' })
    expect(token).toMatchObject({ owner: undefined, createdBy: 'cli/root', expiresAtMs: undefined })
    await clock.advance(4_000 * DAY_MS)
    expect(await access.authenticate({ bearer: text, ...home })).toEqual({
      actor: 'token/ci',
      scopes: ['read', 'release', 'admin'],
      token: { id: token.id, name: 'ci' },
      mustChangePassword: false,
    })
    await access.tokens.revoke(root, 'ci')
    await expect(access.authenticate({ bearer: text, ...home })).rejects.toThrow('the token is unknown or was revoked')
  })

  it('cannot make another one', async () => {
    const { access } = await setUp(newPlace)
    const { text } = await access.tokens.create(root, { name: 'ci', scopes: ['admin'] })
    const principal = await access.authenticate({ bearer: text, ...home })
    await expect(access.tokens.create(principal, { name: 'ci-2', scopes: ['read'] })).rejects.toThrow(Forbidden)
  })

  it('expires to the millisecond, and says so', async () => {
    const { access, clock } = await setUp(newPlace)
    const { text } = await access.tokens.create(root, { name: 'ci', scopes: ['read'], lifetimeMs: 60_000 })
    await clock.advance(59_999)
    await access.authenticate({ bearer: text, ...home })
    await clock.advance(1)
    await expect(access.authenticate({ bearer: text, ...home })).rejects.toThrow('the token “ci” has expired')
    expect(await access.tokens.list(root)).toMatchObject([{ name: 'ci', state: 'expired' }])
  })

  it('tells when and from where it was last used, to the minute', async () => {
    const { access, clock } = await setUp(newPlace)
    const { text } = await access.tokens.create(root, { name: 'ci', scopes: ['read'] })
    const firstMs = clock.now()
    await access.authenticate({ bearer: text, address: '203.0.113.1' })
    await clock.advance(59_999)
    await access.authenticate({ bearer: text, address: '203.0.113.2' })
    expect(await access.tokens.list(root)).toMatchObject([{ usedAtMs: firstMs, usedFrom: '203.0.113.1' }])
    await clock.advance(1)
    await access.authenticate({ bearer: text, address: '203.0.113.2' })
    expect(await access.tokens.list(root)).toMatchObject([{ usedAtMs: clock.now(), usedFrom: '203.0.113.2' }])
  })

  it('is revoked by its owner or an administrator, and to others is unknown', async () => {
    const { access, join, entries } = await setUp(newPlace)
    const { principal: li } = await join('li', 'viewer')
    const { principal: wang } = await join('wang', 'releaser')
    const { principal: admin } = await join('zhao', 'admin')
    for (const name of ['one', 'two', 'three']) await access.tokens.create(li, { name, scopes: ['read'] })
    await expect(access.tokens.revoke(wang, 'one')).rejects.toThrow(NotFound)
    await access.tokens.revoke(li, 'one')
    await access.tokens.revoke(admin, 'two')
    await expect(access.tokens.revoke(li, 'one')).rejects.toThrow(NotFound)
    expect((await access.tokens.list(li)).map(({ name }) => name)).toEqual(['three'])
    expect(await access.tokens.list(wang)).toEqual([])
    expect((await access.tokens.list(admin)).map(({ name }) => name)).toEqual(['three'])
    expect((await entries({ kind: 'token.revoked' })).map(({ subject, actor }) => [subject, actor])).toEqual([
      ['token/one', 'user/li'],
      ['token/two', 'user/zhao'],
    ])
  })

  it('does not manage its owner’s other tokens', async () => {
    const { access, join } = await setUp(newPlace)
    const { principal } = await join('li', 'releaser')
    const { text } = await access.tokens.create(principal, { name: 'ci', scopes: ['release'] })
    await access.tokens.create(principal, { name: 'other', scopes: ['read'] })
    const token = await access.authenticate({ bearer: text, ...home })
    expect(await access.tokens.list(token)).toEqual([])
    await expect(access.tokens.revoke(token, 'other')).rejects.toThrow(NotFound)
  })

  it('that is revoked on one hub is void on another from the next request on', async () => {
    const { access, secondHub } = await setUp(newPlace)
    const other = await secondHub()
    const { text } = await access.tokens.create(root, { name: 'ci', scopes: ['read'] })
    await other.authenticate({ bearer: text, ...home })
    const uses = Promise.allSettled(Array.from({ length: 20 }, () => other.authenticate({ bearer: text, ...home })))
    await access.tokens.revoke(root, 'ci')
    for (const use of await uses) {
      if (use.status === 'rejected') expect(use.reason).toBeInstanceOf(Denied)
    }
    await expect(other.authenticate({ bearer: text, ...home })).rejects.toThrow(Denied)
    expect(await access.tokens.list(root)).toEqual([])
  })

  it('has a name of its own while it exists', async () => {
    const { access } = await setUp(newPlace)
    const first = await access.tokens.create(root, { name: 'ci', scopes: ['read'] })
    await expect(access.tokens.create(root, { name: 'ci', scopes: ['read'] })).rejects.toThrow(Conflict)
    await access.tokens.revoke(root, 'ci')
    const second = await access.tokens.create(root, { name: 'ci', scopes: ['read'] })
    await expect(access.authenticate({ bearer: first.text, ...home })).rejects.toThrow(Denied)
    await access.authenticate({ bearer: second.text, ...home })
  })

  it('cannot be made with what does not fit', async () => {
    const { access } = await setUp(newPlace)
    const table = [
      [{ name: '' }, 'name'],
      [{ name: 'local' }, 'name'],
      [{ name: 'a/b' }, 'name'],
      [{ name: 'x'.repeat(65) }, 'name'],
      [{ scopes: [] }, 'scopes'],
      [{ scopes: ['write' as Scope] }, 'scope'],
      [{ lifetimeMs: 0 }, 'lifetime'],
      [{ lifetimeMs: -1 }, 'lifetime'],
      [{ lifetimeMs: 365 * DAY_MS + 1 }, 'lifetime'],
      [{ lifetimeMs: Number.NaN }, 'lifetime'],
      [{ lifetimeMs: Number.POSITIVE_INFINITY }, 'lifetime'],
    ] as const
    for (const [fault, field] of table) {
      const making = access.tokens.create(root, { name: 'ci', scopes: ['read'], ...fault })
      await expect(making).rejects.toThrow(expect.objectContaining({ code: 'invalid_input', field }))
    }
  })

  it('is one of a hundred at most', async () => {
    const { access } = await setUp(newPlace)
    for (let i = 0; i < 100; i++) await access.tokens.create(root, { name: `t${i}`, scopes: ['read'] })
    await expect(access.tokens.create(root, { name: 'more', scopes: ['read'] })).rejects.toThrow(
      'has 100 tokens already',
    )
  })

  it('is not what only looks like one', async () => {
    const { access } = await setUp(newPlace)
    const table = [
      ['', 'unknown'],
      ['hunter2', 'unknown'],
      ['swt_abc', 'mistyped'],
      [newTokenText(), 'unknown'],
      [newTokenText().slice(0, -1), 'mistyped'],
      [`${LOCAL_TOKEN}x`, 'unknown'],
      ["' or 1=1 --", 'unknown'],
      ['\0', 'unknown'],
      ['\ud800', 'unknown'],
      ['x'.repeat(100_000), 'unknown'],
    ] as const
    for (const [bearer, why] of table) {
      await expect(access.authenticate({ bearer, ...home })).rejects.toThrow(
        expect.objectContaining({ code: 'denied', message: expect.stringContaining(why) }),
      )
    }
  })
})
