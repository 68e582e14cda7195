export interface Route<Handler> {
  readonly method: string
  /** As written in the table, such as `/orders/:id`: also the metrics' label, so that ids never become labels. */
  readonly path: string
  readonly segments: readonly string[]
  readonly handler: Handler
}

export type Match<Handler> =
  | {
      readonly kind: 'found'
      readonly method: string
      readonly path: string
      readonly handler: Handler
      readonly params: Readonly<Record<string, string>>
    }
  | { readonly kind: 'wrong-method'; readonly method: string; readonly path: string; readonly allow: readonly string[] }
  | { readonly kind: 'unknown'; readonly path: 'unknown' }

/** Finds the route of a request; HEAD is served by GET. The first of the table that fits wins. */
export function matchRoute<Handler>(routes: readonly Route<Handler>[], method: string, url: string): Match<Handler> {
  const wanted = method === 'HEAD' ? 'GET' : method
  const end = url.search(/[?#]/)
  const segments = (end === -1 ? url : url.slice(0, end)).split('/').slice(1)
  const allow: string[] = []
  let path = ''
  for (const route of routes) {
    const params = fit(route.segments, segments)
    if (params === undefined) continue
    if (route.method === wanted)
      return { kind: 'found', method: wanted, path: route.path, handler: route.handler, params }
    allow.push(route.method)
    path = route.path
  }
  if (allow.length === 0) return { kind: 'unknown', path: 'unknown' }
  return { kind: 'wrong-method', method: 'other', path, allow }
}

function fit(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined
  const params: Record<string, string> = {}
  for (const [i, part] of pattern.entries()) {
    const segment = segments[i] ?? ''
    if (!part.startsWith(':')) {
      if (part !== segment) return undefined
      continue
    }
    const value = decode(segment)
    if (value === undefined || value === '') return undefined
    params[part.slice(1)] = value
  }
  return params
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined // A lone % is nobody's id.
  }
}
