import { expect, test } from 'vitest'
import {
  attemptView,
  CHANNELS,
  channelView,
  DELIVERIES,
  deliveryView,
  REFUSED,
  TAKEN_OVER,
  testedView,
} from '../notices.fixture.ts'
import { ago, LOOK, NOW_MS } from '../sample.fixture.ts'
import { drawChannels } from './channels.ts'
import { drawDeliveries, drawDelivery, drawTest } from './deliveries.ts'

const picture = (lines: readonly string[]): string => `\n${lines.join('\n')}\n`
const WIDE = { ...LOOK, width: 150 }

test('channels are a table, with what is wrong below on a narrow terminal', () => {
  const resting = channelView({ name: '值班', failures: 0, restsUntil: ago(-540), lastFailedAt: ago(60) })
  const unsteady = channelView({ name: 'web', type: 'webhook', failures: 1, lastFailedAt: ago(3), reason: 'HTTP 500' })
  const untried = channelView({ name: 'new', lastSaidAt: null })
  expect(picture(drawChannels([...CHANNELS, resting, unsteady, untried], NOW_MS, LOOK))).toMatchInlineSnapshot(`
    "
    NAME    TYPE      STATE     WAITING  LAST TAKEN      LAST FAILED
    ops     dingtalk  works           0  11-21 11:21:00  never
    backup  webhook   failing     1,204  11-20 11:22:00  11-21 11:21:48
      4 failures in a row for 12m: HTTP 503: Service Unavailable
    值班    dingtalk  resting         0  11-21 11:21:00  11-21 11:21:00
      takes the next message in 9m
    web     webhook   unsteady        0  11-21 11:21:00  11-21 11:21:57
      the last attempt failed 3s ago: HTTP 500
    new     dingtalk  untried         0  never           never
    "
  `)
})

test('a channel through which no heartbeat got is silent, and not at work, whatever was taken before', () => {
  const silent = channelView({ name: 'ops', failures: 0, unprovenSince: ago(7_200) })
  const failing = channelView({
    name: 'web',
    failures: 3,
    failingSince: ago(600),
    unprovenSince: ago(60),
    reason: 'HTTP 500',
  })
  const [, ...lines] = drawChannels([silent, failing], NOW_MS, LOOK)
  expect(lines.map(line => line.trim().replace(/ +/g, ' '))).toEqual([
    'ops dingtalk silent 0 11-21 11:21:00 never',
    'no heartbeat got through for 2h',
    'web dingtalk failing 0 11-21 11:21:00 never',
    '3 failures in a row for 10m: HTTP 500; no heartbeat got through for 1m',
  ])
})

test('no channel says how to have one', () => {
  expect(drawChannels([], NOW_MS, LOOK)).toEqual([
    'no channel yet; add one to the configuration, under notify.channels',
  ])
})

test('deliveries are a table', () => {
  expect(picture(drawDeliveries(DELIVERIES, NOW_MS, WIDE))).toMatchInlineSnapshot(`
    "
    DELIVERY               WRITTEN                     WHAT         SERVICE  TO       OVER    STATE     TRIES  RELEASE
    dlv_01jd3k2m8r4zq0x7d  2026-11-21 11:20:48 +08:00  rolled-back  order    shop     backup  waiting       2  rel_01jd3k2m8r4zq0x7a
      HTTP 503: Service Unavailable; tried again in 12s
    dlv_01jd3k2m8r4zq0x7c  2026-11-21 11:20:48 +08:00  rolled-back  order    on-call  ops     sent          1  rel_01jd3k2m8r4zq0x7a
    dlv_01jd3k2m8r4zq0x7b  2026-11-21 11:20:48 +08:00  started      order    on-call  ops     merged        1  rel_01jd3k2m8r4zq0x7a
      said in dlv_01jd3k2m8r4zq0x7c
    dlv_01jd3k2m8r4zq0x7a  2026-11-21 11:20:48 +08:00  test         -        ops      ops     given-up      1  -
      refused for good by ops: 310000 keywords not in content
    "
  `)
})

test('on 80 columns the ids and the states stay whole', () => {
  expect(picture(drawDeliveries(DELIVERIES, NOW_MS, LOOK))).toMatchInlineSnapshot(`
    "
    DELIVERY               WRITTEN         WHAT         SERVICE  TO       STATE
    dlv_01jd3k2m8r4zq0x7d  11-21 11:20:48  rolled-back  order    shop     waiting
      HTTP 503: Service Unavailable; tried again in 12s
    dlv_01jd3k2m8r4zq0x7c  11-21 11:20:48  rolled-back  order    on-call  sent
    dlv_01jd3k2m8r4zq0x7b  11-21 11:20:48  started      order    on-call  merged
      said in dlv_01jd3k2m8r4zq0x7c
    dlv_01jd3k2m8r4zq0x7a  11-21 11:20:48  test         -        ops      given-up
      refused for good by ops: 310000 keywords not in content
    "
  `)
})

test('a delivery shows every attempt, and what was sent again no second time', () => {
  expect(picture(drawDelivery(TAKEN_OVER, NOW_MS, LOOK))).toMatchInlineSnapshot(`
    "
    rolled-back to on-call · sent · dlv_01jd3k2m8r4zq0x7d

      about       order rel_01jd3k2m8r4zq0x7a
      channel     backup
      notice      ntc_01jd3k2m8r4zq0x7a
      written     2026-11-21 11:20:48 +08:00
      ended       2026-11-21 11:20:49 +08:00

    1  11-21 11:20:49  over ops: failed, after 312 ms
      because     no answer within 15 s
      request     POST https://oapi.dingtalk.com/robot/send?access_token=***
                  {"msgtype":"markdown"}
      reply       none
      next try    11:20:50

    2  11-21 11:20:50  over ops: refused for good, after 100 ms
      because     310000 keywords not in content
      request     as before
      reply       200 {"errcode":310000,"errmsg":"keywords not in content"}

    3  11-21 11:20:50  over backup: taken, after 10 ms
      note        ops did not take it: 310000 keywords not in content
      request     POST https://hooks.example.com/***
                  {"version":1,"id":"ntc_01jd3k2m8r4zq0x7a"}
      reply       204
      receipt     msg_77
    "
  `)
})

test('one that waits says when it is tried, also before its first attempt', () => {
  const waiting = deliveryView({ state: 'waiting', tries: 0, endedAt: null, nextTryAt: ago(-30) })
  expect(picture(drawDelivery({ ...waiting, attempts: [] }, NOW_MS, LOOK))).toMatchInlineSnapshot(`
    "
    rolled-back to on-call · waiting · dlv_01jd3k2m8r4zq0x7d

      about       order rel_01jd3k2m8r4zq0x7a
      channel     ops
      notice      ntc_01jd3k2m8r4zq0x7a
      written     2026-11-21 11:20:48 +08:00
      next try    in 30s

    It was not tried yet.
    "
  `)
})

test('attempts that are under way, or were cut short, are told as that', () => {
  const { reply: _reply, receipt: _receipt, ...begun } = attemptView({ endedAt: null })
  const cut = { ...begun, outcome: 'cut-short' as const, endedAt: ago(60), reason: 'the hub ended', nextTryAt: ago(60) }
  const attempts = [cut, { ...begun, id: 'att_2', outcome: 'under-way' as const }]
  const lines = drawDelivery({ ...deliveryView({ state: 'sending', endedAt: null }), attempts }, NOW_MS, LOOK)
  expect(picture(lines.slice(lines.findIndex(line => line.startsWith('1  '))))).toMatchInlineSnapshot(`
    "
    1  11-21 11:20:49  over ops: cut short, after 11,000 ms
      because     the hub ended
      request     POST https://oapi.dingtalk.com/robot/send?access_token=***
                  {"msgtype":"markdown"}
      reply       none
      next try    11:21:00

    2  11-21 11:20:49  over ops: under way
      request     as before
    "
  `)
})

test('a test tells what the provider answered', () => {
  expect(picture(drawTest(testedView('ops'), LOOK))).toMatchInlineSnapshot(`
    "
    ops took it in 312 ms
      reply       200 {"errcode":0,"errmsg":"ok"}
      receipt     msg_77
    "
  `)
  expect(picture(drawTest(testedView('backup'), LOOK))).toMatchInlineSnapshot(`
    "
    backup did not take it
      because     310000 keywords not in content
      request     POST https://oapi.dingtalk.com/robot/send?access_token=***
                  {"msgtype":"markdown"}
      reply       200 {"errcode":310000,"errmsg":"keywords not in content"}
    "
  `)
  const { reply: _reply, ...silent } = { ...REFUSED, reason: 'no answer within 15 s' }
  expect(drawTest({ ...testedView('backup'), attempts: [silent] }, LOOK).at(-1)).toBe('  reply       none')
})
