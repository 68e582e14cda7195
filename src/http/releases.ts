import { z } from 'zod'
import { DeployBody, OrderBody, ReleaseQuery, ReleaseView, RollBackBody } from '../client/index.ts'
import type { Release } from '../ship/index.ts'
import type { Rooms } from './rooms.ts'
import { type Route, route } from './route.ts'
import { viewOf } from './view.ts'

const ServiceParams = z.strictObject({ service: z.string() })
const ReleaseParams = z.strictObject({ release: z.string() })
const PAGE = 50

const show = (rooms: Rooms, release: Release): ReleaseView => viewOf(release, rooms.clock.now())

/** `target` is a release's id, or a service's name for the release under way there. */
async function idOf(rooms: Rooms, target: string): Promise<string> {
  return target.startsWith('rel_') ? target : (await rooms.ship.underWay(target)).id
}

function order(kind: 'promote' | 'pause' | 'resume' | 'rearm', summary: string): Route {
  return route({
    method: 'POST',
    path: `/api/v1/releases/:release/${kind}`,
    summary,
    scope: 'release',
    params: ReleaseParams,
    body: OrderBody,
    reply: ReleaseView,
    async handle(rooms, { params, body, actor }) {
      const id = await idOf(rooms, params.release)
      const note = body.note ? { note: body.note } : {}
      return show(rooms, await rooms.ship.order(id, { kind, by: actor, ...note }))
    },
  })
}

export const releaseRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/v1/services/:service/releases',
    summary: 'Deploys a version of a service.',
    scope: 'release',
    params: ServiceParams,
    body: DeployBody,
    reply: ReleaseView,
    status: 201,
    async handle(rooms, { params, body, actor }) {
      const { version, command, strategy, note } = body
      const release = await rooms.ship.deploy({
        service: params.service,
        version,
        by: actor,
        ...(command === undefined ? {} : { command }),
        ...(strategy === undefined ? {} : { strategy }),
        ...(note === undefined ? {} : { note }),
      })
      return show(rooms, release)
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/services/:service/rollback',
    summary: 'Takes back the release under way, or brings back an earlier version.',
    scope: 'release',
    params: ServiceParams,
    body: RollBackBody,
    reply: ReleaseView,
    async handle(rooms, { params, body, actor }) {
      return show(rooms, await rooms.ship.rollBack(params.service, body.to, actor, body.note))
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/releases',
    summary: 'Releases, newest first.',
    scope: 'read',
    query: ReleaseQuery,
    reply: ReleaseView.array(),
    async handle(rooms, { query }) {
      const { service, before, limit = PAGE } = query
      const found = await rooms.releases.list({
        limit,
        ...(service === undefined ? {} : { service }),
        ...(before === undefined ? {} : { beforeId: before }),
      })
      return found.map(release => show(rooms, release))
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/releases/:release',
    summary: 'One release.',
    scope: 'read',
    params: ReleaseParams,
    reply: ReleaseView,
    async handle(rooms, { params }) {
      const { release } = params
      const found = release.startsWith('rel_') ? await rooms.releases.find(release) : await newestOf(rooms, release)
      return show(rooms, found)
    },
  }),
  order('promote', 'Gives the new version all traffic now.'),
  order('pause', 'Holds a release where it is.'),
  order('resume', 'Lets a held release go on.'),
  order('rearm', 'Begins the comparison of a release in doubt anew, so that verdicts act by themselves again.'),
  route({
    method: 'POST',
    path: '/api/v1/releases/:release/rollback',
    summary: 'Takes a release back now.',
    scope: 'release',
    params: ReleaseParams,
    body: OrderBody,
    reply: ReleaseView,
    async handle(rooms, { params, body, actor }) {
      const { release } = params
      if (!release.startsWith('rel_'))
        return show(rooms, await rooms.ship.rollBack(release, undefined, actor, body.note))
      const note = body.note ? { note: body.note } : {}
      return show(rooms, await rooms.ship.order(release, { kind: 'roll-back', by: actor, ...note }))
    },
  }),
]

/** The newest release of a service, over or not. */
async function newestOf(rooms: Rooms, service: string): Promise<Release> {
  const [newest] = await rooms.releases.list({ service, limit: 1 })
  return newest ?? rooms.releases.find(service)
}
