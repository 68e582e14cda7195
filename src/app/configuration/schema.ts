import { z } from 'zod'
import { NotifySettings } from '../../alert/index.ts'
import { GatewayOptions } from '../../gateway/index.ts'
import { ByteSize, Duration } from '../../kernel/index.ts'
import { ReleaseSettings } from '../../ship/index.ts'
import { Route } from './route.ts'

const Service = ReleaseSettings.extend({
  route: Route.prefault({}),
})

const Hub = z.strictObject({
  listen: z
    .string()
    .refine(isAddress, 'expected an address and a port such as 127.0.0.1:7700')
    .default('127.0.0.1:7700')
    .describe('Where the hub answers the command line and the console.'),
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .transform(url => url.replace(/\/+$/, ''))
    .optional()
    .describe('Where people open the console with a browser. Messages link to it. Default: where the hub listens.'),
  proxies: GatewayOptions.shape.trustForwarded.describe(
    'Proxies in front of it, as addresses or networks, whose X-Forwarded-* are believed.',
  ),
})

function isAddress(text: string): boolean {
  const port = /^(?:http:\/\/)?(?:\[[0-9a-f:]+\]|[^:\s/]+):(\d{1,5})$/i.exec(text)?.[1]
  return port !== undefined && Number(port) <= 65_535
}

// The gateway's own schemas judge what is its own: what it would refuse is told before it is started.
const options = GatewayOptions.shape
const Timer = Duration.refine(ms => ms >= 1 && ms <= 2_147_483_647, 'expected more than 0s and less than 25d')

const Gateway = z.strictObject({
  listen: options.listen.describe('Where customers come in.'),
  admin: options.admin
    .unwrap()
    .optional()
    .describe('Where the hub steers the gateway. Default: a socket in the data folder.'),
  trustForwarded: options.trustForwarded.describe('Proxies in front of it whose X-Forwarded-* are believed.'),
  drain: Duration.refine(ms => ms <= 3_600_000, 'expected 1h at most')
    .default(30_000)
    .describe('How long requests may go on when it stops.'),
  limits: z
    .strictObject({
      connections: options.limits.unwrap().shape.connections.describe('Of clients, at a time.'),
      header: ByteSize.refine(bytes => bytes >= 1_024 && bytes <= 1_048_576, 'expected 1KiB to 1MiB')
        .default(32_768)
        .describe("Of a request's head."),
      headerWithin: Timer.default(10_000).describe('How long a head may take to arrive.'),
      keepAlive: Timer.default(75_000).describe('How long a connection may rest between two requests.'),
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
  notify: NotifySettings.prefault({}),
  services: z.record(ServiceName, Service).default({}),
})
export type Configuration = z.output<typeof Configuration>
export type ServiceConfiguration = Configuration['services'][string]
