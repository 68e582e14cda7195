import { Conflict } from '../kernel/index.ts'
import { under } from './classify.ts'

/** What a table needs to know of a service. */
export interface Routable {
  readonly service: string
  readonly hosts: readonly string[]
  readonly paths: readonly string[]
}

/** Finds the service of a request: its host first (exact, then the longest wildcard, then any), then the longest path. */
export interface RouteTable<Route> {
  find(host: string, path: string): Route | undefined
}

type Paths<Route> = { readonly prefix: string; readonly route: Route; readonly service: string }[]

/** Builds the table; two services with one host and path are refused. */
export function routeTable<Route>(entries: readonly (readonly [Routable, Route])[]): RouteTable<Route> {
  const hosts = new Map<string, Paths<Route>>()
  for (const [{ service, hosts: own, paths }, route] of entries) {
    for (const host of own.length > 0 ? own : ['']) {
      const known = hosts.get(host) ?? []
      hosts.set(host, known)
      for (const prefix of paths) {
        const taken = known.find(other => other.prefix === prefix)
        if (taken && taken.service !== service) throw taken_(host, prefix, taken.service, service)
        if (!taken) known.push({ prefix, route, service })
      }
    }
  }
  for (const paths of hosts.values()) paths.sort((a, b) => b.prefix.length - a.prefix.length)
  const wildcards = [...hosts]
    .filter(([host]) => host.startsWith('*.'))
    .map(([host, paths]) => [host.slice(1), paths] as const)
    .toSorted(([a], [b]) => b.length - a.length)
  const any = hosts.get('') ?? []
  return {
    find(host, path) {
      const exact = hosts.get(host)
      const found = exact && match(exact, path)
      if (found !== undefined) return found
      for (const [suffix, paths] of wildcards) {
        if (!host.endsWith(suffix)) continue
        const found = match(paths, path)
        if (found !== undefined) return found
      }
      return match(any, path)
    },
  }
}

function match<Route>(paths: Paths<Route>, path: string): Route | undefined {
  for (const { prefix, route } of paths) {
    // `OPTIONS *` asks about the whole server.
    if (prefix === '/' || under(path, prefix)) return route
  }
  return undefined
}

function taken_(host: string, prefix: string, owner: string, service: string): Conflict {
  const place = `${host === '' ? 'any host' : host} ${prefix}`
  return new Conflict(`${place} already belongs to the service ${owner}`, {
    field: `services.${service}.paths`,
    hint: `Give ${service} another host or path, or remove ${owner} first.`,
  })
}
