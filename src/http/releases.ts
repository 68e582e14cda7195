import { z } from 'zod'
import { DeployBody, OrderBody, Points, ReleaseQuery, ReleaseView, RollBackBody } from '../client/index.ts'
import type { Along, Release } from '../ship/index.ts'
import type { Rooms } from './rooms.ts'
import { type Request, type Route, route } from './route.ts'
import { pointOf, viewOf } from './view.ts'

const ServiceParams = z.strictObject({ service: z.string().describe('As the configuration names it.') })
const ReleaseParams = z.strictObject({
  release: z.string().describe('An id, or the name of a service: for its release under way, or its newest to look at.'),
})
const PAGE = 50

/** Keeps the reply with the effect. */
function along({ remember }: Pick<Request<unknown, unknown, unknown, ReleaseView>, 'remember'>): Along | undefined {
  return remember && ((tx, release) => remember(tx, viewOf(release)))
}

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
    async handle(rooms, { params, body, actor, remember }) {
      const id = await idOf(rooms, params.release)
      const note = body.note ? { note: body.note } : {}
      const order = { kind, by: actor, ...note }
      return viewOf(await rooms.ship.order(id, order, along({ remember })))
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
    async handle(rooms, { params, body, actor, remember }) {
      const { version, command, strategy, note } = body
      const order = {
        service: params.service,
        version,
        by: actor,
        ...(command === undefined ? {} : { command }),
        ...(strategy === undefined ? {} : { strategy }),
        ...(note === undefined ? {} : { note }),
      }
      return viewOf(await rooms.ship.deploy(order, along({ remember })))
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
    async handle(rooms, { params, body, actor, remember }) {
      const kept = along({ remember })
      return viewOf(await rooms.ship.rollBack(params.service, body.to, actor, body.note, kept))
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/releases',
    summary: 'Releases, newest first.',
    scope: 'read',
    query: ReleaseQuery,
    reply: ReleaseView.array(),
    next(found, { limit = PAGE }) {
      return found.length < limit ? undefined : { before: found.at(-1)?.id }
    },
    async handle(rooms, { query }) {
      const { service, before, limit = PAGE } = query
      const found = await rooms.releases.list({
        limit,
        ...(service === undefined ? {} : { service }),
        ...(before === undefined ? {} : { beforeId: before }),
      })
      return found.map(release => rooms.overview.viewOf(release))
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
      return viewOf(found)
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/releases/:release/points',
    summary: 'What both versions of a release did, a span of time after the other.',
    scope: 'read',
    params: ReleaseParams,
    reply: Points,
    async handle(rooms, { params }) {
      const { release } = params
      const id = release.startsWith('rel_') ? release : (await newestOf(rooms, release)).id
      return (await rooms.releases.points(id)).map(pointOf)
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
    async handle(rooms, { params, body, actor, remember }) {
      const { release } = params
      const kept = along({ remember })
      if (!release.startsWith('rel_')) {
        return viewOf(await rooms.ship.rollBack(release, undefined, actor, body.note, kept))
      }
      const note = body.note ? { note: body.note } : {}
      return viewOf(await rooms.ship.order(release, { kind: 'roll-back', by: actor, ...note }, kept))
    },
  }),
]

/** The newest release of a service, over or not. */
async function newestOf(rooms: Rooms, service: string): Promise<Release> {
  const [newest] = await rooms.releases.list({ service, limit: 1 })
  return newest ?? rooms.releases.find(service)
}
