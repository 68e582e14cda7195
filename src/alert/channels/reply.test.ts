import { describe, expect, it } from 'vitest'
import type { HttpReply } from './channel.ts'
import { fields, judgeReply, judgeStatus, type Reading, retryAfterMs } from './reply.ts'

const NOW_MS = 1_795_231_320_000
const READING: Reading = {
  provider: 'Robot',
  said: fields(['errcode', 'errmsg'], ['StatusCode', 'StatusMessage']),
  ruleOf: ({ code }) => {
    if (code === 7) return { retry: 'never', means: 'no such robot' }
    return code === 8 ? { retry: 'later', afterMs: 600_000, means: 'too many' } : undefined
  },
}
const reply = (body: string, status = 200, headers: Record<string, string> = {}): HttpReply => ({
  status,
  headers,
  body,
})
const judged = (body: string, status?: number, headers?: Record<string, string>) =>
  judgeReply(reply(body, status, headers), NOW_MS, READING)

describe('a reply', () => {
  it.each([
    '{"errcode":0,"errmsg":"ok"}',
    '{"errcode":"0"}',
    '\uFEFF{"errcode":0}',
    ' {"errmsg":"ok","errcode":0,"more":[1]} ',
    '{"StatusCode":0,"StatusMessage":"success"}',
  ])('that says so took the message: %s', body => {
    expect(judged(body)).toEqual({ ok: true })
  })

  it.each<[string, string, number, object]>([
    [
      'with a code of a rule',
      '{"errcode":7,"errmsg":"gone"}',
      200,
      { retry: 'never', reason: 'Robot refused it: no such robot (7 gone)' },
    ],
    [
      'with the same code and an error status',
      '{"errcode":7}',
      400,
      { retry: 'never', reason: 'Robot refused it: no such robot (7)' },
    ],
    ['with a code as text', '{"errcode":"8"}', 200, { retry: 'later', afterMs: 600_000 }],
    [
      'with a code that nobody knows',
      '{"errcode":4711,"errmsg":"eclipse"}',
      200,
      { retry: 'now', reason: 'Robot refused it: a code that is not known here (4711 eclipse)' },
    ],
    [
      'with an unknown code for too many',
      '{"errcode":4711,"errmsg":"send too fast"}',
      200,
      { retry: 'later', afterMs: 60_000 },
    ],
    [
      'with an unknown code for too many in Chinese',
      '{"errcode":4711,"errmsg":"发送速度太快"}',
      200,
      { retry: 'later', afterMs: 60_000 },
    ],
    ['with an unknown code and 429', '{"errcode":4711,"errmsg":"x"}', 429, { retry: 'later', afterMs: 60_000 }],
    [
      'that took it and failed',
      '{"errcode":0}',
      500,
      { retry: 'now', reason: 'Robot said that it took it, and answered 500' },
    ],
    ['of nothing', '', 200, { retry: 'now', reason: 'Robot answered 200 and said nothing' }],
    ['of white space', ' \n', 200, { retry: 'now', reason: 'Robot answered 200 and said nothing' }],
    [
      'of a page',
      '<html>\n<title>Sign in</title>',
      200,
      {
        retry: 'now',
        reason:
          'Robot answered 200 and said something that is not its JSON: <html> <title>Sign in</title>; is a proxy or a sign-in page in between?',
      },
    ],
    [
      'that was cut off',
      '{"errcode":0,"errm',
      200,
      { retry: 'now', reason: 'Robot answered 200 and said something that is not its JSON: {"errcode":0,"errm' },
    ],
    ['of other JSON', '{"code":"x"}', 200, { retry: 'now' }],
    ['of null', 'null', 200, { retry: 'now' }],
    ['of a list', '[0]', 200, { retry: 'now' }],
    ['with a code of true', '{"errcode":true}', 200, { retry: 'now' }],
    ['without its JSON and an error', 'upstream', 502, { retry: 'now', reason: 'Robot answered 502' }],
    ['without its JSON and 429', '', 429, { retry: 'later', afterMs: 60_000 }],
    [
      'without its JSON that sends elsewhere',
      '',
      302,
      { retry: 'now', reason: 'Robot answered 302: the address has moved; redirects are not followed' },
    ],
  ])('%s did not', (_, body, status, delivery) => {
    expect(judged(body, status)).toMatchObject({ ok: false, ...delivery })
  })

  it('is quoted, but not at length', () => {
    const delivery = judged('x'.repeat(9_000))
    expect(delivery.ok ? '' : delivery.reason.length).toBeLessThan(200)
    const refused = judged(JSON.stringify({ errcode: 7, errmsg: 'y\n'.repeat(9_000) }))
    expect(refused.ok ? '' : refused.reason.length).toBeLessThan(200)
  })

  it('is believed where it asks for a longer pause than is documented, and not for a shorter one', () => {
    expect(judged('{"errcode":8}', 200, { 'retry-after': '900' })).toMatchObject({ afterMs: 900_000 })
    expect(judged('{"errcode":8}', 200, { 'retry-after': '1' })).toMatchObject({ afterMs: 600_000 })
  })

  it('has no pause where there is nothing to wait for', () => {
    expect(judged('{"errcode":7}', 200, { 'retry-after': '900' })).not.toHaveProperty('afterMs')
    expect(judged('{"errcode":4711}')).not.toHaveProperty('afterMs')
  })
})

describe('a status', () => {
  it.each([200, 201, 202, 204, 299])('of %d took the message', status => {
    expect(judgeStatus({ status, headers: {} }, NOW_MS, 'it')).toEqual({ ok: true })
  })

  it.each([
    [400, {}, 'now', undefined],
    [404, {}, 'now', undefined],
    [500, {}, 'now', undefined],
    [503, { 'retry-after': '120' }, 'later', 120_000],
    [429, {}, 'later', 60_000],
    [429, { 'retry-after': '5' }, 'later', 5_000],
    [301, {}, 'now', undefined],
  ])('of %d with %j did not', (status, headers, retry, afterMs) => {
    const delivery = judgeStatus({ status, headers }, NOW_MS, 'it')
    expect(delivery).toMatchObject({ ok: false, retry })
    expect(delivery.ok ? 0 : delivery.afterMs).toBe(afterMs)
  })
})

describe('what Retry-After asks for', () => {
  it.each([
    ['90', 90_000],
    [' 90 ', 90_000],
    ['0', 0],
    ['999999999', 6 * 3_600_000],
    ['Sat, 21 Nov 2026 03:23:30 GMT', 90_000],
    ['Sat, 21 Nov 2026 03:00:00 GMT', 0],
    ['Mon, 21 Nov 2033 03:00:00 GMT', 6 * 3_600_000],
    ['soon', undefined],
    ['-5', undefined],
    ['Sat, 21 Foo 2026 03:23:30 GMT', undefined],
    ['', undefined],
  ])('is read from “%s”', (value, afterMs) => {
    expect(retryAfterMs({ headers: { 'retry-after': value } }, NOW_MS)).toBe(afterMs)
  })

  it('is nothing where it is not there', () => {
    expect(retryAfterMs({ headers: {} }, NOW_MS)).toBeUndefined()
  })
})
