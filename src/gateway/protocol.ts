/**
 * What the gateway is told and what it tells: the schemas of its admin interface and of the file it
 * keeps. `docs/gateway.md` describes the interface in words.
 */
import * as z from 'zod'
import { BUCKETS } from './buckets.ts'

const Name = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/,
    'expected 1 to 64 letters, digits, dots, dashes or underscores',
  )

/** Travels in `X-Served-By`, so it may hold only what a header value may. */
const Version = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+:@/-]{0,127}$/, 'expected 1 to 128 letters, digits or any of . _ + : @ / -')

const HeaderName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/, "expected a header's or cookie's name")

const HeaderValue = z.string().regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,254}[\x21-\x7e])?$/, 'expected printable ASCII')

const Host = z
  .string()
  .regex(
    /^(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$|^\[[0-9a-f:.]+\]$/,
    'expected a host in lower case without a port, such as shop.example or *.shop.example',
  )

const PathPrefix = z.string().regex(/^\/[^\s?#]*$/, 'expected a path that begins with / and has no ? or #')

const Milliseconds = z.int().min(0).max(2_147_483_647)

/** Users that always get a version, whatever the weights say. */
export const Segment = z.union([
  z.strictObject({ header: HeaderName, value: HeaderValue }),
  z.strictObject({ cookie: HeaderName, value: HeaderValue }),
  z.strictObject({ market: HeaderValue }),
])
export type Segment = z.output<typeof Segment>

/** Where a version answers. */
export const Endpoint = z.strictObject({
  id: Name,
  url: z.string().superRefine((text, check) => {
    const fault = endpointFault(text)
    if (fault !== undefined) check.addIssue({ code: 'custom', message: fault })
  }),
  /** When it became ready, UTC milliseconds: from then on it warms up. */
  readySinceMs: z.number().min(0),
})
export type Endpoint = z.output<typeof Endpoint>

function endpointFault(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || url.protocol !== 'http:') return 'expected http://host:port'
  if (url.pathname !== '/' || url.search || url.hash) return 'expected http://host:port without a path'
  if (url.username || url.password) return 'expected http://host:port without a user'
  return undefined
}

export const Share = z.strictObject({
  version: Version,
  /** Percent of the requests that no segment claims; the shares of a service add up to 100. */
  weight: z.number().min(0).max(100),
  endpoints: z.array(Endpoint).max(256),
  segments: z.array(Segment).max(64).default([]),
})
export type Share = z.output<typeof Share>

/** A kind of request that is counted on its own. The first that matches wins; what matches none is `other`. */
export const RouteClass = z.strictObject({
  name: Name.refine(name => name !== 'other', '`other` is what matches no class'),
  methods: z
    .array(z.string().regex(/^[A-Z]{1,20}$/, 'expected a method in capitals'))
    .min(1)
    .optional(),
  pathPrefix: PathPrefix.optional(),
  /** `*` stands for one path segment, `**` for any number at the end: `/orders/*\/items`, `/assets/**`. */
  pattern: PathPrefix.refine(
    text =>
      text
        .split('/')
        .every((part, i, parts) => !part.includes('*') || part === '*' || (part === '**' && i === parts.length - 1)),
    '`*` must be a whole segment, `**` the last one',
  ).optional(),
})
export type RouteClass = z.output<typeof RouteClass>

/** `5xx` for a class of statuses, `429` for one. */
const StatusMatch = z.string().regex(/^[1-5](?:xx|\d\d)$/, 'expected a status such as 429 or a class such as 5xx')

/** Everything about a service that does not change with its releases. */
export const ServiceSettings = z.strictObject({
  /** Hosts that belong to it; none means every host. `*.shop.example` covers one or more labels. */
  hosts: z.array(Host).max(256).default([]),
  /** Path prefixes, whole segments: `/api` covers `/api` and `/api/x`, not `/apis`. The longest of all services wins. */
  paths: z.array(PathPrefix).min(1).max(256).default(['/']),
  /**
   * `user`: whoever carries the configured identity stays on one version. `cookie`: also those who
   * carry none, by a cookie that the gateway sets. `none`: each request is drawn anew.
   */
  stickiness: z.enum(['user', 'cookie', 'none']).default('cookie'),
  /** Where a user's id is read, in order; the first that is present counts. */
  identity: z
    .array(z.union([z.strictObject({ cookie: HeaderName }), z.strictObject({ header: HeaderName })]))
    .max(8)
    .default([]),
  /** The cookie that the gateway sets where `stickiness` is `cookie`. */
  cookie: z
    .strictObject({ name: HeaderName.default('shipwatch_user'), maxAgeSeconds: z.int().min(60).default(2_592_000) })
    .prefault({}),
  /** How the market of a request is known. */
  market: z
    .union([z.strictObject({ header: HeaderName }), z.strictObject({ hosts: z.record(Host, HeaderValue) })])
    .optional(),
  routeClasses: z.array(RouteClass).max(32).default([]),
  /** Requests that say nothing about a version. They are served, and counted apart. */
  excluded: z
    .strictObject({
      /** Whole paths, such as `/healthz`. */
      paths: z.array(PathPrefix).max(64).default([]),
      /** Parts of a `User-Agent`, in any case. */
      userAgents: z.array(HeaderValue).max(256).default([]),
    })
    .prefault({}),
  /** Which answers count as bad, beside attempts that failed without one. */
  bad: z.array(StatusMatch).max(32).default(['5xx']),
  /** An instance is warm after `forMs` or after `requests`, whichever comes first. */
  warmUp: z.strictObject({ forMs: Milliseconds.default(30_000), requests: z.int().min(0).default(200) }).prefault({}),
  timeouts: z
    .strictObject({
      /** Until a connection to an instance stands. */
      connectMs: Milliseconds.min(1).default(2_000),
      /** From the request's last byte sent until the response's head. */
      headerMs: Milliseconds.min(1).default(30_000),
      /** Without a byte in either direction of a body. */
      idleMs: Milliseconds.min(1).default(60_000),
      /** The same for upgraded connections and event streams, which may be silent for long. */
      streamIdleMs: Milliseconds.min(1).default(3_600_000),
      /** From the request's first byte to the response's last; 0 for none. Upgrades and event streams are exempt. */
      totalMs: Milliseconds.default(600_000),
    })
    .prefault({}),
  limits: z
    .strictObject({
      /** Of a request; 0 for none. */
      bodyBytes: z.int().min(0).default(0),
      /** Connections to one instance at a time. */
      connectionsPerEndpoint: z.int().min(1).max(65_535).default(1_024),
    })
    .prefault({}),
  /** Whether a failed attempt may be repeated once where that is safe. */
  retry: z.boolean().default(true),
  retryAfterSeconds: z.int().min(1).max(3_600).default(1),
})
export type ServiceSettings = z.output<typeof ServiceSettings>
export type ServiceSettingsInput = z.input<typeof ServiceSettings>

/** One service's whole configuration: `PUT /v1/services/{service}`. */
export const ServiceRoute = z
  .strictObject({
    service: Name,
    ...ServiceSettings.shape,
    shares: z.array(Share).max(32),
    /** The version that steps in when an attempt on another one failed; the first share's unless told. */
    stable: Version.optional(),
  })
  .superRefine((route, check) => {
    const fault = (path: (string | number)[], message: string): void =>
      check.addIssue({ code: 'custom', path, message })
    const weight = route.shares.reduce((sum, share) => sum + share.weight, 0)
    if (route.shares.length > 0 && Math.abs(weight - 100) > 1e-6) {
      fault(['shares'], `expected weights that add up to 100, got ${Number(weight.toFixed(6))}`)
    }
    const seen = new Map<string, string>()
    const once = (what: string, key: string, path: (string | number)[]): void => {
      const id = `${what} ${key}`
      const first = seen.get(id)
      if (first === undefined) seen.set(id, path.join('.'))
      else fault(path, `${what} ${key} is already at ${first}`)
    }
    for (const [i, share] of route.shares.entries()) {
      once('version', share.version, ['shares', i, 'version'])
      for (const [j, endpoint] of share.endpoints.entries()) {
        once('endpoint', endpoint.id, ['shares', i, 'endpoints', j, 'id'])
      }
      for (const [j, segment] of share.segments.entries()) {
        once('segment', JSON.stringify(segment), ['shares', i, 'segments', j])
        if ('market' in segment && route.market === undefined) {
          fault(['shares', i, 'segments', j], 'a segment by market needs `market`, which says where the market is read')
        }
      }
    }
    for (const [i, { name }] of route.routeClasses.entries()) once('route class', name, ['routeClasses', i, 'name'])
    if (route.stable !== undefined && !route.shares.some(share => share.version === route.stable)) {
      fault(['stable'], `no share has the version ${route.stable}`)
    }
  })
export type ServiceRoute = z.output<typeof ServiceRoute>
export type ServiceRouteInput = z.input<typeof ServiceRoute>

/** `GET /v1/config`, and the file in which the gateway keeps it. */
export const GatewayConfig = z.strictObject({
  format: z.literal(1),
  /** Rises with every change. */
  revision: z.int().min(0),
  services: z.array(ServiceRoute),
})
export type GatewayConfig = z.output<typeof GatewayConfig>

/** Answers a `PUT` or `DELETE` that is in force and on disk; `changed` is false when it already was. */
export const Confirmation = z.strictObject({ changed: z.boolean(), revision: z.int().min(0) })
export type Confirmation = z.output<typeof Confirmation>

/** Answers a request that was refused. */
export const Refusal = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    /** Every fault of the value sent, each with its path (`shares.0.weight`). */
    faults: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  }),
})
export type Refusal = z.output<typeof Refusal>

const Count = z.int().min(0)

const Histogram = z
  .array(Count)
  .readonly()
  .refine(pairs => {
    let last = -1
    for (let i = 0; i < pairs.length; i += 2) {
      const bucket = pairs[i] ?? 0
      if (bucket <= last || bucket >= BUCKETS.length || i + 1 >= pairs.length) return false
      last = bucket
    }
    return true
  }, 'expected pairs of an ascending bucket and its count')

/**
 * What was counted for one route class of one version. All counts only ever rise, but
 * `inFlight`. `requests` is the sum of `statuses` and `failures`; a repeated request counts once for
 * each version that was tried.
 */
export const RouteCounts = z.strictObject({
  route: z.string(),
  requests: Count,
  /** Answers by class: 1xx (upgrades), 2xx, 3xx, 4xx, 5xx. */
  statuses: z.tuple([Count, Count, Count, Count, Count]),
  /** Attempts without an answer. */
  failures: z.strictObject({
    /** No connection: refused, unreachable, timed out. */
    connect: Count,
    /** Header, idle or total timeout. */
    timeout: Count,
    /** The instance closed too early. */
    reset: Count,
    /** The instance did not speak HTTP. */
    protocol: Count,
    /** The version had no instance to try. */
    unavailable: Count,
  }),
  /** Requests answered with a bad status or failed. */
  bad: Count,
  /** Pairs of a user and a second; a request of nobody known is a pair of its own. */
  cells: Count,
  /** Of these, with a bad request: at most one for a user and second, whatever the route class. */
  badCells: Count,
  /** Requests that their client gave up before the answer ended; in no other count but `abortedAge`. */
  aborts: Count,
  /** Milliseconds from the request's first byte to the response's last (upgrades, event streams: to its head); timeouts included. */
  latency: Histogram,
  /** The same for instances that were still warming up; a request is in one of the two. */
  warmingLatency: Histogram,
  /** How long the requests had run that their clients gave up; not those at instances that warm up. */
  abortedAge: Histogram,
  /** How long the requests have run that are unfinished now; not those at instances that warm up. A gauge. */
  inFlightAge: Histogram,
})
export type RouteCounts = z.output<typeof RouteCounts>

/** What one half of a version's instances did, by the rules by which the version is counted. */
export const HalfCounts = z.strictObject({
  /** Instances in the configuration now. A gauge. */
  instances: Count,
  routes: z.array(RouteCounts),
})
export type HalfCounts = z.output<typeof HalfCounts>

export const VersionCounts = z.strictObject({
  version: z.string(),
  /** Unfinished requests now, upgraded connections and event streams included. A gauge. */
  inFlight: Count,
  routes: z.array(RouteCounts),
  /** Two halves of its instances, so that it can be compared with itself; none before it had two instances. */
  halves: z.array(HalfCounts).max(2).default([]),
})
export type VersionCounts = z.output<typeof VersionCounts>

/** How the weights divide the traffic, from one change of them to the next. */
export const DivisionCounts = z.strictObject({
  /** The revision that brought these weights: another one means that the arrivals began anew. */
  sinceRevision: Count,
  versions: z.array(
    z.strictObject({
      version: z.string(),
      /** Percent, above 0. */
      weight: z.number(),
      /**
       * Requests whose version was drawn under these weights, of each user the first alone, that were answered or
       * failed within ten seconds. Told when no more of the same second can come, so that a slow version does not lag.
       */
      arrivals: Count,
    }),
  ),
})
export type DivisionCounts = z.output<typeof DivisionCounts>

export const ServiceCounts = z.strictObject({
  service: z.string(),
  /** Health checks and bots: served, and in no count of a version. */
  excluded: Count,
  /** Requests that were tried again. */
  retries: Count,
  /** Answered 503 by the gateway because nothing could be reached. */
  unserved: Count,
  /** Refused by the gateway for a limit of the service (413). */
  tooLarge: Count,
  versions: z.array(VersionCounts),
  /** `null` while fewer than two versions have weight. */
  division: DivisionCounts.nullable().default(null),
})
export type ServiceCounts = z.output<typeof ServiceCounts>

/** `GET /v1/snapshot`: every count at one moment. */
export const Snapshot = z.strictObject({
  /** Of this process; another one means that all counts began anew. */
  gateway: z.string(),
  /** UTC milliseconds. */
  startedMs: z.number(),
  atMs: z.number(),
  revision: Count,
  draining: z.boolean(),
  connections: Count,
  /** Connections refused at the limit. */
  refusedConnections: Count,
  /** Requests cut by the gateway itself, by the status it answered: malformed (400), slow (408), too large (413, 414, 431), … */
  malformed: z.record(z.string(), Count),
  /** Requests that belong to no service (404). */
  unrouted: Count,
  services: z.array(ServiceCounts),
})
export type Snapshot = z.output<typeof Snapshot>
