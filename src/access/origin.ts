/** What a request says of where it comes from, as its headers have it. */
export interface Provenance {
  readonly method: string
  readonly host?: string | undefined
  readonly origin?: string | undefined
  /** `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/). */
  readonly site?: string | undefined
}

export type Judgement = { readonly ok: true } | { readonly ok: false; readonly reason: string }

const OK: Judgement = { ok: true }
const SAFE = /^(?:GET|HEAD|OPTIONS)$/i

/**
 * Whether a request that a browser may have made comes from our own pages. To be asked of each that is
 * believed because of a cookie, and of signing in; a bearer token is never sent by a browser by itself.
 *
 * Every browser says in `Sec-Fetch-Site` where a request comes from, but only to https and loopback addresses;
 * to others `Origin` is all there is. Neither can be set by a page. What says neither is refused: whoever
 * is no browser has no use for a cookie and shows a token.
 *
 * @param publicUrl where people reach the console, when it is another address than the hub sees (a proxy that
 * does not pass `Host` on)
 */
export function judgeOrigin(request: Provenance, publicUrl?: string): Judgement {
  const { method, host, origin, site } = request
  if (SAFE.test(method)) return OK
  if (site === 'same-origin' || site === 'none') return OK
  if (site !== undefined) return no(`the browser calls it ${site.slice(0, 20)}`)
  if (origin === undefined) return no('it does not say which page it comes from')
  const from = read(origin)
  if (!from) return no('it comes from a page without an address')
  if (publicUrl !== undefined && from.origin === read(publicUrl)?.origin) return OK
  if (host !== undefined && from.host === read(`${from.protocol}//${host}`)?.host) return OK
  return no(`it comes from ${from.origin}`)
}

function no(reason: string): Judgement {
  return { ok: false, reason: `a change was asked for from another site: ${reason}` }
}

function read(address: string): URL | undefined {
  const url = URL.parse(address)
  return url && (url.protocol === 'http:' || url.protocol === 'https:') ? url : undefined
}
