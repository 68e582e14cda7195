import { connect, type Socket } from 'node:net'
import { type Body, ChunkedBody, SizedBody, UnboundedBody } from './body.ts'
import { isFault } from './fields.ts'
import { type ResponseHead, readResponseHead } from './response-head.ts'

/** Why a connection could not bring an answer. */
export type Loss = 'connect' | 'reset' | 'protocol'

/** Who sent a request over a connection and waits for its answer. */
export interface Asker {
  readonly method: string
  /** Whether it offered to change the protocol, so that 101 is an answer. */
  readonly upgrades: boolean
  /** Whether the whole request was written. */
  readonly sent: boolean
  /** Whether it wants a chunked body's data without its framing. */
  readonly unframed: boolean
  /** The connection stands: the request may be sent. */
  connected(): void
  /** An answer before the answer (100, 102, 103). */
  interim(head: ResponseHead): void
  /** The answer's head with the first stretch of its body; `ended` where that is all. False to pause. */
  answer(head: ResponseHead, body: Buffer, ended: boolean): boolean
  /** More of the body. The bytes are good only during the call. False to pause. */
  more(body: Buffer, ended: boolean): boolean
  /** What was written has left; more may follow. */
  writable(): void
  /** A changed protocol's other end has closed its side. */
  finished(): void
  /** No answer will come, or no more of it; `heard` tells whether a byte of it came. */
  lost(loss: Loss, heard: boolean, reason: string): void
}

/** Where a connection belongs. */
export interface Home {
  readonly host: string
  readonly port: number
  connected(): void
  connectFailed(): void
  /** The answer is complete and the connection may carry another request; `idleMs` as the instance said. */
  release(upstream: Upstream, idleMs: number | undefined): void
  closed(upstream: Upstream): void
}

const HEAD_END = Buffer.from('\r\n\r\n')
const NOTHING = Buffer.alloc(0)
const MAX_HEAD_BYTES = 65_536

/** A connection to an instance: one request at a time, then idle until the next. */
export class Upstream {
  readonly socket: Socket
  asker: Asker | undefined
  /** Whether the connection is made. */
  standing = false
  /** Whether it has carried a request before. */
  reused = false
  /** `elapsed()` when it became idle, and when it must not be used any more. */
  idleSinceMs = 0
  idleUntilMs = 0
  readonly #home: Home
  readonly #buffer: Buffer
  #partial: Buffer | undefined
  #head: ResponseHead | undefined
  #body: Body | undefined
  #heard = false
  #tunnel = false
  #abandoned = false
  #reason = 'the connection was closed'

  /** `buffer` receives what is read. Several connections may share it, since it is emptied before the next read. */
  constructor(home: Home, buffer: Buffer) {
    this.#home = home
    this.#buffer = buffer
    this.socket = connect({
      host: home.host,
      port: home.port,
      noDelay: true,
      allowHalfOpen: true,
      onread: { buffer, callback: bytes => this.#read(bytes) },
    })
    this.socket.on('connect', () => this.#connected())
    this.socket.on('drain', () => this.asker?.writable())
    this.socket.on('end', () => this.#ended())
    this.socket.on('error', error => {
      this.#reason = error.message
    })
    this.socket.on('close', () => this.#closed())
  }

  /** Gives the connection up, with whoever still waits for an answer none the wiser. */
  abandon(): void {
    this.asker = undefined
    this.#abandoned = true
    this.socket.destroy()
  }

  #connected(): void {
    this.standing = true
    this.#home.connected()
    this.asker?.connected()
  }

  /** Returns whether to go on reading. */
  #read(bytes: number): boolean {
    const chunk = this.#buffer.subarray(0, bytes)
    const asker = this.asker
    if (!asker) {
      // Bytes that nobody asked for could pass as the next request's answer.
      this.socket.destroy()
      return false
    }
    this.#heard = true
    if (this.#tunnel) return asker.more(chunk, false)
    return this.#head === undefined ? this.#readHead(asker, chunk) : this.#take(asker, this.#head, chunk, false)
  }

  #readHead(asker: Asker, chunk: Buffer): boolean {
    let rest: Buffer = this.#partial ? Buffer.concat([this.#partial, chunk]) : chunk
    this.#partial = undefined
    for (;;) {
      const end = rest.indexOf(HEAD_END)
      if (end < 0 && rest.length <= MAX_HEAD_BYTES) {
        this.#partial = Buffer.from(rest)
        return true
      }
      if (end < 0 || end > MAX_HEAD_BYTES) return this.#refuse(asker, 'its headers are too large')
      const head = readResponseHead(rest.toString('latin1', 0, end + 2))
      if (isFault(head)) return this.#refuse(asker, head.reason)
      rest = rest.subarray(end + 4)
      if (head.status === 101) return this.#switch(asker, head, rest)
      if (head.status >= 200) return this.#begin(asker, head, rest)
      asker.interim(head)
      if (this.asker !== asker) return false
    }
  }

  #switch(asker: Asker, head: ResponseHead, rest: Buffer): boolean {
    if (!asker.upgrades || head.upgrade === undefined) return this.#refuse(asker, 'it changed the protocol unasked')
    this.#tunnel = true
    return asker.answer(head, rest, false)
  }

  #begin(asker: Asker, head: ResponseHead, chunk: Buffer): boolean {
    this.#head = head
    this.#body = bodyOf(asker.method, head)
    return this.#take(asker, head, chunk, true)
  }

  /** Hands the body's part of `chunk` on, and releases the connection once the body has ended. */
  #take(asker: Asker, head: ResponseHead, chunk: Buffer, first: boolean): boolean {
    const body = this.#body
    let end = 0
    let data: Buffer = NOTHING
    if (body) {
      const spans: number[] | undefined = asker.unframed && body instanceof ChunkedBody ? [] : undefined
      end = body.read(chunk, 0, spans)
      if (body.fault !== undefined) return this.#refuse(asker, body.fault)
      data = spans ? join(chunk, spans) : chunk.subarray(0, end)
    }
    const ended = body === undefined || body.done
    if (!ended) return first ? asker.answer(head, data, false) : asker.more(data, false)
    // Bytes behind the end answer nothing that was asked: the connection cannot be trusted with more.
    const clean = end === chunk.length && head.keepAlive && asker.sent && this.socket.writableLength === 0
    this.asker = undefined
    this.#head = undefined
    this.#body = undefined
    this.#heard = false
    // First back home, then the word to the asker, whose next request may want the same connection.
    if (clean) {
      this.reused = true
      this.#home.release(this, head.keepAliveMs)
    } else this.socket.destroy()
    if (first) asker.answer(head, data, true)
    else asker.more(data, true)
    return true
  }

  #refuse(asker: Asker, reason: string): boolean {
    this.abandon()
    asker.lost('protocol', true, reason)
    return false
  }

  #ended(): void {
    const asker = this.asker
    if (asker && this.#tunnel) {
      asker.finished()
      return
    }
    if (asker && this.#body instanceof UnboundedBody) {
      this.abandon()
      asker.more(NOTHING, true)
      return
    }
    this.socket.destroy()
    this.#lose()
  }

  #closed(): void {
    if (!this.standing && !this.#abandoned) this.#home.connectFailed()
    this.#home.closed(this)
    this.#lose()
  }

  #lose(): void {
    const asker = this.asker
    if (!asker) return
    this.asker = undefined
    asker.lost(this.standing ? 'reset' : 'connect', this.#heard, this.#reason)
  }
}

function bodyOf(method: string, head: ResponseHead): Body | undefined {
  if (method === 'HEAD' || head.status === 204 || head.status === 304) return undefined
  if (head.chunked) return new ChunkedBody()
  if (head.contentLength >= 0) return head.contentLength === 0 ? undefined : new SizedBody(head.contentLength)
  return new UnboundedBody()
}

function join(chunk: Buffer, spans: readonly number[]): Buffer {
  const parts: Buffer[] = []
  for (let i = 0; i + 1 < spans.length; i += 2) parts.push(chunk.subarray(spans[i], spans[i + 1]))
  return parts.length === 1 ? (parts[0] ?? NOTHING) : Buffer.concat(parts)
}
