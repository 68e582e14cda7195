import { fromRfc3339 } from '../../kernel/index.ts'
import type { Delivery, HttpReply } from './channel.ts'

type Refusal = Extract<Delivery, { ok: false }>

/** What a provider's code asks of us. */
export interface Rule extends Pick<Refusal, 'retry' | 'afterMs'> {
  /** In words, and what to do. */
  readonly means: string
}

/** What a provider says in the body of its reply; `code` is 0 where it took the message. */
export interface Said {
  readonly code: number
  readonly message: string
}

/** How a provider's replies are read. */
export interface Reading {
  readonly provider: string
  /** Finds the code in a reply's JSON. */
  readonly said: (body: unknown) => Said | undefined
  readonly ruleOf: (said: Said) => Rule | undefined
}

/** What to wait where a provider throttles and does not say how long. */
const THROTTLED_MS = 60_000
/** Whatever a provider asks for, nobody wants to read tomorrow what happened today. */
const LONGEST_PAUSE_MS = 6 * 3_600_000

/**
 * What came of a message, by what the provider says in the body: these answer 200 to a refusal too.
 *
 * What cannot be understood is tried again. Tries are bounded; a message that is given up is lost, and one
 * that arrives twice is only seen twice.
 */
export function judgeReply(reply: HttpReply, nowMs: number, { provider, said, ruleOf }: Reading): Delivery {
  const code = said(jsonOf(reply.body))
  if (!code) return notUnderstood(reply, nowMs, provider)
  if (code.code === 0) {
    if (reply.status < 300) return { ok: true }
    return { ok: false, retry: 'now', reason: `${provider} said that it took it, and answered ${reply.status}` }
  }
  const rule = ruleOf(code) ?? unknownRule(code, reply.status)
  return {
    ok: false,
    retry: rule.retry,
    ...pauseOf(rule, retryAfterMs(reply, nowMs)),
    reason: `${provider} refused it: ${rule.means} (${code.code}${code.message === '' ? '' : ` ${brief(code.message)}`})`,
  }
}

/** By the status alone: where the provider's own words are missing, or none are agreed on. */
export function judgeStatus({ status, headers }: Omit<HttpReply, 'body'>, nowMs: number, provider: string): Delivery {
  if (status >= 200 && status < 300) return { ok: true }
  const asked = retryAfterMs({ headers }, nowMs)
  const refused = (retry: Refusal['retry'], means: string, afterMs = asked): Delivery => ({
    ok: false,
    retry,
    ...(afterMs === undefined ? {} : { afterMs }),
    reason: `${provider} answered ${status}${means}`,
  })
  if (status === 429) return refused('later', ': too many requests', asked ?? THROTTLED_MS)
  if (status >= 300 && status < 400) return refused('now', ': the address has moved; redirects are not followed')
  return refused(asked === undefined ? 'now' : 'later', '')
}

/** When a reply asks to be tried again, in milliseconds from now; at most six hours. */
export function retryAfterMs({ headers }: Pick<HttpReply, 'headers'>, nowMs: number): number | undefined {
  const value = headers['retry-after']?.trim() ?? ''
  const afterMs = /^\d+$/.test(value) ? Number(value) * 1_000 : (fromHttpDate(value) ?? Number.NaN) - nowMs
  return Number.isNaN(afterMs) ? undefined : Math.min(Math.max(0, afterMs), LONGEST_PAUSE_MS)
}

/** Finds a code and a message by their fields, of which the first pair that is there counts. */
export function fields(...pairs: readonly (readonly [code: string, message: string])[]): Reading['said'] {
  return body => {
    if (typeof body !== 'object' || body === null) return undefined
    const given = new Map(Object.entries(body))
    for (const [code, message] of pairs) {
      const value: unknown = given.get(code)
      // Gateways between us and the provider have been seen to make text of numbers.
      const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
      const text: unknown = given.get(message)
      if (typeof number === 'number') return { code: number, message: typeof text === 'string' ? text : '' }
    }
    return undefined
  }
}

function notUnderstood(reply: HttpReply, nowMs: number, provider: string): Delivery {
  const { status, body } = reply
  if (status >= 300) return judgeStatus(reply, nowMs, provider)
  const what = body.trim() === '' ? 'nothing' : `something that is not its JSON: ${brief(body)}`
  const hint = body.trimStart().startsWith('<') ? '; is a proxy or a sign-in page in between?' : ''
  return { ok: false, retry: 'now', reason: `${provider} answered ${status} and said ${what}${hint}` }
}

/** Providers change their codes; the words for “too often” stay. */
const TOO_OFTEN = /too (fast|many|frequent)|freq|rate.?limit|限流|频率|频繁|太快/i

function unknownRule({ message }: Said, status: number): Rule {
  if (status === 429 || TOO_OFTEN.test(message)) {
    return { retry: 'later', afterMs: THROTTLED_MS, means: 'too many messages' }
  }
  return { retry: 'now', means: 'a code that is not known here' }
}

/** A provider that names a pause is believed where it is longer than the documented one. */
function pauseOf({ retry, afterMs }: Pick<Rule, 'retry' | 'afterMs'>, asked = 0): { afterMs?: number } {
  const longest = Math.max(afterMs ?? 0, asked)
  return retry === 'never' || longest === 0 ? {} : { afterMs: longest }
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body.replace(/^\uFEFF/, ''))
  } catch {
    return undefined // said by whoever asks what it says
  }
}

/** Enough of a foreign text to know it again. */
function brief(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= 120 ? line : `${line.slice(0, 119).replace(/[\uD800-\uDBFF]$/, '')}…`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `Wed, 21 Oct 2026 07:28:00 GMT` (RFC 9110, 5.6.7) as milliseconds since 1970. */
function fromHttpDate(text: string): number | undefined {
  const [, day = '', month = '', year = '', time = ''] =
    /^\w{3}, (\d\d) (\w{3}) (\d{4}) (\d\d:\d\d:\d\d) GMT$/.exec(text) ?? []
  const number = String(MONTHS.indexOf(month) + 1).padStart(2, '0')
  return fromRfc3339(`${year}-${number}-${day}T${time}Z`)
}
