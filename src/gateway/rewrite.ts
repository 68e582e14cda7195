import type { RequestHead } from './request-head.ts'
import type { ResponseHead } from './response-head.ts'

/** The head of the request as it goes to the instance. Framing is written anew from what was understood. */
export function requestLines(head: RequestHead, forwarded: string, traceparent: () => string): string {
  let text = `${head.method} ${head.target} HTTP/1.1\r\nHost: ${head.authority}\r\n${head.kept}${forwarded}`
  if (head.traceparent === undefined) text += `traceparent: ${traceparent()}\r\n`
  if (head.chunked) text += 'Transfer-Encoding: chunked\r\n'
  else if (head.contentLength >= 0) text += `Content-Length: ${head.contentLength}\r\n`
  if (head.upgrade !== undefined) text += `Connection: Upgrade\r\nUpgrade: ${head.upgrade}\r\n`
  return `${text}\r\n`
}

/** A cookie that tells one user from another. */
export interface UserCookie {
  readonly name: string
  readonly value: string
  readonly maxAgeSeconds: number
  readonly secure: boolean
}

/** The head of the response as it goes to the client. */
export function responseLines(
  head: ResponseHead,
  how: {
    readonly request: RequestHead
    readonly servedBy: string
    readonly keepAlive: boolean
    readonly cookie: UserCookie | undefined
  },
): string {
  let text = `HTTP/1.1 ${head.statusText}\r\n${head.kept}X-Served-By: ${how.servedBy}\r\n`
  if (how.cookie) text += `Set-Cookie: ${cookieLine(how.cookie)}\r\n`
  if (head.status === 101) return `${text}Connection: Upgrade\r\nUpgrade: ${head.upgrade ?? ''}\r\n\r\n`
  // RFC 9110, section 8.6: 204 has neither; HTTP/1.0 knows no chunks and reads to the end.
  if (head.status !== 204) {
    if (head.chunked && how.request.minor === 1) text += 'Transfer-Encoding: chunked\r\n'
    else if (head.contentLength >= 0) text += `Content-Length: ${head.contentLength}\r\n`
  }
  return `${text}${connectionLine(how.keepAlive, how.request.minor)}\r\n`
}

function cookieLine({ name, value, maxAgeSeconds, secure }: UserCookie): string {
  return `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
}

/** What `Connection` has to say: nothing where the protocol's version says it. */
export function connectionLine(keepAlive: boolean, minor: 0 | 1): string {
  if (!keepAlive) return 'Connection: close\r\n'
  return minor === 0 ? 'Connection: keep-alive\r\n' : ''
}
