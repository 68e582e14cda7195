import { expect, test } from 'vitest'
import { entry, LOOK, promoted, release, STORY, takenBack } from '../sample.fixture.ts'
import { drawEntries, drawLatest, drawTimeline, entryWords } from './entries.ts'
import { drawReleases } from './releases.ts'

const picture = (lines: readonly string[]): string => `\n${lines.join('\n')}\n`
const RELEASES = [
  release({ id: 'rel_01jd3k2m8r4zq0x7c' }),
  takenBack({ id: 'rel_01jd3k2m8r4zq0x7b' }),
  promoted({ id: 'rel_01jd3k2m8r4zq0x7a', version: 'v2', previous: null }),
]

test('releases are a table', () => {
  expect(picture(drawReleases(RELEASES, { ...LOOK, width: 120 }))).toMatchInlineSnapshot(`
    "
    RELEASE                SERVICE  VERSION  BEFORE  OUTCOME      AFTER  BAD  ASKED                       STRATEGY
    rel_01jd3k2m8r4zq0x7c  order    v3       v2      watching         -   12  2026-11-21 11:20:48 +08:00  canary
    rel_01jd3k2m8r4zq0x7b  order    v3       v2      rolled-back    13s   12  2026-11-21 11:20:48 +08:00  canary
    rel_01jd3k2m8r4zq0x7a  order    v2       -       promoted         -   12  2026-11-21 11:20:48 +08:00  canary
    "
  `)
})

test('on 80 columns the ids stay whole, and what matters less goes', () => {
  expect(picture(drawReleases(RELEASES, LOOK))).toMatchInlineSnapshot(`
    "
    RELEASE                SERVICE  VERSION  OUTCOME      AFTER  BAD  ASKED
    rel_01jd3k2m8r4zq0x7c  order    v3       watching         -   12  11-21 11:20:48
    rel_01jd3k2m8r4zq0x7b  order    v3       rolled-back    13s   12  11-21 11:20:48
    rel_01jd3k2m8r4zq0x7a  order    v2       promoted         -   12  11-21 11:20:48
    "
  `)
})

test('no releases are said to be none', () => {
  expect(drawReleases([], LOOK)).toEqual(['no release yet'])
})

const REASONED = [
  ...STORY,
  entry(95, 'release.paused', {
    actor: 'user/li',
    reason: '等客服确认后再继续, because support has to be told before it goes on',
  }),
  entry(96, 'service.configured', { subject: 'service/order', data: { instances: 3, by: { nested: true } } }),
]

test('the logbook is lines with local time', () => {
  expect(picture(drawEntries(REASONED, { ...LOOK, width: Number.POSITIVE_INFINITY }))).toMatchInlineSnapshot(`
    "
    2026-11-21 11:20:48 +08:00  release.started     order rel_01jd3k2m8r4zq0x7a  hub      service order, version v3, previous v2
    2026-11-21 11:20:50 +08:00  release.stage       order rel_01jd3k2m8r4zq0x7a  hub      10 %
    2026-11-21 11:21:51 +08:00  release.stage       order rel_01jd3k2m8r4zq0x7a  hub      50 %
    2026-11-21 11:21:55 +08:00  release.paused      order rel_01jd3k2m8r4zq0x7a  user/li  等客服确认后再继续, because support has to be told before it goes on
    2026-11-21 11:21:56 +08:00  service.configured  service/order                hub      instances 3
    "
  `)
})

test('on a narrow terminal what was said goes below, whole', () => {
  expect(picture(drawEntries(REASONED, { ...LOOK, width: 70 }))).toMatchInlineSnapshot(`
    "
    11-21 11:20:48  release.started     order rel_01jd3k2m8r4zq0x7a
        service order, version v3, previous v2
    11-21 11:20:50  release.stage       order rel_01jd3k2m8r4zq0x7a  10 %
    11-21 11:21:51  release.stage       order rel_01jd3k2m8r4zq0x7a  50 %
    11-21 11:21:55  release.paused      order rel_01jd3k2m8r4zq0x7a
        等客服确认后再继续, because support has to be told before it goes
        on
    11-21 11:21:56  service.configured  service/order
        instances 3
    "
  `)
})

test('a timeline says all, the latest lines one line each', () => {
  expect(picture(drawTimeline(REASONED, { ...LOOK, width: 60 }))).toMatchInlineSnapshot(`
    "
      11:20:48  started
        service order, version v3, previous v2
      11:20:50  stage               10 %
      11:21:51  stage               50 %
      11:21:55  paused
        等客服确认后再继续, because support has to be told
        before it goes on
      11:21:56  service.configured  instances 3
    "
  `)
  expect(picture(drawLatest(REASONED, { ...LOOK, width: 60 }))).toMatchInlineSnapshot(`
    "
      11:20:48  started             service order, version v3, …
      11:20:50  stage               10 %
      11:21:51  stage               50 %
      11:21:55  paused              等客服确认后再继续, because…
      11:21:56  service.configured  instances 3
    "
  `)
})

test.each([
  [{ reason: 'because', data: { name: 'x' } }, 'because'],
  [{ data: { name: '10 %', weight: 10 } }, '10 %'],
  [{ data: { version: 'v2', warm: true, tally: { requests: 1 } } }, 'version v2, warm true'],
  [{ data: {} }, ''],
])('an entry with %j says %j', (changed, words) => {
  expect(entryWords(entry(1, 'a.b', changed))).toBe(words)
})
