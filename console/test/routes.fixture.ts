import {
  DeployBody,
  EntryQuery,
  type EntryView,
  OrderBody,
  Points,
  ReleaseQuery,
  type ReleaseView,
  RollBackBody,
  StatusView,
  VerifyView,
} from '../../src/client/index.ts'
import { fromRfc3339 } from '../../src/kernel/index.ts'
import { Story } from './story.fixture.ts'
import { checked, type World } from './world.fixture.ts'

/** A refusal as the hub makes it. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  readonly detail: { readonly field?: string; readonly hint?: string }

  constructor(status: number, code: string, message: string, detail: { field?: string; hint?: string } = {}) {
    super(message)
    this.status = status
    this.code = code
    this.detail = detail
  }
}

interface Call {
  readonly id: string
  readonly order: string | undefined
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
  readonly actor: string
}

interface Route {
  readonly method: 'GET' | 'POST'
  readonly path: RegExp
  handle(world: World, call: Call): unknown
}

/** The hub's routes about services, releases and the logbook, over a world. */
export const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/api\/v1\/status$/, handle: world => checked(StatusView, world.status()) },
  { method: 'GET', path: /^\/api\/v1\/releases$/, handle: listReleases },
  { method: 'GET', path: /^\/api\/v1\/releases\/([^/]+)$/, handle: (world, { id }) => find(world, id) },
  {
    method: 'GET',
    path: /^\/api\/v1\/releases\/([^/]+)\/points$/,
    handle: (world, { id }) => checked(Points, world.points.get(find(world, id).id) ?? []),
  },
  { method: 'POST', path: /^\/api\/v1\/releases\/([^/]+)\/(pause|resume|rearm|promote|rollback)$/, handle: order },
  { method: 'POST', path: /^\/api\/v1\/services\/([^/]+)\/releases$/, handle: deploy },
  { method: 'POST', path: /^\/api\/v1\/services\/([^/]+)\/rollback$/, handle: bringBack },
  { method: 'GET', path: /^\/api\/v1\/logbook$/, handle: readLogbook },
  {
    method: 'GET',
    path: /^\/api\/v1\/logbook\/verify$/,
    handle(world) {
      const last = world.entries.at(-1)
      const head = { seq: last?.seq ?? 0, hash: last?.hash ?? '' }
      return checked(VerifyView, { intact: true, entries: world.entries.length, head })
    },
  },
]

function find(world: World, id: string): ReleaseView {
  const found = world.releases.get(id)
  if (!found) throw new Refusal(404, 'not_found', `no release ${id}`)
  return found
}

function listReleases(world: World, { query }: Call): ReleaseView[] {
  const { service, before, limit = 50 } = parse(ReleaseQuery, query)
  const all = [...world.releases.values()].toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
  const from = before === undefined ? 0 : all.findIndex(({ id }) => id === before) + 1
  return all
    .slice(from)
    .filter(release => service === undefined || release.service === service)
    .slice(0, limit)
}

function readLogbook(world: World, { query }: Call): EntryView[] {
  const { service, release, kind, actor, since, afterSeq, beforeSeq, limit = 100 } = parse(EntryQuery, query)
  const found = world.entries.filter(
    entry =>
      (service === undefined || entry.service === service) &&
      (release === undefined || entry.subject === `release/${release}`) &&
      (kind === undefined || entry.kind === kind || entry.kind.startsWith(`${kind}.`)) &&
      (actor === undefined || entry.actor === actor) &&
      (since === undefined || (fromRfc3339(entry.at) ?? 0) >= (fromRfc3339(since) ?? 0)) &&
      (afterSeq === undefined || entry.seq > afterSeq) &&
      (beforeSeq === undefined || entry.seq < beforeSeq),
  )
  return afterSeq === undefined ? found.slice(-limit) : found.slice(0, limit)
}

function order(world: World, { id, order: asked, body, actor }: Call): ReleaseView {
  const release = find(world, id)
  const { note } = parse(OrderBody, body)
  const reason = note === undefined ? {} : { reason: note }
  const said = { kind: 'ordered', order: asked === 'rollback' ? 'roll-back' : asked, by: actor, note: note ?? null }
  const about = { ...world.about(release), actor, ...reason, data: { because: said } }
  const { held: _held, ...rest } = release
  const decidedAt = world.now()
  const held = { why: 'paused', by: actor, since: decidedAt, because: said, timeAgain: false } as const
  const decision = {
    reason: note ?? `${asked === 'promote' ? 'promoted' : 'taken back'} by ${actor}`,
    because: said,
    by: actor,
    decidedAt,
  }
  switch (asked) {
    case 'pause':
      if (release.phase !== 'watching') throw new Refusal(409, 'conflict', `it is ${release.phase}`)
      world.write('release.paused', { reason: `paused by ${actor}`, ...about })
      return world.put({ ...release, phase: 'held', held: { ...held, reason: note ?? `paused by ${actor}` } })
    case 'resume':
      world.write('release.resumed', about)
      return world.put({ ...rest, phase: 'watching' })
    case 'rearm': {
      const { guards, ...anew } = rest
      if (!guards) throw new Refusal(409, 'conflict', 'nothing is in doubt')
      world.write('release.rearmed', {
        reason: 'the comparison begins anew; verdicts act by themselves again',
        ...about,
      })
      return world.put({ ...anew, phase: 'watching', verdict: null })
    }
    case 'promote':
      world.write('release.promoting', { ...about, reason: decision.reason })
      return world.put({
        ...rest,
        phase: 'baking',
        weight: 100,
        outcome: { ...decision, kind: 'promoted', inForceAt: decidedAt, secondsToVerdict: 40 },
      })
    default:
      world.write('release.rolled-back', { ...about, reason: decision.reason })
      return world.put({
        ...rest,
        phase: 'ended',
        weight: 0,
        outcome: {
          ...decision,
          kind: 'rolled-back',
          inForceAt: decidedAt,
          secondsToVerdict: 40,
          servedAfterDecision: 0,
        },
      })
  }
}

function deploy(world: World, { id: service, body, actor }: Call): ReleaseView {
  const { version, note } = parse(DeployBody, body)
  if (!/^[\w.-]+$/.test(version)) {
    throw new Refusal(400, 'invalid_input', `“${version}” is no version`, {
      field: 'version',
      hint: 'Letters, digits, . _ -',
    })
  }
  const previous = world.services.get(service)?.stable ?? 'v1'
  return new Story(world, { service, version, previous, badPerThousand: 3, by: actor, ...(note ? { note } : {}) })
    .release
}

function bringBack(world: World, { id: service, body, actor }: Call): ReleaseView {
  const { to = '', note } = parse(RollBackBody, body)
  const previous = world.services.get(service)?.stable ?? ''
  const story = new Story(world, {
    service,
    version: to,
    previous,
    badPerThousand: 0,
    by: actor,
    ...(note === undefined ? {} : { note }),
  })
  story.promote(note ?? `back to ${to}`, actor)
  return world.put({ ...story.release, back: true })
}

/** What comes in is held against the contract, too. */
function parse<Value>(
  schema: { safeParse(value: unknown): { success: true; data: Value } | { success: false } },
  value: unknown,
): Value {
  const parsed = schema.safeParse(value ?? {})
  if (parsed.success) return parsed.data
  throw new Refusal(400, 'invalid_input', `not as the contract has it: ${JSON.stringify(value)}`)
}
