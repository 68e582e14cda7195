import { userInfo } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { EntryView, ReleaseView, ServiceView, StatusView, VerifyView } from '../../client/index.ts'
import { Call, call, until } from '../call.fixture.ts'
import { FixtureHub } from '../hub.fixture.ts'
import { entry, promoted, release, STORY, takenBack, verdict } from '../sample.fixture.ts'

let hub: FixtureHub
beforeEach(async () => {
  hub = await new FixtureHub().start()
})
afterEach(() => hub.stop())

const ID = release().id
const json = async (...argv: string[]): Promise<unknown> => {
  const { code, out, err } = await call([...argv, '--json'], { hub })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out.match(/\n/g)).toHaveLength(1)
  return JSON.parse(out)
}

describe('deploy', () => {
  test('asks for all that was said, in the name of the person', async () => {
    const { code, out, err } = await call(
      ['deploy', 'order', '--version', 'v3', '--command', 'node v3.js', '--strategy', 'rolling', '--note', 'VAT 挪威'],
      { hub, env: { USER: 'li lei/ops' } },
    )
    expect(hub.asked).toEqual([
      {
        method: 'POST',
        path: '/api/v1/services/order/releases',
        actor: 'cli/li-lei-ops',
        body: { version: 'v3', command: 'node v3.js', strategy: { type: 'rolling' }, note: 'VAT 挪威' },
      },
    ])
    expect(code).toBe(0)
    expect(out).toBe(`order v2 → v3 · canary · ${ID} · 1m 12s\n`)
    expect(err).toBe(`watch it: shipwatch show ${ID} --wait\n`)
  })

  test('says no more than the version unless told to', async () => {
    await call(['deploy', 'order', '--version', 'v3'], { hub })
    expect(hub.asked[0]?.body).toEqual({ version: 'v3' })
  })

  test('takes a whole strategy, and the words of a command', async () => {
    const strategy = { type: 'canary', stages: [{ weight: '5%', for: '1m' }] }
    await call(
      ['deploy', 'order', '--version', 'v3', '--strategy', JSON.stringify(strategy), '--command', '["a b", "c"]'],
      { hub },
    )
    expect(hub.asked[0]?.body).toEqual({ version: 'v3', strategy, command: ['a b', 'c'] })
  })

  test('with --json gives the release', async () => {
    expect(ReleaseView.parse(await json('deploy', 'order', '--version', 'v3')).phase).toBe('waiting')
  })

  test('is asked by somebody also where the environment names nobody', async () => {
    await call(['deploy', 'order', '--version', 'v3'], { hub, env: { USER: undefined } })
    expect(hub.asked[0]?.actor).toBe(`cli/${userInfo().username}`)
  })

  test('SHIPWATCH_ACTOR and SHIPWATCH_HUB are heard', async () => {
    const away = new FixtureHub()
    await call(['deploy', 'order', '--version', 'v3'], {
      hub: away,
      env: { SHIPWATCH_ACTOR: 'ci', SHIPWATCH_HUB: hub.url },
    })
    expect(hub.asked[0]?.actor).toBe('cli/ci')
  })
})

describe('orders', () => {
  test.each([
    ['promote', ID, `order v2 → v3, ${ID}: to be promoted: the traffic is moving to it\n`],
    ['pause', 'order', `order v2 → v3, ${ID}: paused by user/li for 0s, at 50 %\n`],
    ['rearm', ID, `order v2 → v3, ${ID}: watched at 50 %, until shown to be no worse, 29m 51s left\n`],
    ['resume', 'order', `order v2 → v3, ${ID}: watched at 50 %, until shown to be no worse, 29m 51s left\n`],
  ])('%s takes a release or a service, and says how it stands now', async (verb, target, said) => {
    hub.put(release())
    const { code, out } = await call([verb, target, '--note', 'by hand'], { hub })
    expect({ code, out }).toEqual({ code: 0, out: said })
    expect(hub.asked[0]).toMatchObject({ path: `/api/v1/releases/${target}/${verb}`, body: { note: 'by hand' } })
    expect(ReleaseView.parse(await json(verb, target)).id).toBe(ID)
  })

  test('what the state does not allow is refused with 2', async () => {
    hub.put(takenBack())
    const { code, err } = await call(['promote', 'order'], { hub })
    expect({ code, err }).toEqual({ code: 2, err: "shipwatch: order v3 can't be promoted: it is ended\n" })
  })

  test('rollback takes back what is under way', async () => {
    hub.put(release())
    const { out } = await call(['rollback', 'order'], { hub })
    expect(out).toBe(`order v2 → v3, ${ID}: being taken back; the traffic goes to v2\n`)
    expect(hub.asked[0]).toMatchObject({ path: '/api/v1/services/order/rollback', body: {} })
  })

  test('rollback --to brings a version back', async () => {
    await call(['rollback', 'order', '--to', 'v1', '--note', 'coupons'], { hub })
    expect(hub.asked[0]?.body).toEqual({ to: 'v1', note: 'coupons' })
  })
})

describe('status', () => {
  test('shows every service', async () => {
    const { out } = await call(['status'], { hub })
    expect(out).toMatch(/^SERVICE {5}TIER.*\norder {7}core.*\npayment.*\nstorefront/)
    expect(StatusView.parse(await json('status')).services).toHaveLength(3)
  })

  test('shows one service', async () => {
    const { out } = await call(['status', 'payment'], { hub })
    expect(out).toContain('payment-v2-1')
    expect(ServiceView.parse(await json('status', 'payment')).name).toBe('payment')
  })

  test('in a pipe nothing is cut', async () => {
    hub.services[0] = { ...hub.services[0], release: release() } as ServiceView
    const { out } = await call(['status'], { hub })
    expect(out).toContain('v3: watched at 50 %, until shown to be no worse, 29m 51s left')
  })
})

describe('releases', () => {
  beforeEach(() => {
    hub.put(takenBack({ id: 'rel_a' }))
    hub.put(promoted({ id: 'rel_b', service: 'payment' }))
  })

  test('lists newest first, of all services or one', async () => {
    expect((await call(['releases'], { hub })).out.match(/rel_\w/g)).toEqual(['rel_b', 'rel_a'])
    expect((await call(['releases', 'order'], { hub })).out.match(/rel_\w/g)).toEqual(['rel_a'])
    expect(ReleaseView.array().parse(await json('releases', '--limit', '1'))).toHaveLength(1)
  })

  test('passes on how many and where to begin', async () => {
    await call(['releases', '--limit', '7', '--before', 'rel_b'], { hub })
    expect(hub.asked[0]?.path).toBe('/api/v1/releases?before=rel_b&limit=7')
  })
})

describe('show', () => {
  test('shows a release with its timeline, by id or service or without either', async () => {
    hub.put(takenBack({ verdict: verdict({ kind: 'roll-back' }) }))
    hub.write(...STORY)
    for (const target of [[ID], ['order'], []]) {
      const { code, out } = await call(['show', ...target], { hub })
      expect(code).toBe(0)
      expect(out).toContain('outcome     rolled-back\n')
      expect(out).toContain('11:20:50  stage    10 %\n')
    }
  })

  test('with --json gives the release and its timeline in one document', async () => {
    hub.put(takenBack())
    hub.write(...STORY)
    const shown = ReleaseView.extend({ timeline: EntryView.array() }).parse(await json('show', 'order'))
    expect(shown.timeline.map(({ kind }) => kind)).toEqual(['release.started', 'release.stage', 'release.stage'])
  })

  test('says when there is none', async () => {
    expect(await call(['show'], { hub })).toEqual({
      code: 2,
      out: '',
      err: 'shipwatch: there is no release yet\nhint: Make one: shipwatch deploy SERVICE --version V\n',
    })
  })
})

describe('logbook', () => {
  test('passes on every filter', async () => {
    await call(
      [
        'logbook',
        '--service',
        'order',
        '--release',
        ID,
        '--kind',
        'release',
        '--actor',
        'hub',
        '--since',
        '1m',
        '--limit',
        '9',
      ],
      { hub },
    )
    const { searchParams } = new URL(hub.asked[0]?.path ?? '', hub.url)
    expect(Object.fromEntries(searchParams)).toEqual({
      service: 'order',
      release: ID,
      kind: 'release',
      actor: 'hub',
      since: '2026-11-21T03:21:00.000Z',
      limit: '9',
    })
  })

  test('prints lines, or that there are none', async () => {
    expect((await call(['logbook'], { hub })).out).toBe('nothing is written about that\n')
    hub.write(...STORY)
    expect((await call(['logbook'], { hub })).out).toContain(
      `2026-11-21 11:20:50 +08:00  release.stage    order ${ID}  hub  10 %\n`,
    )
    expect(EntryView.array().parse(await json('logbook'))).toEqual(STORY)
  })

  test('a reason cannot write to the terminal', async () => {
    hub.write(entry(1, 'release.paused', { reason: 'x\u001b[2J\u0007\nfake line' }))
    expect((await call(['logbook'], { hub })).out).toMatch(/x\[2J fake line\n$/)
  })

  test('--follow prints what was there, then what comes, until Ctrl-C', async () => {
    hub.write(entry(1, 'hub.started', { subject: 'hub/1' }))
    const made = new Call(['logbook', '--follow', '--json', '--kind', 'release'], { hub })
    await until(() => hub.asked.some(({ path }) => path.includes('/next')))
    hub.write(entry(2, 'release.started'), entry(3, 'service.configured'))
    hub.write(entry(4, 'release.stage'))
    await until(() => made.out.includes('release.stage'))
    made.interrupt()
    expect(await made.done).toBe(130)
    expect(
      made.out
        .trimEnd()
        .split('\n')
        .map(line => EntryView.parse(JSON.parse(line)).seq),
    ).toEqual([2, 4])
    expect(made.err).toBe('')
  })

  test('--follow goes on where it was when the hub comes back, without a line twice', async () => {
    hub.write(entry(1, 'release.started'))
    const made = new Call(['logbook', '--follow'], { hub })
    await until(() => hub.asked.some(({ path }) => path.includes('/next')))
    await hub.stop()
    await made.rests()
    expect(made.err).toMatch(/no hub answers.*; trying again\n$/)
    hub.entries.push(entry(2, 'release.stage'))
    await hub.start()
    await made.clock.advance(1_000)
    await until(() => made.out.includes('release.stage'))
    expect(made.out.match(/release\.started/g)).toHaveLength(1)
    made.interrupt()
    expect(await made.done).toBe(130)
  })

  test('--follow gives up with 4 after two minutes of silence', async () => {
    const made = new Call(['logbook', '--follow'], { hub })
    await until(() => hub.asked.some(({ path }) => path.includes('/next')))
    await hub.stop()
    await made.rests()
    for (let second = 0; second < 121; second++) {
      await made.clock.advance(1_000)
      await made.rests()
    }
    expect(await made.done).toBe(4)
    expect(made.err.match(/trying again/g)).toHaveLength(1)
  })

  test('verify proves', async () => {
    const { code, out } = await call(['logbook', 'verify'], { hub })
    expect({ code, out }).toEqual({ code: 0, out: `intact: 3 entries\nanchor 3:${'ab'.repeat(32)}\n` })
    expect(VerifyView.parse(await json('logbook', 'verify')).intact).toBe(true)
  })

  test('verify ends with 1 when something was changed, and says where', async () => {
    hub.verified = { ...hub.verified, intact: false, fault: { seq: 2, what: 'changed: the reason is not as it was' } }
    const { code, out } = await call(['logbook', 'verify', '--anchor', `1:${'0'.repeat(64)}`], { hub })
    expect(code).toBe(1)
    expect(out).toMatch(/^changed: entry 2: changed: the reason is not as it was\n/)
    expect(hub.asked[0]?.path).toBe(`/api/v1/logbook/verify?anchor=${encodeURIComponent(`1:${'0'.repeat(64)}`)}`)
  })

  test('verify takes no anchor that cannot be one', async () => {
    expect((await call(['logbook', 'verify', '--anchor', '1:xyz'], { hub })).code).toBe(2)
  })
})

describe('verbs that run here', () => {
  test.each([
    [['up'], 'up', { json: false }],
    [['up', '--config', 'a.yaml'], 'up', { json: false, config: 'a.yaml' }],
    [['down'], 'down', { json: false }],
    [['--config', 'a.yaml', 'hub'], 'hub', { json: false, config: 'a.yaml' }],
    [
      ['gateway', '--listen', ':80', '--admin', '/run/x', '--data', 'd'],
      'gateway',
      { listen: ':80', admin: '/run/x', data: 'd' },
    ],
    [['check', '--json'], 'check', { json: true }],
    [['check'], 'check', { json: false }],
  ] as const)('%j is given to the composition root, and its exit code given back', async (argv, verb, expected) => {
    const given: unknown[] = []
    const local = { [verb]: async (options: unknown) => given.push(options) + 6 }
    expect((await call([...argv], { local })).code).toBe(7)
    expect(given).toEqual([expected])
  })

  test('what goes wrong there is told like everything else', async () => {
    expect((await call(['up'])).err).toBe('shipwatch: this test runs no local verb\n')
  })
})

test.each([[['version']], [['--version']]])('%j prints the version', async argv => {
  expect(await call(argv)).toEqual({ code: 0, out: 'shipwatch 0.1.0\n', err: '' })
})

test('version --json', async () => {
  expect(await json('version')).toEqual({ version: '0.1.0' })
})
