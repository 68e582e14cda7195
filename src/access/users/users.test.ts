import { expect, it } from 'vitest'
import { Conflict, Denied, InvalidInput, NotFound } from '../../kernel/index.ts'
import { describeOnBoth } from '../../store/both.fixture.ts'
import { home, root, setUp } from '../access.fixture.ts'
import { Forbidden } from '../errors.ts'

describeOnBoth('users', newPlace => {
  it('begin with an administrator, whose password is told once', async () => {
    const { access, entries } = await setUp(newPlace)
    const first = await access.users.ensureAdministrator()
    expect(first).toMatchObject({ user: { name: 'admin', role: 'admin', mustChangePassword: true, disabled: false } })
    expect(await access.users.ensureAdministrator()).toBeUndefined()
    expect(await access.users.list(root)).toHaveLength(1)
    expect(await entries()).toMatchObject([{ kind: 'user.created', subject: 'user/admin', actor: 'hub' }])
    const { principal } = await access.signIn({ name: 'admin', password: first?.password ?? '', from: home })
    expect(principal).toMatchObject({ actor: 'user/admin', mustChangePassword: true, scopes: [] })
  })

  it('begin with one administrator when two hubs start at once', async () => {
    const { access, secondHub } = await setUp(newPlace)
    const other = await secondHub()
    const made = await Promise.all([access.users.ensureAdministrator(), other.users.ensureAdministrator()])
    expect(made.filter(each => each !== undefined)).toHaveLength(1)
    expect(await access.users.list(root)).toHaveLength(1)
  })

  it('with a one-time password may only change it', async () => {
    const { access } = await setUp(newPlace)
    const { password } = await access.users.create(root, { name: 'li', role: 'admin' })
    const { principal } = await access.signIn({ name: 'li', password, from: home })
    for (const attempt of [
      () => access.users.list(principal),
      () => access.users.create(principal, { name: 'x', role: 'viewer' }),
      () => access.users.change(principal, 'li', { language: 'zh' }),
      () => access.sessions.list(principal, 'li'),
      () => access.tokens.list(principal),
      () => access.tokens.create(principal, { name: 'ci', scopes: ['read'] }),
    ]) {
      await expect(attempt()).rejects.toThrow(expect.objectContaining({ code: 'forbidden', field: 'password' }))
    }
    const changed = await access.changePassword(principal, { present: password, next: 'correct horse', from: home })
    expect(changed.principal).toMatchObject({ mustChangePassword: false, scopes: ['read', 'release', 'admin'] })
    expect(await access.users.list(changed.principal)).toMatchObject([{ mustChangePassword: false }])
  })

  it('are made, changed and listed, each with an entry that names who did it', async () => {
    const { access, clock, entries } = await setUp(newPlace)
    const made = await access.users.create(root, { name: 'li', displayName: ' 李雷 ', role: 'viewer', language: 'zh' })
    expect(made.user).toEqual({
      id: expect.stringMatching(/^usr_/),
      name: 'li',
      displayName: '李雷',
      role: 'viewer',
      language: 'zh',
      disabled: false,
      mustChangePassword: true,
      createdAtMs: clock.now(),
      signedInAtMs: undefined,
    })
    const change = { name: 'lilei', role: 'releaser', displayName: '李雷', language: 'en' } as const
    const changed = await access.users.change(root, 'li', change)
    expect(changed).toEqual({ ...made.user, ...change })
    expect(await access.users.list(root)).toEqual([changed])
    expect((await entries()).map(({ kind, subject, actor, data }) => ({ kind, subject, actor, data }))).toEqual([
      { kind: 'user.created', subject: 'user/li', actor: 'cli/root', data: { id: changed.id, role: 'viewer' } },
      {
        kind: 'user.changed',
        subject: 'user/lilei',
        actor: 'cli/root',
        data: {
          id: changed.id,
          before: { name: 'li', role: 'viewer', language: 'zh' },
          after: { name: 'lilei', role: 'releaser', language: 'en' },
        },
      },
    ])
  })

  it('that are changed to what they are leave no entry', async () => {
    const { access, entries } = await setUp(newPlace)
    await access.users.create(root, { name: 'li', role: 'viewer' })
    await access.users.change(root, 'li', { name: 'li', role: 'viewer', displayName: 'li' })
    await access.users.change(root, 'li', {})
    await access.users.enable(root, 'li')
    expect(await entries()).toHaveLength(1)
  })

  it('cannot be made or changed with what does not fit', async () => {
    const { access } = await setUp(newPlace)
    await access.users.create(root, { name: 'li', role: 'viewer' })
    const table = [
      [{ name: 'Li' }, 'name'],
      [{ name: '李雷' }, 'name'],
      [{ name: 'a b' }, 'name'],
      [{ name: 'a/b' }, 'name'],
      [{ name: '-li' }, 'name'],
      [{ name: '' }, 'name'],
      [{ name: 'x'.repeat(33) }, 'name'],
      [{ displayName: ' ' }, 'displayName'],
      [{ displayName: 'a\u001b[31m' }, 'displayName'],
      [{ displayName: 'x'.repeat(101) }, 'displayName'],
      [{ role: 'root' as 'admin' }, 'role'],
      [{ language: 'fr' as 'en' }, 'language'],
    ] as const
    for (const [fault, field] of table) {
      const refused = expect.objectContaining({ code: 'invalid_input', field })
      await expect(access.users.create(root, { name: 'wang', role: 'viewer', ...fault })).rejects.toThrow(refused)
      await expect(access.users.change(root, 'li', fault)).rejects.toThrow(refused)
    }
  })

  it('never share a name, not even one that somebody had before', async () => {
    const { access } = await setUp(newPlace)
    await access.users.create(root, { name: 'li', role: 'viewer' })
    await access.users.create(root, { name: 'wang', role: 'viewer' })
    await expect(access.users.create(root, { name: 'li', role: 'viewer' })).rejects.toThrow(Conflict)
    await expect(access.users.change(root, 'wang', { name: 'li' })).rejects.toThrow('there is a user “li” already')
    await access.users.change(root, 'li', { name: 'lina' })
    await expect(access.users.create(root, { name: 'li', role: 'viewer' })).rejects.toThrow("somebody else's name")
    await expect(access.users.change(root, 'wang', { name: 'li' })).rejects.toThrow("somebody else's name")
    expect(await access.users.change(root, 'lina', { name: 'li' })).toMatchObject({ name: 'li' })
  })

  it('keep an administrator who can sign in', async () => {
    const { access } = await setUp(newPlace)
    await access.users.create(root, { name: 'a', role: 'admin' })
    await access.users.create(root, { name: 'b', role: 'admin' })
    await access.users.disable(root, 'a')
    await expect(access.users.disable(root, 'b')).rejects.toThrow('b is the last administrator who can sign in')
    await expect(access.users.change(root, 'b', { role: 'releaser' })).rejects.toThrow(Conflict)
    await access.users.enable(root, 'a')
    await access.users.change(root, 'b', { role: 'releaser' })
    await expect(access.users.disable(root, 'a')).rejects.toThrow(Conflict)
    expect((await access.users.list(root)).map(({ name, role, disabled }) => [name, role, disabled])).toEqual([
      ['a', 'admin', false],
      ['b', 'releaser', false],
    ])
  })

  it('keep an administrator when two hubs each take one away at once', async () => {
    const { access, secondHub } = await setUp(newPlace)
    const other = await secondHub()
    await access.users.create(root, { name: 'a', role: 'admin' })
    await access.users.create(root, { name: 'b', role: 'admin' })
    const results = await Promise.allSettled([access.users.disable(root, 'a'), other.users.disable(root, 'b')])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect((await access.users.list(root)).filter(({ disabled }) => !disabled)).toHaveLength(1)
  })

  it('may change how they are called and spoken to, and nothing else, nor anybody else', async () => {
    const { access, join } = await setUp(newPlace)
    const { principal: li } = await join('li', 'viewer')
    await access.users.create(root, { name: 'wang', role: 'viewer' })
    await access.users.change(li, 'li', { displayName: '李雷', language: 'zh' })
    for (const attempt of [
      () => access.users.change(li, 'li', { role: 'admin' }),
      () => access.users.change(li, 'li', { name: 'root' }),
      () => access.users.change(li, 'wang', { displayName: 'X' }),
      () => access.users.list(li),
      () => access.users.create(li, { name: 'x', role: 'viewer' }),
      () => access.users.disable(li, 'wang'),
      () => access.users.enable(li, 'wang'),
      () => access.users.resetPassword(li, 'wang'),
      () => access.sessions.list(li, 'wang'),
      () => access.sessions.endAll(li, 'wang'),
    ]) {
      await expect(attempt()).rejects.toThrow(Forbidden)
    }
  })

  it('that are disabled are out at once, with their tokens, and are let in again when enabled', async () => {
    const { access, join } = await setUp(newPlace)
    const { principal, secret, password } = await join('li', 'releaser')
    const { text } = await access.tokens.create(principal, { name: 'ci', scopes: ['release'] })
    await access.users.disable(root, 'li')
    await expect(access.authenticate({ cookie: secret, ...home })).rejects.toThrow('this session has ended')
    await expect(access.authenticate({ bearer: text, ...home })).rejects.toThrow(
      'the owner of the token “ci” is disabled',
    )
    await expect(access.signIn({ name: 'li', password, from: home })).rejects.toThrow(Denied)
    await access.users.enable(root, 'li')
    await expect(access.authenticate({ cookie: secret, ...home })).rejects.toThrow('this session has ended')
    expect(await access.authenticate({ bearer: text, ...home })).toMatchObject({ actor: 'token/ci' })
    await access.signIn({ name: 'li', password, from: home })
  })

  it('get a new one-time password when theirs is lost, and are signed out', async () => {
    const { access, join, entries } = await setUp(newPlace)
    const { secret, password } = await join('li', 'admin')
    const reset = await access.users.resetPassword(root, 'li')
    expect(reset.user.mustChangePassword).toBe(true)
    await expect(access.authenticate({ cookie: secret, ...home })).rejects.toThrow(Denied)
    await expect(access.signIn({ name: 'li', password, from: home })).rejects.toThrow(Denied)
    const { principal } = await access.signIn({ name: 'li', password: reset.password, from: home })
    expect(principal.mustChangePassword).toBe(true)
    expect(await entries({ kind: 'password.reset' })).toMatchObject([{ subject: 'user/li', actor: 'cli/root' }])
  })

  it('may try again at once after a reset, however often they failed before', async () => {
    const { access, join } = await setUp(newPlace)
    await join('li', 'viewer')
    for (let i = 0; i < 5; i++) {
      await access.signIn({ name: 'li', password: 'wrong', from: home }).catch(() => 'refused')
    }
    const { password } = await access.users.resetPassword(root, 'li')
    await access.signIn({ name: 'li', password, from: home })
  })

  it('do not reset their own password without showing it', async () => {
    const { access, join } = await setUp(newPlace)
    const { principal } = await join('li', 'admin')
    await expect(access.users.resetPassword(principal, 'li')).rejects.toThrow(Forbidden)
  })

  it('with a new role are signed out, and have it from then on', async () => {
    const { access, join } = await setUp(newPlace)
    const { secret, password } = await join('li', 'viewer')
    await access.users.change(root, 'li', { role: 'releaser' })
    await expect(access.authenticate({ cookie: secret, ...home })).rejects.toThrow(Denied)
    const { principal } = await access.signIn({ name: 'li', password, from: home })
    expect(principal.scopes).toEqual(['read', 'release'])
  })

  it('that do not exist are named', async () => {
    const { access } = await setUp(newPlace)
    for (const attempt of [
      () => access.users.change(root, 'li', { language: 'zh' }),
      () => access.users.disable(root, 'li'),
      () => access.users.enable(root, 'li'),
      () => access.users.resetPassword(root, 'li'),
      () => access.sessions.list(root, 'li'),
    ]) {
      await expect(attempt()).rejects.toThrow(NotFound)
      await expect(attempt()).rejects.toThrow('there is no user “li”')
    }
  })

  it('are not half made: what is refused leaves nothing', async () => {
    const { access, dump } = await setUp(newPlace)
    const before = await dump()
    await expect(access.users.create(root, { name: 'li', role: 'x' as 'admin' })).rejects.toThrow(InvalidInput)
    expect(await dump()).toBe(before)
  })
})
