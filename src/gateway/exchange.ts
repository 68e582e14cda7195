import type { Body } from './body.ts'
import { type Endpoint, pick } from './endpoint.ts'
import { type UserKey, userKey } from './hash.ts'
import type { Plane } from './plane.ts'
import type { RequestHead } from './request-head.ts'
import type { ResponseHead } from './response-head.ts'
import { requestLines, responseLines } from './rewrite.ts'
import type { Service, Version } from './service.ts'
import { cookieValue, userOf } from './split.ts'
import type { Failure, Tally } from './tally.ts'
import type { Asker, Loss, Upstream } from './upstream.ts'

/** The client's side of an exchange: what a request needs of the connection it came over. */
export interface Requester {
  /** Lines that say for whom we forward, ready to be sent. */
  forwarded(head: RequestHead): string
  /** `elapsed()` when to call the exchange's `late`. */
  deadlineMs: number
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

/** Methods that may be repeated without harm (RFC 9110, section 9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])
/** A request that must not be sent twice goes only over a connection that was in use this recently. */
const FRESH_MS = 1_000
const NEVER = Number.POSITIVE_INFINITY

/** One request on its way: from the choice of a version to the last byte of its answer, and its counting. */
export class Exchange implements Asker {
  readonly method: string
  readonly upgrades: boolean
  readonly unframed: boolean
  /** `elapsed()` when this attempt began: what its latency is measured from. */
  startMs: number
  readonly #plane: Plane
  readonly #client: Requester
  readonly #head: RequestHead
  readonly #service: Service
  readonly #body: Body | undefined
  /** What of the body came together with the head. */
  readonly #first: Buffer | undefined
  readonly #totalMs: number
  readonly #route: number
  #user: UserKey | undefined
  #newUser: string | undefined
  #version: Version | undefined
  #endpoint: Endpoint | undefined
  #upstream: Upstream | undefined
  #tally: Tally | undefined
  #warming = false
  #attempts = 0
  #replayed = false
  /** The whole request was taken in from the client. */
  #received: boolean
  /** The request, as far as it was taken in, was written to an instance. */
  #sending = false
  #heard = false
  #answered = false
  #status = 0
  #keepAlive = true
  #framed = true
  #streaming = false
  #tunnel = false
  #finished = false
  #clientSlow = false
  #instanceSlow = false
  #over = false

  constructor(
    plane: Plane,
    client: Requester,
    service: Service,
    head: RequestHead,
    {
      body,
      first,
      startMs,
    }: { readonly body: Body | undefined; readonly first: Buffer | undefined; readonly startMs: number },
  ) {
    this.#plane = plane
    this.#client = client
    this.#service = service
    this.#head = head
    this.#body = body
    this.#first = first
    this.#received = body === undefined || body.done
    this.method = head.method
    this.upgrades = head.upgrade !== undefined
    this.unframed = head.minor === 0
    this.startMs = startMs
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

  get warming(): boolean {
    return this.#warming
  }

  /** Whether the answer is an event stream, which may be silent for long. */
  get streaming(): boolean {
    return this.#streaming
  }

  get tally(): Tally {
    return this.#tally as Tally
  }

  /** Chooses a version and sends the request there. */
  begin(): void {
    const most = this.#service.route.limits.bodyBytes
    if (most > 0 && Math.max(this.#head.contentLength, this.#body?.bytes ?? 0) > most) {
      this.#tooLarge()
      return
    }
    const version = this.#choose()
    if (version) this.#attempt(version, undefined)
    else this.#giveUp('unavailable', 'the service has no version')
  }

  #choose(): Version | undefined {
    const { route, division, segmentOf, versions } = this.#service
    const sticky = route.stickiness
    const id =
      userOf(route.identity, this.#head) ??
      (sticky === 'cookie' ? cookieValue(this.#head.cookie, route.cookie.name) : undefined)
    if (id !== undefined) this.#user = userKey(id)
    const claimed = segmentOf(this.#head)
    if (claimed >= 0) return versions[claimed]
    if (!division.divided) return versions[division.ofDraw(0)]
    if (sticky === 'none') return versions[division.ofDraw(this.#plane.random())]
    if (this.#user !== undefined) return versions[division.ofUser(this.#user)]
    if (sticky === 'user' || this.#route < 0) return versions[division.ofDraw(this.#plane.random())]
    this.#newUser = this.#plane.newUserId()
    return versions[division.ofUser(userKey(this.#newUser))]
  }

  #attempt(version: Version, avoid: Endpoint | undefined): void {
    const { route, stable } = this.#service
    const nowMs = this.#attempts === 0 ? this.startMs : this.#plane.clock.elapsed()
    this.#attempts += 1
    this.#version = version
    this.startMs = nowMs
    version.ledger.inFlight += 1
    if (this.#route >= 0) {
      this.#tally = version.tallies[this.#route]
      this.#plane.running.add(this)
    }
    // An ejected instance of the only version left is still a better try than none.
    const lastResort = this.#attempts > 1 || version === stable || !route.retry
    const endpoint = pick(version.endpoints, this.#plane.turn(), nowMs, route.limits.connectionsPerEndpoint, {
      avoid,
      lastResort,
    })
    if (!endpoint) {
      this.#failed('unavailable', `${version.name} has no instance that can be reached`)
      return
    }
    this.#endpoint = endpoint
    endpoint.inFlight += 1
    this.#warming = endpoint.serve(route.warmUp)
    this.#reach(endpoint, false)
  }

  #reach(endpoint: Endpoint, fresh: boolean): void {
    const restMs = this.#repeatable ? NEVER : FRESH_MS
    const upstream = (fresh ? undefined : endpoint.take(this.startMs, restMs)) ?? endpoint.open()
    this.#upstream = upstream
    upstream.asker = this
    if (upstream.standing) this.connected()
    else this.#due(this.#service.route.timeouts.connectMs)
  }

  /** Whether the request may be sent again although an instance may have seen it. */
  get #repeatable(): boolean {
    return this.#body === undefined && IDEMPOTENT.has(this.method)
  }

  connected(): void {
    const upstream = this.#upstream
    if (!upstream) return
    this.#sending = true
    const text = requestLines(this.#head, this.#client.forwarded(this.#head), this.#plane.traceparent)
    const first = this.#first
    if (!first || first.length === 0) this.#instanceSlow = !upstream.socket.write(text, 'latin1')
    else if (first.length <= 8_192)
      this.#instanceSlow = !upstream.socket.write(text + first.toString('latin1'), 'latin1')
    else {
      upstream.socket.cork()
      upstream.socket.write(text, 'latin1')
      this.#instanceSlow = !upstream.socket.write(first)
      upstream.socket.uncork()
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
    const { timeouts, limits } = this.#service.route
    if (this.#tunnel) this.#due(timeouts.streamIdleMs)
    else this.#due(ended && !this.#answered ? timeouts.headerMs : timeouts.idleMs)
    if (limits.bodyBytes > 0 && (this.#body?.bytes ?? 0) > limits.bodyBytes) this.#tooLarge()
  }

  #tooLarge(): void {
    this.#service.ledger.tooLarge += 1
    this.#settle()
    if (this.#answered) this.#client.cut(!this.#framed)
    else this.#client.refuse(413, `the body is over ${this.#service.route.limits.bodyBytes} bytes`, '')
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
    if (this.#head.minor === 0 || (head.status === 100 && !this.#head.expectsContinue)) return
    this.#client.send(`HTTP/1.1 ${head.statusText}\r\n${head.kept}\r\n`, undefined)
  }

  answer(head: ResponseHead, body: Buffer, ended: boolean): boolean {
    const { name } = this.#version as Version
    const { route } = this.#service
    this.#heard = true
    this.#answered = true
    this.#status = head.status
    this.#tunnel = head.status === 101
    this.#streaming = this.#tunnel || head.eventStream
    this.#framed = ended || (head.chunked && !this.unframed) || head.contentLength >= 0
    this.#keepAlive = this.#head.keepAlive && this.#received && this.#framed && !this.#plane.draining
    const cookie =
      this.#newUser !== undefined && !head.shareable && !this.#tunnel
        ? { ...route.cookie, value: this.#newUser, secure: this.#head.forwardedProto === 'https' }
        : undefined
    const text = responseLines(head, { request: this.#head, servedBy: name, keepAlive: this.#keepAlive, cookie })
    if (this.#streaming) this.#count()
    // Before the bytes leave, so that whoever has the answer also finds it counted.
    if (ended) this.#finishCount()
    const quick = this.#client.send(text, body.length > 0 ? body : undefined)
    if (ended) return this.#end()
    if (this.#tunnel) {
      this.#client.tunnel()
      if (this.#over) return false
    }
    return this.#goOn(quick)
  }

  more(body: Buffer, ended: boolean): boolean {
    if (ended) this.#finishCount()
    const quick = body.length === 0 || this.#client.send('', body)
    return ended ? this.#end() : this.#goOn(quick)
  }

  #goOn(quick: boolean): boolean {
    this.#clientSlow = !quick
    const { idleMs, streamIdleMs } = this.#service.route.timeouts
    this.#due(this.#streaming ? streamIdleMs : idleMs)
    return quick
  }

  #end(): boolean {
    // The upstream connection has gone its own way, unless bytes of the request are still to be sent.
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
    this.#upstream = undefined
    this.#sending = false
    if (this.#finished) {
      this.#settle()
      this.#client.done(false)
      return
    }
    // An instance may close an idle connection at any moment; this says nothing about it.
    if (stale && this.#repeatable && !this.#replayed && this.#endpoint) {
      this.#replayed = true
      this.#reach(this.#endpoint, true)
      return
    }
    if (heard) this.#heard = true
    this.#failed(loss, reason)
  }

  /** The client has gone. */
  abandoned(): void {
    if (this.#over) return
    if (this.#running) this.#tally?.aborted(this.#plane.clock.elapsed() - this.startMs, this.#warming)
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
      return
    }
    if (!this.#sending) {
      this.#endpoint?.connectFailed()
      this.#drop()
      this.#failed('connect', 'no connection in time')
      return
    }
    const waitsForClient = !this.#received && !this.#instanceSlow && !this.#answered
    if (waitsForClient) {
      this.abandoned()
      this.#plane.ledger.cut(408)
      this.#client.refuse(408, 'the body did not come in time', '')
      return
    }
    this.#drop()
    this.#failed('timeout', 'no answer in time')
  }

  /** Whether this attempt is still to be counted. */
  get #running(): boolean {
    return this.#plane.running.has(this)
  }

  #failed(failure: Failure, reason: string): void {
    if (this.#running) {
      this.#tally?.failed(failure, this.#plane.clock.elapsed() - this.startMs, this.#warming, this.#asked)
    }
    const failed = this.#endpoint
    const version = this.#version
    this.#settle()
    const next = version && this.#mayRetry(failure) ? this.#nextTo(version, failed) : undefined
    if (next) {
      this.#over = false
      this.#service.ledger.retries += 1
      this.#attempt(next, failed)
    } else this.#giveUp(failure, reason)
  }

  #mayRetry(failure: Failure): boolean {
    if (!this.#service.route.retry || this.#attempts > 1 || this.#heard) return false
    if (failure === 'connect' || failure === 'unavailable') return true
    return failure === 'reset' && this.#repeatable
  }

  /** Where to try again: another instance of the same version, else the stable version. */
  #nextTo(version: Version, failed: Endpoint | undefined): Version | undefined {
    const { route, stable } = this.#service
    const options = { avoid: failed, lastResort: false }
    const most = route.limits.connectionsPerEndpoint
    const nowMs = this.#plane.clock.elapsed()
    if (pick(version.endpoints, 0, nowMs, most, options)) return version
    if (!stable || stable === version) return undefined
    return pick(stable.endpoints, 0, nowMs, most, { ...options, lastResort: true }) && stable
  }

  #giveUp(failure: Failure, reason: string): void {
    if (this.#answered) {
      this.#client.cut(!this.#framed)
      return
    }
    const { service, retryAfterSeconds } = this.#service.route
    if (failure === 'connect' || failure === 'unavailable') {
      this.#service.ledger.unserved += 1
      this.#client.refuse(503, `${service} cannot be reached: ${reason}`, `Retry-After: ${retryAfterSeconds}\r\n`)
    } else if (failure === 'timeout') this.#client.refuse(504, `${service} did not answer in time`, '')
    else this.#client.refuse(502, `${service} did not answer: ${reason}`, '')
  }

  get #asked(): { user: UserKey | undefined; second: number } {
    return { user: this.#user, second: Math.floor(this.#plane.clock.now() / 1_000) }
  }

  #finishCount(): void {
    if (this.#running) this.#count()
  }

  /** Counts the request as answered. */
  #count(): void {
    const tally = this.#tally
    if (!tally || !this.#plane.running.delete(this)) return
    const latencyMs = this.#plane.clock.elapsed() - this.startMs
    tally.answered(this.#status, this.#service.bad[this.#status] === 1, latencyMs, this.#warming, this.#asked)
  }

  #drop(): void {
    this.#upstream?.abandon()
    this.#upstream = undefined
  }

  /** Takes the attempt out of all books. Safe to repeat. */
  #settle(): void {
    this.#over = true
    this.#drop()
    this.#plane.running.delete(this)
    if (this.#endpoint) this.#endpoint.inFlight -= 1
    this.#endpoint = undefined
    if (this.#version) this.#version.ledger.inFlight -= 1
    this.#version = undefined
    this.#sending = false
  }

  #due(ms: number): void {
    const dueMs = this.#plane.coarseMs + ms
    this.#client.deadlineMs = this.#streaming ? dueMs : Math.min(dueMs, this.#totalMs)
  }
}
