import { type Fault, type Framing, isFault, keepLines, readFields, takeContentLength, tokensOf } from './fields.ts'

/** A response's first line and header fields, understood. */
export interface ResponseHead extends Framing {
  readonly status: number
  /** `200 OK`: the first line after the protocol. */
  readonly statusText: string
  /** The field lines that go on to the client as they are. */
  kept: string
  /** Whether the instance keeps the connection open. */
  keepAlive: boolean
  /** How long it does, in milliseconds, where it says so. */
  keepAliveMs: number | undefined
  upgrade: string | undefined
  eventStream: boolean
  /** Shared caches may keep it, so it must not carry one user's cookie. */
  shareable: boolean
}

const SHAREABLE = /(?:^|[\s,])(?:public|s-maxage=|immutable)/i

/** Reads a response's head: from its first byte to the CR LF before the empty line. */
export function readResponseHead(text: string): ResponseHead | Fault {
  const minor = text.charCodeAt(7)
  const status = statusAt(text, 9)
  const after = text.charCodeAt(12)
  if (!text.startsWith('HTTP/1.') || (minor !== 48 && minor !== 49) || text.charCodeAt(8) !== 32 || status === 0) {
    return refused('the answer does not begin with HTTP/1.x and a status')
  }
  if (after !== 32 && after !== 13) return refused('the status is not followed by its reason')
  const lineEnd = text.indexOf('\r\n', 12)
  const statusText = text.slice(9, lineEnd)
  if (lineEnd < 0 || /[^\t\x20-\x7e\x80-\xff]/.test(statusText))
    return refused('the first line holds a control character')
  const fields = readFields(text, lineEnd + 2)
  if (isFault(fields)) return refused(fields.reason)
  const head: ResponseHead = {
    status,
    statusText,
    kept: '',
    contentLength: -1,
    chunked: false,
    keepAlive: minor === 49,
    keepAliveMs: undefined,
    upgrade: undefined,
    eventStream: false,
    shareable: false,
  }
  const named: string[] = []
  let reason: string | undefined
  head.kept = keepLines(fields, (name, i) => {
    const value = fields.values[i] ?? ''
    switch (name) {
      case 'connection':
        named.push(...tokensOf(value))
        return true
      case 'keep-alive': {
        const seconds = /(?:^|[\s,;])timeout=(\d{1,6})(?:$|[\s,;])/i.exec(value)?.[1]
        if (seconds !== undefined) head.keepAliveMs = Number(seconds) * 1_000
        return true
      }
      case 'content-length':
        reason ??= takeContentLength(head, value)
        return true
      case 'transfer-encoding':
        if (head.chunked || value.toLowerCase() !== 'chunked')
          reason ??= `the transfer encoding ${value} is not supported`
        head.chunked = true
        return true
      case 'upgrade':
        head.upgrade = value
        return true
      case 'proxy-connection':
      case 'x-served-by':
        return true
      case 'content-type':
        head.eventStream ||= /^text\/event-stream(?:$|[\s;])/i.test(value)
        return false
      case 'cache-control':
        head.shareable ||= SHAREABLE.test(value)
        return false
      default:
        return false
    }
  })
  if (head.chunked && head.contentLength >= 0) reason ??= 'Content-Length and Transfer-Encoding exclude each other'
  if (reason !== undefined) return refused(reason)
  let ends = false
  for (const token of named) {
    if (token === 'keep-alive') head.keepAlive = true
    else if (token !== 'close' && token !== 'upgrade') ends = true
  }
  if (named.includes('close')) head.keepAlive = false
  if (ends) {
    const again = readFields(head.kept, 0)
    if (!isFault(again)) head.kept = keepLines(again, name => named.includes(name))
  }
  return head
}

function statusAt(text: string, at: number): number {
  const hundreds = text.charCodeAt(at) - 48
  const tens = text.charCodeAt(at + 1) - 48
  const ones = text.charCodeAt(at + 2) - 48
  const digits = hundreds >= 1 && hundreds <= 5 && tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9
  return digits ? hundreds * 100 + tens * 10 + ones : 0
}

function refused(reason: string): Fault {
  return { status: 502, reason }
}
