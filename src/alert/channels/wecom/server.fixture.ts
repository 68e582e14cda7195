import type { Clock } from '../../../kernel/index.ts'
import { listAt, type Protocol, type Provider, parsed, play, Throttle, textAt } from '../provider.fixture.ts'
import type { Answer } from '../server.fixture.ts'

const KEY = '693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa'
const MOST_BYTES: Readonly<Record<string, number>> = { text: 2_048, markdown: 4_096 }

const says = (errcode: number, errmsg: string): { answer: Answer } => ({
  answer: {
    status: 200,
    body: JSON.stringify({ errcode, errmsg: errcode === 0 ? errmsg : `${errmsg}, hint: [1700]` }),
  },
})

/** WeCom's robot: its key, the size of each format, 20 a minute. */
export function playWecom(clock: Clock): Promise<Provider> {
  const throttle = new Throttle(clock, { most: 20, withinMs: 60_000 })
  const protocol: Protocol = ({ url, body }) => {
    const { pathname, searchParams } = new URL(url, 'http://wecom')
    if (pathname !== '/cgi-bin/webhook/send' || searchParams.get('key') !== KEY)
      return says(93000, 'invalid webhook url')
    if (!throttle.takes()) return says(45009, 'api freq out of limit')
    const given = parsed(body)
    const type = textAt(given, 'msgtype')
    if (type === 'template_card') return cardOf(given)
    const content = textAt(given, type, 'content')
    const mostBytes = MOST_BYTES[type]
    if (mostBytes === undefined) return says(40008, 'invalid message type')
    if (content === '') return says(44004, 'empty content')
    if (Buffer.byteLength(content) > mostBytes) return says(40058, `${type}.content exceed max length ${mostBytes}`)
    const [title = '', ...text] = content.split('\n')
    const link = (type === 'markdown' ? /\]\((.*)\)/ : /(https?:\S+)$/m).exec(content)?.[1]
    return {
      ...says(0, 'ok'),
      shown: {
        title,
        text: text.join('\n'),
        mentioned: [
          ...[...content.matchAll(/<@([^>]+)>/g)].map(([, id = '']) => id),
          ...(type === 'text'
            ? [...listAt(given, type, 'mentioned_list'), ...listAt(given, type, 'mentioned_mobile_list')]
            : []),
        ],
        ...(link === undefined ? {} : { url: link }),
      },
    }
  }
  const config = { type: 'wecom', key: KEY, allowPrivate: true }
  return play(protocol, url => ({
    config: { ...config, endpoint: `${url}/cgi-bin/webhook/send` },
    forged: { ...config, key: 'f0r9ed-7xxx-4bc4', endpoint: `${url}/cgi-bin/webhook/send` },
    secrets: [KEY, 'f0r9ed-7xxx-4bc4'],
    busy: says(-1, 'system busy').answer,
  }))
}

function cardOf(given: unknown): ReturnType<Protocol> {
  const url = textAt(given, 'template_card', 'card_action', 'url')
  if (textAt(given, 'template_card', 'card_type') !== 'text_notice' || url === '') {
    return says(40058, 'template_card.card_action missing')
  }
  const facts = listAt(given, 'template_card', 'horizontal_content_list')
  if (facts.length > 6) return says(40058, 'template_card.horizontal_content_list exceed max length 6')
  const title = textAt(given, 'template_card', 'main_title', 'title')
  return {
    ...says(0, 'ok'),
    shown: { title, text: textAt(given, 'template_card', 'sub_title_text'), url, mentioned: [] },
  }
}
