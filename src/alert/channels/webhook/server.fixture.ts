import { createHmac } from 'node:crypto'
import type { Clock } from '../../../kernel/index.ts'
import { at, listAt, type Protocol, type Provider, parsed, play, Throttle, textAt } from '../provider.fixture.ts'

const KEY = Buffer.from('0123456789abcdefghijklmnopqrstuv')
const SECRET = `whsec_${KEY.toString('base64')}`
const FORGED = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const PATH = '/hooks/p4th-is-secret?token=qu3ry-is-secret'

/** A receiver that verifies Standard Webhooks as its specification says, and takes 20 a minute. */
export function playWebhook(clock: Clock): Promise<Provider> {
  const throttle = new Throttle(clock, { most: 20, withinMs: 60_000 })
  const protocol: Protocol = ({ url, headers, body }) => {
    if (url !== PATH) return { answer: { status: 404, body: '' } }
    if (!throttle.takes()) return { answer: { status: 429, headers: { 'retry-after': '30' }, body: '' } }
    const header = (name: string): string => String(headers[name])
    const [id, timestamp] = [header('webhook-id'), header('webhook-timestamp')]
    if (Math.abs(Number(timestamp) - clock.now() / 1_000) > 300) return { answer: { status: 400, body: 'too old' } }
    const expected = createHmac('sha256', KEY).update(`${id}.${timestamp}.${body}`).digest('base64')
    const signatures = header('webhook-signature').split(' ')
    if (!signatures.includes(`v1,${expected}`)) return { answer: { status: 401, body: 'wrong signature' } }
    const given = parsed(body)
    const facts = at(given, 'message', 'facts')
    const url_ = textAt(given, 'message', 'link', 'url')
    return {
      answer: { status: 204, body: '' },
      shown: {
        title: textAt(given, 'message', 'title'),
        text: [
          ...listAt(given, 'message', 'paragraphs'),
          ...(Array.isArray(facts) ? facts.map(fact => `${textAt(fact, 'name')} ${textAt(fact, 'value')}`) : []),
        ].join('\n'),
        mentioned: [],
        ...(url_ === '' ? {} : { url: url_ }),
      },
    }
  }
  return play(protocol, url => ({
    config: { type: 'webhook', url: `${url}${PATH}`, secret: SECRET, allowPrivate: true },
    forged: { type: 'webhook', url: `${url}${PATH}`, secret: FORGED, allowPrivate: true },
    secrets: [SECRET, FORGED, 'p4th-is-secret', 'qu3ry-is-secret'],
    busy: { status: 503, body: '' },
  }))
}
