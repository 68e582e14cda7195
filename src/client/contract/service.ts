import { z } from 'zod'
import { Time } from './common.ts'
import { ReleaseView } from './release.ts'

export const InstanceView = z
  .object({
    id: z.string().describe('Unique for ever; a restart in place keeps it.'),
    version: z.string().describe('The version that it runs.'),
    url: z.string().describe('Where it answers: scheme, address and port.'),
    state: z
      .enum(['starting', 'ready', 'unready', 'backing-off', 'stopping'])
      .describe('`unready`: runs, but does not answer as configured. `backing-off`: ended, and is started again soon.'),
    readySince: Time.optional().describe('When it last became ready; absent before.'),
    restarts: z.int().describe('How often it ended without being asked to, and was started again.'),
  })
  .describe('A running copy of a version.')
export type InstanceView = z.output<typeof InstanceView>

export const ServiceView = z
  .object({
    name: z.string().describe('As the configuration names it.'),
    tier: z.enum(['core', 'edge']).describe('Core services go back before edge ones.'),
    owner: z.string().optional().describe('Who answers for it, as configured.'),
    markets: z.array(z.string()).describe('The markets that it serves, as configured.'),
    stable: z.string().nullable().describe('The version in service; null before the first release.'),
    versions: z
      .array(
        z.object({
          version: z.string().describe('Its name.'),
          weight: z.number().describe('Percent of the traffic, from 0 to 100.'),
          instances: z.int().describe('How many instances it should have.'),
        }),
      )
      .describe('The versions that should run, and who gets the traffic.'),
    instances: z.array(InstanceView).describe('What runs, oldest first; empty where this hub does not lead.'),
    release: ReleaseView.nullable().describe('The newest release that is not over; null where none is under way.'),
  })
  .describe('A service as it is.')
export type ServiceView = z.output<typeof ServiceView>

export const StatusView = z
  .object({
    hub: z
      .object({
        version: z.string().describe('Of Shipwatch.'),
        startedAt: Time.describe('When it started.'),
        leading: z.boolean().describe('Whether it carries out releases, or another hub on the same database does.'),
        store: z.string().describe('Where it keeps what it knows: the path of a file, or a server’s address.'),
      })
      .describe('The hub that answers.'),
    gateway: z
      .object({
        address: z.string().describe('Where it takes traffic: `127.0.0.1:8080`.'),
        reachable: z.boolean().describe('Whether it answers the hub; found out at most a second ago.'),
        problem: z.string().optional().describe('Why it does not.'),
      })
      .describe('The gateway that divides the traffic.'),
    services: z.array(ServiceView).describe('Every configured service.'),
  })
  .describe('The hub, its gateway, and every service.')
export type StatusView = z.output<typeof StatusView>
