import { type Assignment, assign } from './assign.ts'
import { Attempt } from './attempt.ts'
import type { Body } from './body.ts'
import { type Endpoint, pick } from './endpoint.ts'
import type { Plane } from './plane.ts'
import type { RequestHead } from './request-head.ts'
import type { ResponseHead } from './response-head.ts'
import { requestLines, responseLines } from './rewrite.ts'
import type { Service, Version } from './service.ts'
import type { Failure } from './tally.ts'
import type { Asker, Loss, Upstream } from './upstream.ts'

/** The client's side of an exchange: what a request needs of the connection it came over. */
export interface Requester {
  /** `elapsed()` when to call the exchange's `late`. */
  deadlineMs: number
  /** Lines that say for whom we forward, ready to be sent. */
  forwarded(head: RequestHead): string
  /** Sends text, then bytes that are good only during the call. False when the client is slow to read. */
  send(text: string, bytes: Buffer | undefined): boolean
  /** Answers in the gateway's own name, and ends the exchange. */
  refuse(status: number, reason: string, extra: string): void
  pause(): void
  resume(): void
  /** From now on everything that comes is handed to `fromClient` as it is. */
  tunnel(): void
  /** The other end of a tunnel has closed its side. */
  finish(): void
  /** The exchange is over; `keepAlive` tells whether another one may follow. */
  done(keepAlive: boolean): void
  /** Cuts the connection, so that the client sees that the answer is not whole; with a reset where its end tells nothing else. */
  cut(reset: boolean): void
}

/** A request as it begins: what was read of it with its head. */
export interface Arrival {
  readonly head: RequestHead
  /** `undefined` where it has none. */
  readonly body: Body | undefined
  /** What of the body came together with the head. */
  readonly first: Buffer | undefined
  /** `elapsed()` when its first byte came. */
  readonly startMs: number
}

/** Methods that may be repeated without harm (RFC 9110, section 9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])
/** A request that must not be sent twice goes only over a connection that was in use this recently. */
const FRESH_MS = 1_000
/** Bytes of a body up to which it goes out with its head as one string, in one system call. */
const JOIN_BYTES = 8_192
const NEVER = Number.POSITIVE_INFINITY

/**
 * One request on its way: from the choice of a version to the last byte of its answer. What belongs to
 * one try alone is in `Attempt`; this file stays whole because the two ends of an exchange change one
 * state, and apart they would only pass it to and fro.
 */
export class Exchange implements Asker {
  readonly method: string
  readonly upgrades: boolean
  readonly unframed: boolean
  readonly #plane: Plane
  readonly #client: Requester
  readonly #arrival: Arrival
  readonly #service: Service
  readonly #totalMs: number
  /** Index of its route class; −1 where it is excluded. */
  readonly #route: number
  #assignment: Assignment | undefined
  #attempt: Attempt | undefined
  #attempts = 0
  #upstream: Upstream | undefined
  #replayed = false
  /** The whole request was taken in from the client. */
  #received: boolean
  /** The request, as far as it was taken in, was written to an instance. */
  #sending = false
  /** A byte of an answer came. */
  #heard = false
  #answered = false
  #status = 0
  #keepAlive = true
  #framed = true
  #streaming = false
  #tunnel = false
  /** The instance closed its side of a tunnel. */
  #finished = false
  #clientSlow = false
  #instanceSlow = false

  constructor(plane: Plane, client: Requester, service: Service, arrival: Arrival) {
    const { head, body, startMs } = arrival
    this.#plane = plane
    this.#client = client
    this.#service = service
    this.#arrival = arrival
    this.#received = body === undefined || body.done
    this.method = head.method
    this.upgrades = head.upgrade !== undefined
    this.unframed = head.minor === 0
    const { totalMs } = service.route.timeouts
    this.#totalMs = totalMs > 0 ? startMs + totalMs : NEVER
    this.#route = service.isExcluded(head.path, head.userAgent) ? -1 : service.classOf(head.method, head.path)
    if (this.#route < 0) service.ledger.excluded += 1
  }

  /** Whether the whole request was written. */
  get sent(): boolean {
    return this.#received && this.#sending
  }

  /** Whether bytes of the answer have gone to the client. */
  get answered(): boolean {
    return this.#answered
  }

  /** Whether the answer is an event stream, which may be silent for long. */
  get streaming(): boolean {
    return this.#streaming
  }

  /** Chooses a version and sends the request there. */
  begin(): void {
    const { head, startMs } = this.#arrival
    if (this.#overLimit(Math.max(head.contentLength, this.#arrival.body?.bytes ?? 0))) return
    this.#assignment = assign(this.#service, head, this.#route < 0, this.#plane)
    const { version } = this.#assignment
    if (version) this.#try(version, undefined, startMs)
    else this.#giveUp('unavailable', 'the service has no version')
  }

  #try(version: Version, avoid: Endpoint | undefined, nowMs: number): void {
    const { route, stable } = this.#service
    this.#attempts += 1
    // An ejected instance of the only version left is still a better try than none.
    const lastResort = this.#attempts > 1 || version === stable || !route.retry
    const most = route.limits.connectionsPerEndpoint
    const endpoint = pick(version.endpoints, this.#plane.turn(), nowMs, most, { avoid, lastResort })
    // Whatever becomes of a repeated request, its user came to the version that was drawn.
    const drawn = this.#attempts === 1 && this.#assignment?.drawn === true
    const counted = { route: this.#route, user: this.#assignment?.user, drawn }
    this.#attempt = new Attempt(this.#plane, this.#service, { version, endpoint }, counted, nowMs)
    if (endpoint) this.#reach(endpoint, nowMs, this.#repeatable ? NEVER : FRESH_MS)
    else this.#failed('unavailable', `${version.name} has no instance that can be reached`)
  }

  /** Sends over a connection that rested for `restMs` at most, else over a new one. */
  #reach(endpoint: Endpoint, nowMs: number, restMs: number): void {
    const upstream = endpoint.take(nowMs, restMs) ?? endpoint.open()
    this.#upstream = upstream
    upstream.asker = this
    if (upstream.standing) this.connected()
    else this.#due(this.#service.route.timeouts.connectMs)
  }

  /** Whether the request may be sent again although an instance may have seen it. */
  get #repeatable(): boolean {
    return this.#arrival.body === undefined && IDEMPOTENT.has(this.method)
  }

  connected(): void {
    const socket = this.#upstream?.socket
    if (!socket) return
    const { head, first } = this.#arrival
    this.#sending = true
    const text = requestLines(head, this.#client.forwarded(head), this.#plane.traceparent)
    if (!first || first.length === 0) this.#instanceSlow = !socket.write(text, 'latin1')
    else if (first.length <= JOIN_BYTES) {
      this.#instanceSlow = !socket.write(text + first.toString('latin1'), 'latin1')
    } else {
      socket.cork()
      socket.write(text, 'latin1')
      this.#instanceSlow = !socket.write(first)
      socket.uncork()
    }
    const { headerMs, idleMs } = this.#service.route.timeouts
    this.#due(this.#received ? headerMs : idleMs)
    if (!this.#received && !this.#instanceSlow) this.#client.resume()
  }

  /** Takes in more of the request's body; `ended` where that is all. Bytes of a tunnel, too. */
  fromClient(bytes: Buffer, ended: boolean): void {
    const upstream = this.#upstream
    if (!upstream) return
    this.#instanceSlow = !upstream.socket.write(bytes)
    if (this.#instanceSlow) this.#client.pause()
    if (ended) this.#received = true
    const { headerMs, idleMs, streamIdleMs } = this.#service.route.timeouts
    if (this.#tunnel) this.#due(streamIdleMs)
    else this.#due(ended && !this.#answered ? headerMs : idleMs)
    this.#overLimit(this.#arrival.body?.bytes ?? 0)
  }

  /** Refuses a body over the limit. It says nothing about a version, so no version counts it. */
  #overLimit(bytes: number): boolean {
    const { bodyBytes } = this.#service.route.limits
    if (bodyBytes === 0 || bytes <= bodyBytes) return false
    this.#service.ledger.tooLarge += 1
    this.#settle()
    if (this.#answered) this.#client.cut(!this.#framed)
    else this.#client.refuse(413, `the body is over ${bodyBytes} bytes`, '')
    return true
  }

  writable(): void {
    this.#instanceSlow = false
    if (!this.#received || this.#tunnel) this.#client.resume()
  }

  /** What was sent to the client has left: the instance may go on. */
  drained(): void {
    this.#clientSlow = false
    this.#upstream?.socket.resume()
  }

  interim(head: ResponseHead): void {
    this.#heard = true
    const request = this.#arrival.head
    if (request.minor === 0 || (head.status === 100 && !request.expectsContinue)) return
    this.#client.send(`HTTP/1.1 ${head.statusText}\r\n${head.kept}\r\n`, undefined)
  }

  answer(head: ResponseHead, body: Buffer, ended: boolean): boolean {
    const request = this.#arrival.head
    this.#heard = true
    this.#answered = true
    this.#status = head.status
    this.#tunnel = head.status === 101
    this.#streaming = this.#tunnel || head.eventStream
    this.#framed = head.chunked ? !this.unframed : ended || head.contentLength >= 0
    this.#keepAlive = request.keepAlive && this.#received && this.#framed && !this.#plane.draining
    // Before the bytes leave, so that whoever has the answer also finds it counted.
    if (ended || this.#streaming) this.#count()
    const text = responseLines(head, {
      request,
      servedBy: this.#attempt?.version.name ?? '',
      keepAlive: this.#keepAlive,
      cookie: this.#cookieFor(head),
    })
    const quick = this.#client.send(text, body.length > 0 ? body : undefined)
    if (ended) return this.#end()
    if (this.#tunnel) this.#client.tunnel()
    return this.#goOn(quick)
  }

  #cookieFor(head: ResponseHead) {
    const value = this.#assignment?.newUser
    // What shared caches keep would hand one user's cookie to all.
    if (value === undefined || head.shareable || this.#tunnel) return undefined
    const { name, maxAgeSeconds } = this.#service.route.cookie
    return { name, maxAgeSeconds, value, secure: this.#arrival.head.forwardedProto === 'https' }
  }

  more(body: Buffer, ended: boolean): boolean {
    if (ended) this.#count()
    const quick = body.length === 0 || this.#client.send('', body)
    return ended ? this.#end() : this.#goOn(quick)
  }

  #count(): void {
    this.#attempt?.answered(this.#status, this.#service.bad[this.#status] === 1)
  }

  #goOn(quick: boolean): boolean {
    this.#clientSlow = !quick
    const { idleMs, streamIdleMs } = this.#service.route.timeouts
    this.#due(this.#streaming ? streamIdleMs : idleMs)
    return quick
  }

  #end(): boolean {
    // The connection has gone its own way, to the next request or to its end.
    this.#upstream = undefined
    this.#settle()
    this.#client.done(this.#keepAlive)
    return true
  }

  finished(): void {
    this.#finished = true
    this.#client.finish()
  }

  /** The client closed its side of a tunnel. */
  clientFinished(): void {
    this.#upstream?.socket.end()
  }

  lost(loss: Loss, heard: boolean, reason: string): void {
    const stale = this.#upstream?.reused === true && !heard
    const endpoint = this.#attempt?.endpoint
    this.#upstream = undefined
    this.#sending = false
    if (this.#finished) {
      this.#settle()
      this.#client.done(false)
    } else if (stale && this.#repeatable && !this.#replayed && endpoint) {
      // An instance may close an idle connection at any moment; this says nothing about it.
      this.#replayed = true
      this.#reach(endpoint, this.#plane.clock.elapsed(), -1)
    } else {
      if (heard) this.#heard = true
      this.#failed(loss, reason)
    }
  }

  /** The client has gone. */
  abandoned(): void {
    this.#attempt?.aborted()
    this.#settle()
  }

  /** The request's body cannot be understood: nothing is counted for a version. */
  malformed(): void {
    this.#settle()
  }

  /** The deadline has passed: whose fault it was decides what is counted. */
  late(): void {
    if (this.#tunnel || this.#clientSlow) {
      this.abandoned()
      this.#client.cut(!this.#framed)
    } else if (!this.#sending) {
      this.#attempt?.endpoint?.connectFailed()
      this.#failed('connect', 'no connection in time')
    } else if (!this.#received && !this.#instanceSlow && !this.#answered) {
      this.abandoned()
      this.#plane.ledger.cut(408)
      this.#client.refuse(408, 'the body did not come in time', '')
    } else this.#failed('timeout', 'no answer in time')
  }

  #failed(failure: Failure, reason: string): void {
    const attempt = this.#attempt
    attempt?.failed(failure)
    this.#settle()
    const next = attempt && this.#mayRetry(failure) ? this.#nextTo(attempt) : undefined
    if (attempt && next) {
      this.#service.ledger.retries += 1
      this.#try(next, attempt.endpoint, this.#plane.clock.elapsed())
    } else this.#giveUp(failure, reason)
  }

  #mayRetry(failure: Failure): boolean {
    if (!this.#service.route.retry || this.#attempts > 1 || this.#heard) return false
    if (failure === 'connect' || failure === 'unavailable') return true
    return failure === 'reset' && this.#repeatable
  }

  /** Where to try again: another instance of the same version, else the stable version. */
  #nextTo({ version, endpoint }: Attempt): Version | undefined {
    const { route, stable } = this.#service
    const nowMs = this.#plane.clock.elapsed()
    const most = route.limits.connectionsPerEndpoint
    if (pick(version.endpoints, 0, nowMs, most, { avoid: endpoint, lastResort: false })) return version
    if (!stable || stable === version) return undefined
    return pick(stable.endpoints, 0, nowMs, most, { avoid: endpoint, lastResort: true }) && stable
  }

  #giveUp(failure: Failure, reason: string): void {
    const { service, retryAfterSeconds } = this.#service.route
    if (this.#answered) this.#client.cut(!this.#framed)
    else if (failure === 'connect' || failure === 'unavailable') {
      this.#service.ledger.unserved += 1
      this.#client.refuse(503, `${service} cannot be reached: ${reason}`, `Retry-After: ${retryAfterSeconds}\r\n`)
    } else if (failure === 'timeout') this.#client.refuse(504, `${service} did not answer in time`, '')
    else this.#client.refuse(502, `${service} did not answer: ${reason}`, '')
  }

  /** Lets go of the connection, and takes the attempt out of flight. Safe to repeat. */
  #settle(): void {
    this.#upstream?.abandon()
    this.#upstream = undefined
    this.#sending = false
    this.#attempt?.close()
    this.#attempt = undefined
  }

  #due(ms: number): void {
    const dueMs = this.#plane.coarseMs + ms
    this.#client.deadlineMs = this.#streaming ? dueMs : Math.min(dueMs, this.#totalMs)
  }
}
