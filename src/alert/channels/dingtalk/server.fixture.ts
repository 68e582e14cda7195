import { createHmac } from 'node:crypto'
import type { Clock } from '../../../kernel/index.ts'
import { at, listAt, type Protocol, type Provider, parsed, play, Throttle, textAt } from '../provider.fixture.ts'
import type { Answer } from '../server.fixture.ts'

const TOKEN = 'd1ng0f4cc355'
const SECRET = 'SECb0a1f2e3d4'
const HOUR_MS = 3_600_000

const says = (errcode: number, errmsg: string): { answer: Answer } => ({
  answer: { status: 200, body: JSON.stringify({ errcode, errmsg }) },
})

/** DingTalk's robot: signature, time, keyword, size, 20 a minute and then nothing for ten minutes. */
export function playDingtalk(clock: Clock, { keyword = '' }: { keyword?: string } = {}): Promise<Provider> {
  const throttle = new Throttle(clock, { most: 20, withinMs: 60_000, blockedMs: 600_000 })
  const protocol: Protocol = ({ url, body, headers }) => {
    const { pathname, searchParams } = new URL(url, 'http://dingtalk')
    if (pathname !== '/robot/send') return says(404, '请求的URI地址不存在')
    if (searchParams.get('access_token') !== TOKEN) return says(300005, 'token is not exist')
    if (!headers['content-type']?.startsWith('application/json')) return says(43004, '无效的HTTP HEADER Content-Type')
    if (!throttle.takes()) return says(130101, 'send too fast, exceed 20 times per minute')
    const timestamp = searchParams.get('timestamp') ?? ''
    if (Math.abs(Number(timestamp) - clock.now()) > HOUR_MS) return says(310000, 'invalid timestamp')
    const expected = createHmac('sha256', SECRET).update([timestamp, SECRET].join('\n')).digest('base64')
    if (searchParams.get('sign') !== expected) return says(310000, 'sign not match')
    if (Buffer.byteLength(body) > 20_000) return says(460101, 'message too long, exceed 20000 bytes')
    const given = parsed(body)
    const type = textAt(given, 'msgtype')
    const title = textAt(given, type, 'title')
    const text = textAt(given, type, 'text')
    if (!['markdown', 'actionCard'].includes(type) || title === '' || text === '') return says(40035, '缺少参数 json')
    if (!`${title}${text}`.includes(keyword)) return says(310000, 'keywords not in content')
    const numbers = [...listAt(given, 'at', 'atMobiles'), ...listAt(given, 'at', 'atUserIds')]
    const mentioned = type === 'markdown' ? numbers.filter(number => text.includes(`@${number}`)) : []
    const everybody = type === 'markdown' && at(given, 'at', 'isAtAll') === true ? ['everybody'] : []
    const link = type === 'markdown' ? /\]\((.*)\)/.exec(text)?.[1] : textAt(given, type, 'singleURL')
    return {
      ...says(0, 'ok'),
      shown: { title, text, mentioned: [...mentioned, ...everybody], ...(link === undefined ? {} : { url: link }) },
    }
  }
  return play(protocol, url => ({
    config: {
      type: 'dingtalk',
      accessToken: TOKEN,
      secret: SECRET,
      endpoint: `${url}/robot/send`,
      allowPrivate: true,
      ...(keyword === '' ? {} : { keyword }),
    },
    forged: {
      type: 'dingtalk',
      accessToken: TOKEN,
      secret: 'SECf0r9ed',
      endpoint: `${url}/robot/send`,
      allowPrivate: true,
    },
    secrets: [TOKEN, SECRET, 'SECf0r9ed'],
    busy: says(-1, '系统繁忙').answer,
  }))
}
