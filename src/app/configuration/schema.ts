import { z } from 'zod'
import { ByteSize, Duration } from '../../kernel/index.ts'
import { ReleaseSettings } from '../../ship/index.ts'
import { Route } from './route.ts'

const Service = ReleaseSettings.extend({
  route: Route.prefault({}),
})

const Hub = z.strictObject({
  listen: z.string().default('127.0.0.1:7700').describe('Where the hub answers the command line and the console.'),
})

const Gateway = z.strictObject({
  listen: z.string().default('127.0.0.1:8080').describe('Where customers come in.'),
  admin: z.string().optional().describe('Where the hub steers the gateway. Default: a socket in the data folder.'),
  trustForwarded: z.array(z.string()).default([]).describe('Proxies in front of it whose X-Forwarded-* are believed.'),
  drain: Duration.default(30_000).describe('How long requests may go on when it stops.'),
  limits: z
    .strictObject({
      connections: z.int().min(1).default(10_000),
      header: ByteSize.default(32_768),
      headerWithin: Duration.default(10_000),
      keepAlive: Duration.default(75_000),
    })
    .prefault({}),
})

/** A service's name: it stands in host names, file names and addresses. */
const ServiceName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/, 'expected lower-case letters, digits and dashes, 48 at most')

/** `shipwatch.yaml`, composed of what each room owns. */
export const Configuration = z.strictObject({
  data: z.string().min(1).default('.shipwatch').describe('Where state, logs and sockets are kept.'),
  hub: Hub.prefault({}),
  gateway: Gateway.prefault({}),
  services: z.record(ServiceName, Service).default({}),
})
export type Configuration = z.output<typeof Configuration>
export type ServiceConfiguration = Configuration['services'][string]
