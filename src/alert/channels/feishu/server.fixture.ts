import { createHmac } from 'node:crypto'
import type { Clock } from '../../../kernel/index.ts'
import { at, type Protocol, type Provider, parsed, play, Throttle, textAt } from '../provider.fixture.ts'
import type { Answer } from '../server.fixture.ts'

const TOKEN = 'b43e7bea-88fd-436e-9d1c'
const SECRET = 'fe15huS3cret'

const says = (code: number, msg: string, status = 200): { answer: Answer } => ({
  answer: { status, body: JSON.stringify({ code, msg, data: {} }) },
})

/** Feishu's robot: signature, time, keyword, size, 100 a minute and 5 a second. */
export function playFeishu(clock: Clock, { keyword = '' }: { keyword?: string } = {}): Promise<Provider> {
  const minute = new Throttle(clock, { most: 100, withinMs: 60_000 })
  const second = new Throttle(clock, { most: 5, withinMs: 1_000 })
  const protocol: Protocol = ({ url, body }) => {
    if (url !== `/open-apis/bot/v2/hook/${TOKEN}`)
      return says(19001, 'param invalid: incoming webhook access token invalid')
    if (!second.takes()) return says(9499, 'too many request', 400)
    if (!minute.takes()) return says(11232, 'frequency limited')
    if (Buffer.byteLength(body) > 20_480) return says(9499, 'Bad Request: body too large', 400)
    const given = parsed(body)
    const timestamp = textAt(given, 'timestamp')
    const expected = createHmac('sha256', [timestamp, SECRET].join('\n')).update('').digest('base64')
    const late = Math.abs(Number(timestamp) * 1_000 - clock.now()) > 3_600_000
    if (late || textAt(given, 'sign') !== expected) {
      return says(19021, 'sign match fail or timestamp is not within one hour from current time')
    }
    if (!body.includes(keyword)) return says(19024, 'Key Words Not Found')
    const type = textAt(given, 'msg_type')
    if (type === 'text') return textOf(textAt(given, 'content', 'text'))
    if (type === 'interactive') return cardOf(at(given, 'card'))
    return says(9499, 'Bad Request: params error', 400)
  }
  const config = { type: 'feishu', token: TOKEN, secret: SECRET, allowPrivate: true }
  return play(protocol, url => ({
    config: {
      ...config,
      endpoint: `${url}/open-apis/bot/v2/hook`,
      ...(keyword === '' ? {} : { keyword }),
    },
    forged: { ...config, secret: 'f0r9edS3cret', endpoint: `${url}/open-apis/bot/v2/hook` },
    secrets: [TOKEN, SECRET, 'f0r9edS3cret'],
    busy: says(55001, 'server internal error', 500).answer,
  }))
}

function textOf(text: string): ReturnType<Protocol> {
  const [title = '', ...rest] = text.split('\n')
  const url = /(https?:\S+)$/m.exec(text)?.[1]
  return {
    ...says(0, 'success'),
    shown: {
      title,
      text: rest.join('\n'),
      mentioned: [...text.matchAll(/<at user_id="?([^">]+)/g)].map(([, id = '']) => id),
      ...(url === undefined ? {} : { url }),
    },
  }
}

function cardOf(card: unknown): ReturnType<Protocol> {
  const title = textAt(card, 'header', 'title', 'content')
  const elements = at(card, 'elements')
  if (title === '' || !Array.isArray(elements)) return says(9499, 'Bad Request: params error', 400)
  const divs = elements.filter(element => at(element, 'tag') === 'div')
  const marked = divs
    .filter(element => at(element, 'text', 'tag') === 'lark_md')
    .map(element => textAt(element, 'text', 'content'))
  const url = elements.map(element => textAt(element, 'actions', 0, 'url')).find(found => found !== '')
  return {
    ...says(0, 'success'),
    shown: {
      title,
      text: divs.map(element => textAt(element, 'text', 'content')).join('\n'),
      mentioned: marked.flatMap(text => [...text.matchAll(/<at id=([^>]+)>/g)].map(([, id = '']) => id)),
      ...(url === undefined ? {} : { url }),
    },
  }
}
