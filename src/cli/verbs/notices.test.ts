import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ChannelView, DeliveryStoryView, DeliveryView } from '../../client/index.ts'
import { Call, call, until } from '../call.fixture.ts'
import { FixtureHub } from '../hub.fixture.ts'
import { CHANNELS, DELIVERIES, TAKEN_OVER } from '../notices.fixture.ts'
import { release } from '../sample.fixture.ts'
import { ESCAPE } from '../terminal/width.ts'

let hub: FixtureHub
beforeEach(async () => {
  hub = await new FixtureHub().start()
})
afterEach(() => hub.stop())

const paths = (): string[] => hub.asked.map(({ method, path }) => `${method} ${path}`)
const idsOf = (out: string): string[] => [...out.matchAll(/^dlv_\S+/gm)].map(String)
const [WAITING = '', SENT = '', MERGED = '', TEST = ''] = DELIVERIES.map(({ id }) => id)

describe('channels', () => {
  test('lists them with what is wrong', async () => {
    const { code, out, err } = await call(['channels'], { hub })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^NAME +TYPE +STATE +WAITING +LAST TAKEN +LAST FAILED\nops .* works /)
    expect(out).toMatch(/\nbackup .* failing +1,204 .* {2}4 failures in a row for 12m: HTTP 503/)
  })

  test('with --json gives what the hub says', async () => {
    const { out } = await call(['channels', '--json'], { hub })
    expect(ChannelView.array().parse(JSON.parse(out))).toEqual(CHANNELS)
  })
})

describe('channels test', () => {
  test('ends with 0 where the provider took it, shows the reply, and tells what it waits for', async () => {
    const { code, out, err } = await call(['channels', 'test', 'ops'], { hub })
    expect(code).toBe(0)
    expect(out).toMatch(/^ops took it in 312 ms\n/)
    expect(out).toContain('reply       200 {"errcode":0,"errmsg":"ok"}')
    expect(err).toBe(
      `sending a test over ops, and waiting for the answer\nall of it: shipwatch deliveries show ${TEST}\n`,
    )
    expect(paths()).toEqual(['POST /api/v1/channels/ops/test'])
  })

  test('ends with 1 where it did not, and says why', async () => {
    const { code, out } = await call(['channels', 'test', 'backup'], { hub })
    expect(code).toBe(1)
    expect(out).toMatch(/^backup did not take it\n {2}because {5}310000 keywords not in content\n/)
  })

  test('with --json gives the delivery, and no word beside it', async () => {
    const { code, out, err } = await call(['channels', 'test', 'backup', '--json'], { hub })
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(DeliveryStoryView.parse(JSON.parse(out)).state).toBe('given-up')
  })

  test.each([
    [404, 'not_found', 'no channel opps; did you mean ops?', 2],
    [409, 'conflict', 'no channel is configured', 2],
    [503, 'unavailable', 'ops takes no more messages for 42 s', 4],
  ])('passes on a refusal with %d: %s', async (status, code, message, exit) => {
    hub.broken = { status, body: JSON.stringify({ error: { code, message, hint: 'Do so.' } }) }
    const made = await call(['channels', 'test', 'opps'], { hub })
    expect(made).toMatchObject({ code: exit, out: '' })
    expect(made.err).toMatch(new RegExp(`\nshipwatch: ${message.replace('?', '\\?')}\nhint: Do so.\n$`))
  })

  test('on a terminal counts the seconds in one line, which is gone in the end', async () => {
    hub.stalls = true
    const made = new Call(['channels', 'test', 'ops'], { hub, tty: true, columns: 60 })
    await until(() => hub.asked.length > 0)
    await made.clock.advance(1_000)
    await made.clock.advance(1_000)
    expect(made.err).toBe(
      ['', ' 1s', ' 2s']
        .map(waited => `\rsending a test over ops, and waiting for the answer${waited}${ESCAPE}[K`)
        .join(''),
    )
    made.interrupt()
    expect(await made.done).toBe(130)
    expect(made.err).toContain(`2s${ESCAPE}[K\r${ESCAPE}[KNo longer waiting. It may have been sent`)
    expect(made.clock.waiting).toBe(0)
  })

  test('needs a name', async () => {
    expect(await call(['channels', 'test'], { hub })).toMatchObject({
      code: 2,
      err: 'shipwatch: channels test needs NAME\nhint: Usage: shipwatch channels test NAME\n',
    })
  })

  test.each([
    ['channels tets ops', 'did you mean channels test?'],
    ['deliveries shwo dlv_1', 'did you mean deliveries show?'],
    ['chanels', 'no verb chanels; did you mean channels?'],
  ])('%s is taken for what was meant', async (line, message) => {
    const { code, err } = await call(line.split(' '), { hub })
    expect(code).toBe(2)
    expect(err).toContain(message)
    expect(hub.asked).toEqual([])
  })
})

describe('deliveries', () => {
  test('lists what was said, newest first', async () => {
    const { code, out } = await call(['deliveries'], { hub })
    expect(code).toBe(0)
    expect(idsOf(out)).toEqual([WAITING, SENT, MERGED, TEST])
    expect(paths()).toEqual(['GET /api/v1/deliveries?limit=20'])
    const { out: json } = await call(['deliveries', '--json'], { hub })
    expect(DeliveryView.array().parse(JSON.parse(json))).toEqual(DELIVERIES)
  })

  test.each([
    [['--state', 'given-up'], [TEST]],
    [
      ['--receiver', 'on-call'],
      [SENT, MERGED],
    ],
    [['--channel', 'backup'], [WAITING]],
    [
      ['--limit', '2'],
      [WAITING, SENT],
    ],
    [
      ['--limit', '2', '--before', SENT],
      [MERGED, TEST],
    ],
    [['--state', 'sent', '--receiver', 'shop'], []],
  ])('with %j shows only those', async (options, ids) => {
    const { code, out } = await call(['deliveries', ...options], { hub })
    expect(code).toBe(0)
    expect(idsOf(out)).toEqual(ids)
    if (ids.length === 0) expect(out).toBe('nothing was said about that\n')
  })

  test('of a service are those of its newest release', async () => {
    hub.put(release())
    const { out } = await call(['deliveries', '--release', 'order'], { hub })
    expect(idsOf(out)).toEqual([WAITING, SENT, MERGED])
    expect(paths()[1]).toBe(`GET /api/v1/deliveries?release=${release().id}&limit=20`)
  })

  test.each([
    [['--release', 'oder'], 'no release oder; did you mean order?'],
    [['--channel', 'opps'], 'no such channel is configured; did you mean ops?'],
    [['--state', 'gone'], '“gone” is none of waiting, sending, sent, merged, given-up, dropped'],
    [['--state', 'sen'], 'did you mean sent?'],
    [['--limit', '501'], '--limit: “501” is no number from 1 to 500'],
  ])('with %j is refused, and says what was meant', async (options, message) => {
    const { code, out, err } = await call(['deliveries', ...options], { hub })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(message)
  })

  test('of a channel over which nothing was said yet are none', async () => {
    const { code, out } = await call(['deliveries', '--channel', 'ops', '--state', 'dropped'], { hub })
    expect({ code, out }).toEqual({ code: 0, out: 'nothing was said about that\n' })
  })
})

describe('deliveries show', () => {
  test('shows every attempt', async () => {
    const { code, out } = await call(['deliveries', 'show', TAKEN_OVER.id], { hub })
    expect(code).toBe(0)
    expect(out.match(/^\d {2}/gm)).toHaveLength(3)
    const { out: json } = await call(['deliveries', 'show', TAKEN_OVER.id, '--json'], { hub })
    expect(DeliveryStoryView.parse(JSON.parse(json))).toEqual(TAKEN_OVER)
  })

  test('of one that is unknown is refused', async () => {
    expect(await call(['deliveries', 'show', 'dlv_9'], { hub })).toMatchObject({ code: 2, out: '' })
  })
})
