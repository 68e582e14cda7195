import { LIFE_MS } from './sessions/life.ts'

/** How the session's cookie is called and kept at one address of the hub. */
export interface CookieKind {
  readonly name: string
  readonly secure: boolean
}

/**
 * The cookie of a hub that people reach at `publicUrl`. With https it can be neither sent in the clear nor set by
 * a neighbouring host name (`__Host-`, RFC 6265bis 4.1.3). Cookies do not heed ports, so without https the port
 * stands in the name: two hubs on one machine would sign each other's people out.
 */
export function cookieKind(publicUrl: string): CookieKind {
  const url = URL.parse(publicUrl)
  if (url?.protocol === 'https:') return { name: '__Host-shipwatch', secure: true }
  return { name: url?.port ? `shipwatch-${url.port}` : 'shipwatch', secure: false }
}

/** `Set-Cookie` that keeps a session's secret, out of reach of scripts and of other sites' forms. */
export function setCookie(kind: CookieKind, secret: string): string {
  return write(kind, secret, LIFE_MS / 1_000)
}

/** `Set-Cookie` that takes it away. */
export function clearCookie(kind: CookieKind): string {
  return write(kind, '', 0)
}

/** The session's secret in a `Cookie` header, if it is there. */
export function readCookie({ name }: CookieKind, header: string | undefined): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [key = '', value = ''] = part.split('=', 2)
    if (key.trim() === name && value.trim() !== '') return value.trim()
  }
  return undefined
}

function write({ name, secure }: CookieKind, value: string, maxAgeSeconds: number): string {
  const attributes = `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax`
  return `${name}=${value}; ${attributes}${secure ? '; Secure' : ''}`
}
