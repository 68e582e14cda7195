import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { z } from 'zod'
import {
  DeployBody,
  EntryQuery,
  EntryView,
  OrderBody,
  Problem,
  ReleaseQuery,
  ReleaseView,
  RollBackBody,
  ServiceView,
  StatusView,
  VerifyQuery,
  VerifyView,
} from '../client/index.ts'
import { answerAccess } from './access.fixture.ts'
import { answerNotices } from './notices.fixture.ts'
import { ago, held, promoted, release, service, takenBack } from './sample.fixture.ts'

export const TOKEN = 'sw_fixture'

interface Asked {
  readonly method: string
  readonly path: string
  readonly actor: string
  readonly body: unknown
}

/** A refusal as the hub makes it. */
class Refusal extends Error {
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

/**
 * A hub as far as the command line can tell: real HTTP, the contract's own schemas for what comes in and goes
 * out, and a state that the test moves itself.
 */
export class FixtureHub {
  services = [service('order'), service('payment'), service('storefront', { tier: 'edge' })]
  releases: ReleaseView[] = []
  entries: EntryView[] = []
  gateway: StatusView['gateway'] = { address: 'http://127.0.0.1:8080', reachable: true }
  verified: VerifyView = { intact: true, entries: 3, head: { seq: 3, hash: 'ab'.repeat(32) } }
  /** Answers every request with this, instead. */
  broken: { readonly status: number; readonly body: string } | undefined
  /** Takes requests and leaves them without an answer. */
  stalls = false
  readonly asked: Asked[] = []
  #server: Server
  #port = 0
  #waiting = new Set<() => void>()

  constructor() {
    this.#server = this.#make()
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Listens; after `stop` again on the same port. */
  async start(): Promise<this> {
    if (!this.#server.listening) this.#server = this.#make()
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
    return this
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  /** Puts a release in its place, newest first, with the next revision. */
  put(changed: ReleaseView): void {
    const before = this.releases.find(({ id }) => id === changed.id)
    const rest = this.releases.filter(({ id }) => id !== changed.id)
    this.releases = [{ ...changed, revision: (before?.revision ?? 0) + 1 }, ...rest]
  }

  write(...entries: readonly EntryView[]): void {
    this.entries.push(...entries)
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  #make(): Server {
    return createServer((request, response) => {
      void this.#answer(request, response)
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url)
    const typed = await text(request)
    const body: unknown = typed === '' ? undefined : JSON.parse(typed)
    const actor = decodeURIComponent(String(request.headers['x-shipwatch-actor']))
    this.asked.push({
      method: request.method ?? '',
      path: `${pathname}${searchParams.size > 0 ? `?${searchParams.toString()}` : ''}`,
      actor,
      body,
    })
    if (this.stalls) return
    if (this.broken) {
      response.writeHead(this.broken.status, { 'content-type': 'application/json' }).end(this.broken.body)
      return
    }
    try {
      if (request.headers.authorization !== `Bearer ${TOKEN}`)
        throw new Refusal(401, 'denied', 'no valid token was shown')
      const [, , , room = '', name = '', verb = ''] = pathname.split('/').map(decodeURIComponent)
      const key = `${request.method} ${room}${name ? '/:' : ''}${verb ? `/${verb}` : ''}`
      const reply = await this.#reply(key, name, Object.fromEntries(searchParams), body)
      if (reply === undefined) response.writeHead(204).end()
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
    } catch (error) {
      const { status, code, message, detail } =
        error instanceof Refusal ? error : new Refusal(500, 'internal', `fixture: ${String(error)}`)
      const problem: Problem = { error: { code, message, ...detail } }
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(Problem.parse(problem)))
    }
  }

  async #reply(key: string, name: string, query: Record<string, string>, body: unknown): Promise<unknown> {
    switch (key) {
      case 'GET status':
        return StatusView.parse({
          hub: { version: '0.1.0', startedAt: ago(11_000), leading: true, store: 'sqlite .shipwatch/hub.db' },
          gateway: this.gateway,
          services: this.services,
        } satisfies StatusView)
      case 'GET services/:':
        return ServiceView.parse(this.#service(name))
      case 'POST services/:/releases': {
        const { version, note } = checked(DeployBody, body)
        this.#service(name)
        if (version === 'v2')
          throw new Refusal(409, 'conflict', `${name} v2 is in service already`, { hint: 'Deploy another version.' })
        const noted = note === undefined ? {} : { note }
        this.put(release({ service: name, version, phase: 'waiting', stage: 0, weight: 0, exposedAt: null, ...noted }))
        return ReleaseView.parse(this.releases[0])
      }
      case 'POST services/:/rollback': {
        const { to } = checked(RollBackBody, body)
        this.#service(name)
        const under = this.releases.find(({ service, phase }) => service === name && phase !== 'ended')
        if (to === undefined && !under) throw new Refusal(409, 'conflict', `${name} has no release under way`)
        if (to === 'v0') throw new Refusal(404, 'not_found', `${name} was never deployed as v0`, { field: 'to' })
        if (to === undefined)
          this.put(takenBack({ ...(under ? { id: under.id, version: under.version } : {}), phase: 'taking-back' }))
        else
          this.put(
            release({
              id: 'rel_back',
              version: to,
              previous: 'v3',
              phase: 'moving',
              stage: 0,
              strategy: 'all-at-once',
            }),
          )
        return ReleaseView.parse(this.releases[0])
      }
      case 'GET releases': {
        const { service, limit = 50 } = checked(ReleaseQuery, query)
        return ReleaseView.array().parse(
          this.releases.filter(release => service === undefined || release.service === service).slice(0, limit),
        )
      }
      case 'GET releases/:':
        return ReleaseView.parse(this.#release(name))
      case 'POST releases/:/promote':
      case 'POST releases/:/pause':
      case 'POST releases/:/resume':
      case 'POST releases/:/rearm': {
        checked(OrderBody, body)
        const found = this.#release(name)
        if (found.phase === 'ended')
          throw new Refusal(409, 'conflict', `${found.service} ${found.version} can't be promoted: it is ended`)
        if (key.endsWith('promote')) this.put(promoted({ ...found, ...promoted(), id: found.id, phase: 'promoting' }))
        if (key.endsWith('pause')) this.put({ ...found, phase: 'held', held: held('paused', 0) })
        return ReleaseView.parse(this.releases[0])
      }
      case 'GET logbook':
        return EntryView.array().parse(this.#read(checked(EntryQuery, query)))
      case 'GET logbook/:': {
        if (name === 'verify') {
          checked(VerifyQuery, query)
          return VerifyView.parse(this.verified)
        }
        const wanted = checked(EntryQuery, query)
        if (this.#read(wanted).length === 0) await new Promise<void>(resolve => this.#waiting.add(resolve))
        return EntryView.array().parse(this.#read(wanted))
      }
      default: {
        const known =
          answerAccess(key, name, schema => checked(schema, body)) ??
          answerNotices(key, name, schema => checked(schema, query))
        if (known) return known.reply
        throw new Refusal(404, 'not_found', `no ${key}`)
      }
    }
  }

  #service(name: string): ServiceView {
    const found = this.services.find(service => service.name === name)
    if (found) return found
    throw new Refusal(404, 'not_found', `no service ${name}`, {
      field: 'service',
      hint: 'shipwatch status lists the services.',
    })
  }

  #release(target: string): ReleaseView {
    const found = this.releases.find(({ id, service }) => id === target || service === target)
    if (found) return found
    throw new Refusal(404, 'not_found', `no release ${target}`, { field: 'release' })
  }

  #read(query: EntryQuery): EntryView[] {
    const { service, release, kind, actor, since, afterSeq, limit = 100 } = query
    const found = this.entries.filter(
      entry =>
        (service === undefined || entry.service === service) &&
        (release === undefined || entry.subject === `release/${release}`) &&
        (kind === undefined || entry.kind === kind || entry.kind.startsWith(`${kind}.`)) &&
        (actor === undefined || entry.actor === actor) &&
        (since === undefined || entry.at >= since) &&
        (afterSeq === undefined || entry.seq > afterSeq),
    )
    return afterSeq === undefined ? found.slice(-limit) : found.slice(0, limit)
  }
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value ?? {})
  if (parsed.success) return parsed.data
  throw new Refusal(400, 'invalid_input', parsed.error.issues[0]?.message ?? 'wrong', { field: 'body' })
}
