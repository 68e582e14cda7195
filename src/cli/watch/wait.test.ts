import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Call, until } from '../call.fixture.ts'
import { FixtureHub } from '../hub.fixture.ts'
import { DETECTABLE, held, promoted, release, STORY, takenBack, verdict } from '../sample.fixture.ts'
import { screenAfter } from '../screen.fixture.ts'
import { ESCAPE } from '../terminal/width.ts'

let hub: FixtureHub
beforeEach(async () => {
  hub = await new FixtureHub().start()
})
afterEach(() => hub.stop())

const DEPLOY = ['deploy', 'order', '--version', 'v3', '--wait']
const HELD = release({ phase: 'held', verdict: verdict(), held: held('inconclusive', 0) })

/** The screen of a terminal of 80 columns, without trailing blanks. */
function screenOf(call: Call): string[] {
  return screenAfter(call.out, 80).rows.map(row => row.trimEnd())
}

describe('elsewhere than on a terminal', () => {
  test('each change is a line with its time', async () => {
    const call = new Call(DEPLOY, { hub })
    await call.rests()
    hub.put(release({ phase: 'moving', stage: 0, weight: 0 }))
    await call.passes(500)
    hub.put(release({ stage: 0, weight: 10, verdict: verdict({ towardRollBack: 0, signals: [] }) }))
    await call.passes(500)
    hub.put(
      release({ verdict: verdict(), detectable: { ...DETECTABLE, reason: 'a rise to 2.1 % shows within 5 min' } }),
    )
    await call.passes(10_000)
    hub.put(promoted())
    await call.passes(500)
    expect(await call.done).toBe(0)
    expect(call.out).toMatchInlineSnapshot(`
      "+0.0s    order v2 → v3, canary, rel_01jd3k2m8r4zq0x7a
      +0.0s    waits for its turn
      +0.5s    on the way to 10 %
      +1.0s    watched at 10 %, 50s left
      +1.0s    v3 has 10 % of the traffic
      +1.5s    watched at 50 %, until shown to be no worse, 29m 49s left
      +1.5s    v3 has 50 % of the traffic
      +1.5s    v3 after 1,204 requests: errors 1.0 % against 0.3 %, slower than p99 1.2 % against 1.0 %; 41 % of the way to taking back, 8 % to promotion
      +1.5s    a rise to 2.1 % shows within 5 min
      +11.5s   promoted; v2 stands by
      +11.5s   v3 has 100 % of the traffic
      order v3 was promoted 1m after its first traffic: errors: 3 of 1,204 requests (0.2 %) on the new version against 3 of 1,198 (0.3 %) beside it
      "
    `)
    expect(call.err).toBe('')
  })

  test('no line has a code that only terminals understand', async () => {
    const call = new Call(DEPLOY, { hub })
    await call.rests()
    hub.put(takenBack())
    await call.passes(500)
    expect(await call.done).toBe(1)
    expect(call.out).not.toContain(ESCAPE)
  })

  test('with --json each state is a document on a line', async () => {
    const call = new Call([...DEPLOY, '--json'], { hub })
    await call.rests()
    await call.passes(2_000)
    hub.put(promoted())
    await call.passes(500)
    expect(await call.done).toBe(0)
    const documents = call.out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as { phase: string; revision: number })
    expect(documents.map(({ phase, revision }) => [phase, revision])).toEqual([
      ['waiting', 1],
      ['baking', 2],
    ])
  })
})

describe('on a terminal', () => {
  test('one picture is redrawn in place, and stays with the last lines under it', async () => {
    const call = new Call(DEPLOY, { hub, tty: true, env: { NO_COLOR: '1' } })
    await call.rests()
    hub.write(...STORY)
    hub.put(release({ verdict: verdict() }))
    await call.passes(1_000)
    expect(screenOf(call).filter(row => row.startsWith('order v2 → v3'))).toHaveLength(1)
    expect(screenOf(call)).toContain('  now         watched at 50 %, until shown to be no worse, 29m 50s left')
    expect(screenAfter(call.out, 80).cursorShown).toBe(false)
    hub.put(takenBack({ verdict: verdict({ kind: 'roll-back' }) }))
    await call.passes(500)
    expect(await call.done).toBe(1)
    expect(screenAfter(call.out, 80).cursorShown).toBe(true)
    expect(`\n${screenOf(call).join('\n')}`).toMatchInlineSnapshot(`
      "
      order v2 → v3 · canary · rel_01jd3k2m8r4zq0x7a · 1m 13s

        stages      ✓ 10 %  ✗ 50 %
        now         taken back
        traffic     v3 0 % ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 100 % v2

                            v3     v2
        requests         1,204  1,198
        bad                 12      3
        errors           1.0 %  0.3 %
        slower than p99  1.2 %  1.0 %

        evidence         to be taken back               to be promoted
        errors           ██████████░░░░░░░░░░░░░  42 %  ██░░░░░░░░░░░░░░░░░░░░░   8 %
        slower than p99  ░░░░░░░░░░░░░░░░░░░░░░░   0 %  ██████████████░░░░░░░░░  61 %
        together         █████████░░░░░░░░░░░░░░  41 %  ██░░░░░░░░░░░░░░░░░░░░░   8 %

        because     errors: 12 of 240 requests (5.0 %) on the new version against 3 of
                    2,160 (0.1 %) beside it

        11:20:48  started  service order, version v3, previous v2
        11:20:50  stage    10 %
        11:21:51  stage    50 %

      order v3 was taken back 13s after its first traffic
      12 bad of 1,204 requests, 4 answered after the decision; v2 serves
      hint: See what it says: shipwatch logbook --service order
      "
    `)
  })

  test('a low window loses the oldest lines of the logbook first', async () => {
    hub.write(...STORY)
    const call = new Call(DEPLOY, { hub, tty: true, rows: 17, env: { NO_COLOR: '1' } })
    await call.passes(500)
    hub.put(release({ verdict: verdict() }))
    await call.passes(500)
    expect(screenOf(call).length).toBeLessThanOrEqual(17)
    expect(screenOf(call)[0]).toMatch(/^order v2 → v3/)
    call.interrupt()
    await call.done
  })

  test('a dumb terminal gets lines', async () => {
    const call = new Call(DEPLOY, { hub, tty: true, env: { TERM: 'dumb' } })
    await call.rests()
    expect(call.out).toContain('+0.0s    order v2 → v3, canary')
    expect(call.out).not.toContain(ESCAPE)
    call.interrupt()
    await call.done
  })
})

describe('Ctrl-C', () => {
  test.each([true, false])(
    'stops the watching and not the release, and says how to go on (terminal: %j)',
    async tty => {
      const call = new Call(DEPLOY, { hub, tty })
      await call.rests()
      call.interrupt()
      expect(await call.done).toBe(130)
      expect(call.err).toBe(
        [
          '',
          'No longer watching. The release of order v3 goes on.',
          '  watch it again:  shipwatch show rel_01jd3k2m8r4zq0x7a --wait',
          '  take it back:    shipwatch rollback order',
          '',
        ].join('\n'),
      )
      expect(screenAfter(call.out, 80).cursorShown).toBe(true)
      expect(hub.asked.filter(({ method }) => method === 'POST')).toHaveLength(1)
    },
  )

  test('works also while the hub owes an answer', async () => {
    const call = new Call(DEPLOY, { hub })
    await call.rests()
    hub.stalls = true
    const before = hub.asked.length
    await call.clock.advance(500)
    await until(() => hub.asked.length > before)
    call.interrupt()
    expect(await call.done).toBe(130)
  })
})

describe('a hub that goes away', () => {
  test('is waited for, and the watching goes on where it was', async () => {
    const call = new Call(DEPLOY, { hub })
    await call.rests()
    await hub.stop()
    await call.passes(3_000)
    expect(call.out).toMatch(/no hub answers at .*; trying again\n$/)
    await hub.start()
    hub.put(promoted())
    await call.passes(1_000)
    expect(await call.done).toBe(0)
    expect(call.out).toContain('the hub answers again\n')
    expect(call.out.match(/trying again/g)).toHaveLength(1)
  })

  test('is told below the picture, which may be out of date', async () => {
    const call = new Call(DEPLOY, { hub, tty: true, env: { NO_COLOR: '1' } })
    await call.rests()
    await hub.stop()
    await call.passes(5_000)
    expect(screenOf(call).join(' ')).toMatch(/the hub has not answered for 4s .*trying again/)
    await hub.start()
    await call.passes(1_000)
    expect(screenOf(call).join(' ')).not.toContain('trying again')
    call.interrupt()
    await call.done
  })

  test('is given up after two minutes, with 4', async () => {
    const call = new Call(DEPLOY, { hub })
    await call.rests()
    await hub.stop()
    await call.passes(119_000)
    expect(call.over).toBe(false)
    await call.passes(2_000)
    expect(await call.done).toBe(4)
    expect(call.err).toMatch(/^shipwatch: gave up watching order v3, last seen waiting: no hub answers/)
    expect(call.err).toContain('hint: The traffic stays as it is until the hub is back; then: shipwatch show rel_')
  })

  test('is given up at --timeout, if that comes first', async () => {
    const call = new Call([...DEPLOY, '--timeout', '10s'], { hub })
    await call.rests()
    await hub.stop()
    await call.passes(10_500)
    expect(await call.done).toBe(4)
  })

  test('counts as away also when it takes requests and answers none', async () => {
    const call = new Call(DEPLOY, { hub })
    await call.rests()
    hub.stalls = true
    const before = hub.asked.length
    await call.clock.advance(500)
    await until(() => hub.asked.length > before)
    await call.clock.advance(3_000)
    await call.rests()
    expect(call.out).toContain('the hub did not answer within 3.0s; trying again')
    call.interrupt()
    await call.done
  })

  test('counts as away also while its store is', async () => {
    const call = new Call(DEPLOY, { hub })
    await call.rests()
    hub.broken = {
      status: 503,
      body: JSON.stringify({ error: { code: 'unavailable', message: 'the database is away' } }),
    }
    await call.passes(1_000)
    expect(call.out).toContain('the database is away; trying again')
    hub.broken = undefined
    hub.put(HELD)
    await call.passes(1_000)
    expect(await call.done).toBe(3)
  })

  test('that refuses is not away: the token may have changed', async () => {
    const call = new Call(DEPLOY, { hub })
    await call.rests()
    hub.broken = {
      status: 401,
      body: JSON.stringify({ error: { code: 'denied', message: 'no valid token was shown' } }),
    }
    await call.passes(500)
    expect(await call.done).toBe(2)
    expect(call.err).toBe('shipwatch: no valid token was shown\n')
  })
})

test('a release that is held waits for a person: 3, and what that person can do', async () => {
  const call = new Call(DEPLOY, { hub })
  await call.rests()
  hub.put(HELD)
  await call.passes(500)
  expect(await call.done).toBe(3)
  expect(call.out).toMatch(
    /order v3 is held: no verdict in time\ngo on: shipwatch resume rel_\S+ {3}promote: .* {3}take back: shipwatch rollback order\n$/,
  )
})

test('--timeout ends the watching with 3, and the release goes on', async () => {
  const call = new Call([...DEPLOY, '--timeout', '10s', '--json'], { hub })
  await call.passes(10_500)
  expect(await call.done).toBe(3)
  expect(JSON.parse(call.err)).toEqual({
    error: {
      code: 'not_settled',
      message: 'order v3 is still waiting after 10s',
      field: '--timeout',
      hint: 'It goes on. Watch it: shipwatch show rel_01jd3k2m8r4zq0x7a --wait; take it back: shipwatch rollback order',
    },
  })
})

test('rollback --wait ends with 0 once the old version serves', async () => {
  hub.put(release())
  const call = new Call(['rollback', 'order', '--wait'], { hub })
  await call.rests()
  expect(call.out).toContain('being taken back; the traffic goes to v2')
  hub.put(takenBack())
  await call.passes(500)
  expect(await call.done).toBe(0)
})

test('rollback --to --wait ends with 0 once that version serves, and with 1 when it does not come up', async () => {
  for (const [ended, code] of [
    [promoted({ id: 'rel_back' }), 0],
    [takenBack({ id: 'rel_back' }), 1],
  ] as const) {
    const call = new Call(['rollback', 'order', '--to', 'v1', '--wait'], { hub })
    await call.rests()
    hub.put(ended)
    await call.passes(500)
    expect(await call.done).toBe(code)
  }
})

test('show --wait goes on watching what is under way', async () => {
  hub.put(release())
  const call = new Call(['show', 'order', '--wait'], { hub })
  await call.rests()
  hub.put(promoted())
  await call.passes(500)
  expect(await call.done).toBe(0)
})
