import { z } from 'zod'
import type { ServiceSettingsInput } from '../../gateway/index.ts'
import { ByteSize, Duration } from '../../kernel/index.ts'

const Identity = z.union([z.strictObject({ cookie: z.string() }), z.strictObject({ header: z.string() })])

/** How requests find a service, and how the gateway treats them: written for people, in durations and sizes. */
export const Route = z.strictObject({
  hosts: z
    .array(z.string())
    .default([])
    .describe('Hosts that belong to the service, such as shop.example or *.shop.example; none: every host.'),
  paths: z.array(z.string()).min(1).default(['/']).describe('Path prefixes; the longest of all services wins.'),
  stickiness: z.enum(['user', 'cookie', 'none']).default('cookie').describe('How a user stays on one version.'),
  identity: z.array(Identity).default([]).describe("Where a user's id is read."),
  market: z
    .union([z.strictObject({ header: z.string() }), z.strictObject({ hosts: z.record(z.string(), z.string()) })])
    .optional()
    .describe('How the market of a request is known.'),
  classes: z
    .array(
      z.strictObject({
        name: z.string(),
        methods: z.array(z.string()).min(1).optional(),
        path: z.string().optional().describe('* stands for one segment, ** for the rest: /orders/*/items.'),
      }),
    )
    .default([])
    .describe('Kinds of requests that are counted and compared on their own.'),
  exclude: z
    .strictObject({
      paths: z.array(z.string()).default(['/healthz', '/readyz', '/metrics']),
      userAgents: z.array(z.string()).default([]),
    })
    .prefault({})
    .describe('Health checks and bots: served, but no evidence.'),
  bad: z.array(z.string()).default(['5xx']).describe('Answers that count as bad.'),
  warmUp: z
    .strictObject({ for: Duration.default(30_000), requests: z.int().min(0).default(200) })
    .prefault({})
    .describe("A new instance's latency is counted apart until it is warm."),
  timeouts: z
    .strictObject({
      connect: Duration.default(2_000),
      header: Duration.default(30_000),
      idle: Duration.default(60_000),
      total: Duration.default(600_000),
    })
    .prefault({}),
  maxBody: ByteSize.default(0).describe('0: any size.'),
  retry: z.boolean().default(true).describe('Repeat a failed attempt once, where that is safe.'),
})
export type Route = z.output<typeof Route>

/** The same in the words of the gateway. */
export function gatewaySettings(route: Route): ServiceSettingsInput {
  const { classes, exclude, warmUp, timeouts, maxBody, market, ...same } = route
  return {
    ...same,
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
      totalMs: timeouts.total,
    },
    limits: { bodyBytes: maxBody },
  }
}
