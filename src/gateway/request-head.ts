import {
  type Fault,
  type Fields,
  type Framing,
  isFault,
  keepLines,
  readFields,
  TARGET,
  TOKEN,
  takeContentLength,
  tokensOf,
} from './fields.ts'

/** A request's first line and header fields, understood. */
export interface RequestHead extends Framing {
  readonly method: string
  /** In origin form (`/path?query`) or `*`. */
  readonly target: string
  /** The target up to its query. */
  readonly path: string
  readonly minor: 0 | 1
  /** As it was sent, with its port; empty where HTTP/1.0 sent none. */
  readonly authority: string
  /** In lower case, without port. */
  readonly host: string
  readonly fields: Fields
  /** The field lines that go on to the instance as they are. */
  kept: string
  keepAlive: boolean
  upgrade: string | undefined
  expectsContinue: boolean
  cookie: string | undefined
  userAgent: string
  traceparent: string | undefined
  forwardedFor: string | undefined
  forwardedProto: string | undefined
  forwardedHost: string | undefined
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/
const AUTHORITY = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{0,5})?$/

/**
 * Reads a request's head: from its first byte to the CR LF before the empty line. What an untrusted
 * client says about whom it forwards for is dropped.
 */
export function readRequestHead(text: string, trusted: boolean): RequestHead | Fault {
  let at = 0
  while (TOKEN[text.charCodeAt(at)] === 1) at++
  if (at === 0 || text.charCodeAt(at) !== 32) return bad('the request does not begin with a method')
  const method = text.slice(0, at)
  const targetAt = at + 1
  at = targetAt
  while (TARGET[text.charCodeAt(at)] === 1) at++
  if (at === targetAt || text.charCodeAt(at) !== 32) return bad('the request has no target')
  const target = text.slice(targetAt, at)
  if (!text.startsWith('HTTP/1.', at + 1)) {
    return text.startsWith('HTTP/', at + 1)
      ? fault(505, 'only HTTP/1.0 and HTTP/1.1 are spoken here')
      : bad('the first line names no protocol')
  }
  const digit = text.charCodeAt(at + 8)
  if (digit !== 48 && digit !== 49) return fault(505, 'only HTTP/1.0 and HTTP/1.1 are spoken here')
  if (!text.startsWith('\r\n', at + 9)) return bad('the first line does not end after the protocol')
  const fields = readFields(text, at + 11)
  if (isFault(fields)) return fields
  return understand(method, target, digit === 48 ? 0 : 1, fields, trusted)
}

function understand(
  method: string,
  target: string,
  minor: 0 | 1,
  fields: Fields,
  trusted: boolean,
): RequestHead | Fault {
  const place = placeOf(method, target, fields)
  if (isFault(place)) return place
  if (place.authority === '' && minor === 1) return bad('Host is missing')
  const query = place.target.indexOf('?')
  const head: RequestHead = {
    method,
    target: place.target,
    path: query < 0 ? place.target : place.target.slice(0, query),
    minor,
    authority: place.authority,
    host: hostOf(place.authority),
    fields,
    kept: '',
    contentLength: -1,
    chunked: false,
    keepAlive: minor === 1,
    upgrade: undefined,
    expectsContinue: false,
    cookie: undefined,
    userAgent: '',
    traceparent: undefined,
    forwardedFor: undefined,
    forwardedProto: undefined,
    forwardedHost: undefined,
  }
  const named: string[] = []
  let refusal: Fault | undefined
  const refuse = (reason: string | undefined, status = 400): void => {
    if (reason !== undefined) refusal ??= { status, reason }
  }
  head.kept = keepLines(fields, (name, i) => {
    const value = fields.values[i] ?? ''
    switch (name) {
      case 'host':
        return true
      case 'connection':
        named.push(...tokensOf(value))
        return true
      case 'content-length':
        refuse(takeContentLength(head, value))
        return true
      case 'transfer-encoding':
        if (head.chunked) refuse('Transfer-Encoding is there twice')
        if (minor === 0) refuse('HTTP/1.0 knows no Transfer-Encoding')
        if (value.toLowerCase() !== 'chunked') refuse(`the transfer encoding ${value} is not supported`, 501)
        head.chunked = true
        return true
      case 'upgrade':
        if (head.upgrade !== undefined) refuse('Upgrade is there twice')
        head.upgrade = value
        return true
      case 'expect':
        if (value.toLowerCase() === '100-continue') head.expectsContinue = minor === 1
        else refuse(`the expectation ${value} is not supported`, 417)
        return minor === 0
      case 'keep-alive':
      case 'proxy-connection':
      case 'proxy-authorization':
      case 'te':
        return true
      case 'cookie':
        head.cookie = head.cookie === undefined ? value : `${head.cookie}; ${value}`
        return false
      case 'user-agent':
        head.userAgent = value
        return false
      case 'traceparent':
        if (head.traceparent !== undefined || !TRACEPARENT.test(value)) return true
        head.traceparent = value
        return false
      case 'x-forwarded-for':
        if (trusted) head.forwardedFor = head.forwardedFor === undefined ? value : `${head.forwardedFor}, ${value}`
        return true
      case 'x-forwarded-proto':
        if (trusted) head.forwardedProto ??= value
        return true
      case 'x-forwarded-host':
        if (trusted) head.forwardedHost ??= value
        return true
      case 'forwarded':
      case 'x-real-ip':
      case 'x-forwarded-port':
      case 'x-forwarded-prefix':
      case 'x-forwarded-server':
      case 'x-forwarded-ssl':
      case 'x-forwarded-scheme':
        return !trusted
      default:
        return false
    }
  })
  if (head.chunked && head.contentLength >= 0) refuse('Content-Length and Transfer-Encoding exclude each other')
  if (refusal) return refusal
  obeyConnection(head, named)
  return head
}

/** Carries out what `Connection` says: keep alive, close, upgrade, and which fields end here. */
function obeyConnection(head: RequestHead, named: readonly string[]): void {
  let upgrades = false
  let ends = false
  for (const token of named) {
    if (token === 'close') head.keepAlive = false
    else if (token === 'keep-alive') head.keepAlive ||= !named.includes('close')
    else if (token === 'upgrade') upgrades = true
    else ends = true
  }
  // HTTP/2 in clear text would carry requests past us that nobody counts or routes. An upgrade with a
  // body would leave it open where the body ends and the new protocol begins.
  const body = head.chunked || head.contentLength > 0
  if (!upgrades || body || head.minor === 0 || head.upgrade === undefined || tokensOf(head.upgrade).includes('h2c')) {
    head.upgrade = undefined
  }
  if (!ends) return
  const before = head.kept
  const again = readFields(before, 0)
  if (!isFault(again)) head.kept = keepLines(again, name => named.includes(name))
}

/** Where a request goes: its target in origin form and its authority. */
function placeOf(method: string, target: string, fields: Fields): { target: string; authority: string } | Fault {
  const hostAt = fields.names.indexOf('host')
  if (hostAt >= 0 && fields.names.includes('host', hostAt + 1)) return bad('Host is there twice')
  const authority = hostAt < 0 ? '' : (fields.values[hostAt] ?? '')
  if (authority !== '' && !AUTHORITY.test(authority)) return bad('Host is no host')
  if (method === 'CONNECT') return fault(405, 'CONNECT is not served here')
  if (target.charCodeAt(0) === 47) {
    return target.includes('#') ? bad('the target holds a fragment') : { target, authority }
  }
  if (target === '*' && method === 'OPTIONS') return { target, authority }
  const absolute = /^https?:\/\/([^/?#]*)([^#]*)$/i.exec(target)
  if (!absolute || !AUTHORITY.test(absolute[1] ?? '')) return bad('the target is no path')
  const rest = absolute[2] ?? ''
  // RFC 9112, section 3.2.2: the target's authority replaces what Host says.
  return { target: rest.startsWith('/') ? rest : `/${rest}`, authority: absolute[1] ?? '' }
}

function hostOf(authority: string): string {
  if (authority === '') return ''
  const colon = authority.lastIndexOf(':')
  const bare = colon > authority.lastIndexOf(']') ? authority.slice(0, colon) : authority
  const host = bare.toLowerCase()
  return host.endsWith('.') ? host.slice(0, -1) : host
}

function bad(reason: string): Fault {
  return { status: 400, reason }
}

function fault(status: number, reason: string): Fault {
  return { status, reason }
}
