import type { RouteClass, ServiceRoute } from './protocol.ts'

/** The name of what matches no route class. */
export const OTHER = 'other'

/** Whether a path lies under a prefix, by whole segments: `/api` covers `/api` and `/api/x`, not `/apis`. */
export function under(path: string, prefix: string): boolean {
  if (!path.startsWith(prefix)) return prefix.length === path.length + 1 && prefix === `${path}/`
  return path.length === prefix.length || prefix.endsWith('/') || path.charCodeAt(prefix.length) === 47
}

/** Builds the function that tells the index of a request's route class; the classes' count stands for `other`. */
export function classifier(classes: readonly RouteClass[]): (method: string, path: string) => number {
  const rules = classes.map(ruleOf)
  return (method, path) => {
    for (let i = 0; i < rules.length; i++) {
      if (rules[i]?.(method, path)) return i
    }
    return rules.length
  }
}

function ruleOf({ methods, pathPrefix, pattern }: RouteClass): (method: string, path: string) => boolean {
  const allowed = methods && new Set(methods)
  const shape = pattern === undefined ? undefined : patternOf(pattern)
  return (method, path) =>
    (!allowed || allowed.has(method)) &&
    (pathPrefix === undefined || under(path, pathPrefix)) &&
    (shape === undefined || shape.test(path))
}

/** `*` becomes one segment, a last `**` the rest. Slashes bound each part, so matching takes linear time. */
function patternOf(pattern: string): RegExp {
  const parts = pattern.split('/').map(part => {
    if (part === '**') return '.*'
    return part === '*' ? '[^/]+' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('/')}$`)
}

/** Builds the function that tells whether a request says nothing about a version: health checks, bots. */
export function excluder({
  paths,
  userAgents,
}: ServiceRoute['excluded']): (path: string, userAgent: string) => boolean {
  const whole = new Set(paths)
  const parts = userAgents.map(part => part.toLowerCase())
  if (parts.length === 0) return path => whole.has(path)
  return (path, userAgent) => {
    if (whole.has(path)) return true
    const agent = userAgent.toLowerCase()
    return parts.some(part => agent.includes(part))
  }
}

/** Marks the statuses that count as bad, by status. */
export function badStatuses(matches: readonly string[]): Uint8Array {
  const marks = new Uint8Array(600)
  for (const match of matches) {
    const first = Number(match.replace('xx', '00'))
    marks.fill(1, first, match.endsWith('xx') ? first + 100 : first + 1)
  }
  return marks
}
