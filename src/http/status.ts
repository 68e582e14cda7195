import { z } from 'zod'
import { ServiceView, StatusView } from '../client/index.ts'
import { NotFound } from '../kernel/index.ts'
import { type Known, serviceView } from './overview.ts'
import type { Rooms } from './rooms.ts'
import { type Route, route } from './route.ts'
import { viewOf } from './view.ts'

async function lookAt({ releases, instances }: Rooms, service: string): Promise<Known> {
  const [record, active, running] = await Promise.all([
    releases.service(service),
    releases.active(service),
    instances(service),
  ])
  const newest = active.at(-1)
  return { record, release: newest ? viewOf(newest) : null, instances: running }
}

export const statusRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/status',
    summary: 'The hub, its gateway and every service.',
    scope: 'read',
    passive: true,
    reply: StatusView,
    handle: async ({ overview }) => overview.read(),
  }),
  route({
    method: 'GET',
    path: '/api/v1/services/:service',
    summary: 'One service.',
    scope: 'read',
    params: z.strictObject({ service: z.string() }),
    reply: ServiceView,
    async handle(rooms, { params }) {
      const known = rooms.settings()
      const settings = Object.hasOwn(known, params.service) ? known[params.service] : undefined // `constructor` is none
      if (settings) return serviceView(params.service, settings, await lookAt(rooms, params.service))
      throw new NotFound(`no service ${params.service}`, {
        field: 'service',
        hint: 'shipwatch status lists the services.',
      })
    },
  }),
]
