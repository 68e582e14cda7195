import { z } from 'zod'
import { RouteClass, ServiceSettings, type ServiceSettingsInput } from '../../gateway/index.ts'
import { ByteSize, Duration } from '../../kernel/index.ts'

/*
 * What is written goes to the gateway, so the gateway's own schemas judge it: otherwise a configuration would be
 * right for `shipwatch check` and refused with the first release.
 */
const gateway = ServiceSettings.shape
const excluded = gateway.excluded.unwrap().shape

/** The longest timer there is: 2³¹ − 1 ms. */
const LONGEST_MS = 2_147_483_647
const Wait = Duration.refine(ms => ms >= 1 && ms <= LONGEST_MS, 'expected more than 0s and less than 25d')
const WaitOrNone = Duration.refine(ms => ms <= LONGEST_MS, 'expected less than 25d')
const isWhole = (ms: number): boolean => ms % 1_000 === 0

const Classes = z
  .array(
    z.strictObject({
      name: RouteClass.shape.name,
      methods: RouteClass.shape.methods,
      path: RouteClass.shape.pattern.describe('* stands for one segment, ** for the rest: /orders/*/items.'),
    }),
  )
  .max(32)
  .superRefine((classes, context) => {
    for (const [i, { name }] of classes.entries()) {
      const first = classes.findIndex(other => other.name === name)
      if (first !== i)
        context.addIssue({ code: 'custom', path: [i, 'name'], message: `the class ${name} is there twice` })
    }
  })

/** How requests find a service, and how the gateway treats them: written for people, in durations and sizes. */
export const Route = z.strictObject({
  hosts: gateway.hosts.describe(
    'Hosts that belong to the service, such as shop.example or *.shop.example; none: every host.',
  ),
  paths: gateway.paths.describe('Path prefixes; the longest of all services wins.'),
  stickiness: gateway.stickiness.describe('How a user stays on one version.'),
  identity: gateway.identity.describe("Where a user's id is read."),
  cookie: z
    .strictObject({
      name: gateway.cookie.unwrap().shape.name,
      maxAge: Duration.refine(ms => ms >= 60_000 && isWhole(ms), 'expected 1m or more, in whole seconds').default(
        2_592_000_000,
      ),
    })
    .prefault({})
    .describe('What the gateway sets where stickiness is cookie.'),
  market: gateway.market.describe('How the market of a request is known.'),
  classes: Classes.default([]).describe('Kinds of requests that are counted and compared on their own.'),
  exclude: z
    .strictObject({
      paths: excluded.paths.unwrap().default(['/healthz', '/readyz', '/metrics']),
      userAgents: excluded.userAgents,
    })
    .prefault({})
    .describe('Health checks and bots: served, but no evidence.'),
  bad: gateway.bad.describe('Answers that count as bad.'),
  warmUp: z
    .strictObject({ for: WaitOrNone.default(30_000), requests: z.int().min(0).default(200) })
    .prefault({})
    .describe("A new instance's latency is counted apart until it is warm."),
  timeouts: z
    .strictObject({
      connect: Wait.default(2_000).describe('Until a connection to an instance stands.'),
      header: Wait.default(30_000).describe("From the request's last byte until the answer begins."),
      idle: Wait.default(60_000).describe('Without a byte in either direction of a body.'),
      streamIdle: Wait.default(3_600_000).describe('The same for upgraded connections and event streams.'),
      total: WaitOrNone.default(600_000).describe('For a whole exchange; 0s: none. Streams are exempt.'),
    })
    .prefault({}),
  maxBody: ByteSize.default(0).describe('0: any size.'),
  maxConnections: gateway.limits
    .unwrap()
    .shape.connectionsPerEndpoint.describe('Connections to one instance at a time.'),
  retry: gateway.retry.describe('Repeat a failed attempt once, where that is safe.'),
  retryAfter: Duration.refine(
    ms => ms >= 1_000 && ms <= 3_600_000 && isWhole(ms),
    'expected 1s to 1h, in whole seconds',
  )
    .default(1_000)
    .describe('When clients are told to come again while nothing can serve them.'),
})
export type Route = z.output<typeof Route>

/** The same in the words of the gateway. */
export function gatewaySettings(route: Route): ServiceSettingsInput {
  const { classes, cookie, exclude, warmUp, timeouts, maxBody, maxConnections, market, retryAfter, ...same } = route
  return {
    ...same,
    cookie: { name: cookie.name, maxAgeSeconds: cookie.maxAge / 1_000 },
    ...(market ? { market } : {}),
    routeClasses: classes.map(({ name, methods, path }) => ({
      name,
      ...(methods ? { methods } : {}),
      ...(path ? { pattern: path } : {}),
    })),
    excluded: exclude,
    warmUp: { forMs: warmUp.for, requests: warmUp.requests },
    timeouts: {
      connectMs: timeouts.connect,
      headerMs: timeouts.header,
      idleMs: timeouts.idle,
      streamIdleMs: timeouts.streamIdle,
      totalMs: timeouts.total,
    },
    limits: { bodyBytes: maxBody, connectionsPerEndpoint: maxConnections },
    retryAfterSeconds: retryAfter / 1_000,
  }
}
