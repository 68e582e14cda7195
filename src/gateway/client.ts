import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type Body, ChunkedBody, SizedBody } from './body.ts'
import { Exchange, type Requester } from './exchange.ts'
import { isFault, TOKEN } from './fields.ts'
import type { Plane } from './plane.ts'
import { type RequestHead, readRequestHead } from './request-head.ts'
import { connectionLine } from './rewrite.ts'

const HEAD_END = Buffer.from('\r\n\r\n')
const CR = 13
const LF = 10
/** Bytes up to which head and body go out as one string, and so in one system call without a copy kept. */
const JOIN_BYTES = 12_288
/** How long a client may take to close its side, or to read on, after its last answer. */
const LINGER_MS = 2_000
const READ_ON_MS = 10_000
/** How long an idle connection stays open for a last request while the gateway drains. */
const LAST_REQUEST_MS = 1_000

/** A client's connection: requests come in one after the other, each answered before the next is read. */
export class Client implements Requester {
  deadlineMs: number
  readonly #socket: Socket
  readonly #plane: Plane
  readonly #address: string
  readonly #trusted: boolean
  readonly #forwarded: string
  #exchange: Exchange | undefined
  #request: RequestHead | undefined
  /** What of the present request's body is still to come. */
  #body: Body | undefined
  /** Bytes that came before their turn, or the beginning of a head. */
  #pending: Buffer | undefined
  #startMs = -1
  #pumping = false
  #closing = false
  #tunnel = false
  #ended = false
  #probes = 0
  #unsentBytes = 0

  constructor(socket: Socket, plane: Plane, trusts: (address: string) => boolean, gone: (client: Client) => void) {
    this.#socket = socket
    this.#plane = plane
    this.#address = (socket.remoteAddress ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, '')
    this.#trusted = trusts(this.#address)
    this.#forwarded = `X-Forwarded-For: ${this.#address}\r\nX-Forwarded-Proto: http\r\n`
    this.deadlineMs = plane.coarseMs + plane.limits.clientHeaderMs
    socket.on('data', chunk => this.#read(chunk))
    socket.on('drain', () => this.#drained())
    socket.on('end', () => this.#end())
    // Said again by `close`, which always follows.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#exchange?.abandoned()
      this.#exchange = undefined
      gone(this)
    })
  }

  #read(chunk: Buffer): void {
    if (this.#closing) return
    if (this.#tunnel) this.#exchange?.fromClient(chunk, false)
    else if (this.#body && this.#exchange) this.#readBody(this.#body, this.#exchange, chunk)
    else if (this.#exchange) this.#keep(chunk)
    else this.#pump(chunk)
  }

  #keep(chunk: Buffer): void {
    this.#pending = this.#pending ? Buffer.concat([this.#pending, chunk]) : chunk
    this.#socket.pause()
  }

  /** Reads request after request, as long as each is answered at once. */
  #pump(chunk: Buffer): void {
    let rest = this.#pending ? Buffer.concat([this.#pending, chunk]) : chunk
    this.#pending = undefined
    this.#pumping = true
    while (rest.length > 0 && !this.#exchange && !this.#closing && !this.#socket.writableNeedDrain) {
      const next = this.#readRequest(rest)
      if (!next) break
      rest = next
    }
    this.#pumping = false
    if (rest.length === 0 || this.#closing) return
    this.#pending = rest
    if (this.#exchange || this.#socket.writableNeedDrain) this.#socket.pause()
  }

  /** Reads one request; returns what follows it, or `undefined` when its head is not whole yet. */
  #readRequest(chunk: Buffer): Buffer | undefined {
    const plane = this.#plane
    // RFC 9112, section 2.2: an empty line before a request is to be overlooked.
    const at = chunk[0] === CR && chunk[1] === LF ? 2 : 0
    const end = chunk.indexOf(HEAD_END, at)
    if (end < 0 || end - at > plane.limits.headerBytes) return this.#awaitHead(chunk, at)
    const startMs = this.#startMs < 0 ? plane.clock.elapsed() : this.#startMs
    this.#startMs = -1
    const head = readRequestHead(chunk.toString('latin1', at, end + 2), this.#trusted)
    if (isFault(head)) {
      this.#reject(head.status, head.reason)
      return undefined
    }
    this.#request = head
    const body = bodyOf(head)
    let next = end + 4
    let first: Buffer | undefined
    if (body) {
      const bodyAt = next
      next = body.read(chunk, bodyAt)
      if (body.fault !== undefined) {
        this.#reject(400, body.fault)
        return undefined
      }
      first = chunk.subarray(bodyAt, next)
      if (!body.done) this.#body = body
    }
    const service = plane.find(head.host, head.path)
    if (!service) {
      plane.ledger.unrouted += 1
      this.refuse(404, `no service answers at ${head.host}${head.path}`, '')
    } else {
      if (this.#body) this.#socket.pause()
      const exchange = new Exchange(plane, this, service, { head, body, first, startMs })
      this.#exchange = exchange
      exchange.begin()
    }
    return chunk.subarray(next)
  }

  /** Looks at the beginning of a head: what cannot become one is refused before its sender's patience ends. */
  #awaitHead(chunk: Buffer, at: number): undefined {
    const { headerBytes, clientHeaderMs } = this.#plane.limits
    if (this.#startMs < 0) {
      this.#startMs = this.#plane.clock.elapsed()
      this.deadlineMs = this.#plane.coarseMs + clientHeaderMs
    }
    const lineEnd = chunk.indexOf(LF, at)
    const first = chunk[at]
    if (chunk.length - at > headerBytes) {
      if (lineEnd < 0 || lineEnd - at > headerBytes) this.#reject(414, `the first line is over ${headerBytes} bytes`)
      else this.#reject(431, `the headers are over ${headerBytes} bytes`)
    } else if (first !== undefined && first !== CR && TOKEN[first] !== 1) {
      this.#reject(400, 'the request does not begin with a method')
    } else {
      for (let lf = lineEnd; lf >= 0; lf = chunk.indexOf(LF, lf + 1)) {
        if (chunk[lf - 1] === CR) continue
        this.#reject(400, 'a line ends with a bare LF')
        break
      }
    }
    return undefined
  }

  #readBody(body: Body, exchange: Exchange, chunk: Buffer): void {
    const end = body.read(chunk, 0)
    if (body.fault !== undefined) {
      exchange.malformed()
      this.#reject(400, body.fault)
      return
    }
    if (body.done) this.#body = undefined
    if (end < chunk.length) this.#keep(chunk.subarray(end))
    exchange.fromClient(end === chunk.length ? chunk : chunk.subarray(0, end), body.done)
  }

  forwarded(head: RequestHead): string {
    if (!this.#trusted) {
      return head.authority === '' ? this.#forwarded : `${this.#forwarded}X-Forwarded-Host: ${head.authority}\r\n`
    }
    const from = head.forwardedFor === undefined ? this.#address : `${head.forwardedFor}, ${this.#address}`
    const host = head.forwardedHost ?? head.authority
    const lines = `X-Forwarded-For: ${from}\r\nX-Forwarded-Proto: ${head.forwardedProto ?? 'http'}\r\n`
    return host === '' ? lines : `${lines}X-Forwarded-Host: ${host}\r\n`
  }

  send(text: string, bytes: Buffer | undefined): boolean {
    const socket = this.#socket
    if (!bytes) return socket.write(text, 'latin1')
    if (bytes.length <= JOIN_BYTES) return socket.write(text + bytes.toString('latin1'), 'latin1')
    const copy = Buffer.from(bytes)
    if (text === '') return socket.write(copy)
    socket.cork()
    socket.write(text, 'latin1')
    const quick = socket.write(copy)
    socket.uncork()
    return quick
  }

  /** Cuts a request that cannot be understood. */
  #reject(status: number, reason: string): void {
    this.#plane.ledger.cut(status)
    this.#request = undefined
    this.refuse(status, reason, '')
  }

  refuse(status: number, reason: string, extra: string): void {
    const request = this.#request
    const keepAlive = request?.keepAlive === true && !this.#body && !this.#plane.draining
    const body = `${status} ${STATUS_CODES[status] ?? ''}: ${reason}\n`
    const bytes = Buffer.from(body)
    this.send(
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${bytes.length}\r\n${extra}${connectionLine(keepAlive, request?.minor ?? 1)}\r\n`,
      request?.method === 'HEAD' ? undefined : bytes,
    )
    this.done(keepAlive)
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    if (!this.#pending) this.#socket.resume()
  }

  tunnel(): void {
    this.#tunnel = true
    const early = this.#pending
    this.#pending = undefined
    if (early) this.#exchange?.fromClient(early, false)
    this.#socket.resume()
  }

  finish(): void {
    this.#socket.end()
  }

  done(keepAlive: boolean): void {
    this.#exchange = undefined
    this.#request = undefined
    if (!keepAlive || this.#body) {
      this.#close()
      return
    }
    this.deadlineMs = this.#plane.coarseMs + this.#plane.limits.keepAliveMs
    if (!this.#pumping) this.#again()
  }

  /** Goes on with what came before its turn, and with reading. */
  #again(): void {
    if (this.#socket.writableNeedDrain) return
    const pending = this.#pending
    this.#pending = undefined
    if (pending) this.#pump(pending)
    // What is not whole by now will never be.
    if (this.#ended && !this.#exchange) this.#close()
    // Bytes before their turn wait, and a body is read when its instance is ready for it.
    if (!this.#exchange || (!this.#pending && !this.#body)) this.#socket.resume()
  }

  cut(reset: boolean): void {
    this.#exchange = undefined
    if (reset) this.#socket.resetAndDestroy()
    else this.#socket.destroy()
  }

  #drained(): void {
    if (this.#exchange) this.#exchange.drained()
    else this.#again()
  }

  /** The client closed its side: it may still read. */
  #end(): void {
    this.#ended = true
    if (this.#closing) return
    if (this.#tunnel) this.#exchange?.clientFinished()
    else if (!this.#exchange) this.#close()
    else if (this.#body || this.#exchange.streaming) this.#socket.destroy()
    else this.#probe()
  }

  /**
   * A client that closed its side may read on or be gone: only writing tells. An interim answer harms
   * nobody who is there (RFC 9110, section 15.2), and what comes back from a closed socket is a reset.
   */
  #probe(): void {
    if (this.#request?.minor !== 1 || this.#exchange?.answered !== false || this.#probes >= 2) return
    this.#probes += 1
    this.#socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1')
  }

  /** Answers no more: closes our side, and waits a little for the client's so that it can read to the end. */
  #close(): void {
    if (this.#closing) return
    this.#closing = true
    this.#pending = undefined
    this.#unsentBytes = this.#socket.writableLength
    this.deadlineMs = this.#plane.coarseMs + (this.#unsentBytes > 0 ? READ_ON_MS : LINGER_MS)
    this.#socket.end()
    this.#socket.resume()
  }

  /** Lets go of an idle connection soon, since the gateway is about to stop. */
  drain(): void {
    if (!this.#exchange && !this.#closing)
      this.deadlineMs = Math.min(this.deadlineMs, this.#plane.coarseMs + LAST_REQUEST_MS)
  }

  /** Looks whether the deadline has passed. */
  look(nowMs: number): void {
    if (this.#ended && this.#probes === 1) this.#probe()
    if (this.deadlineMs > nowMs) return
    this.deadlineMs = Number.POSITIVE_INFINITY
    if (this.#exchange) this.#exchange.late()
    else if (this.#closing) this.#linger()
    else if (this.#pending) this.#reject(408, 'the headers did not come in time')
    else this.#close()
  }

  #linger(): void {
    const unsentBytes = this.#socket.writableLength
    if (unsentBytes === 0 || unsentBytes === this.#unsentBytes) {
      this.#socket.destroy()
      return
    }
    this.#unsentBytes = unsentBytes
    this.deadlineMs = this.#plane.coarseMs + READ_ON_MS
  }

  destroy(): void {
    this.#socket.destroy()
  }
}

function bodyOf(head: RequestHead): Body | undefined {
  if (head.chunked) return new ChunkedBody()
  return head.contentLength > 0 ? new SizedBody(head.contentLength) : undefined
}
