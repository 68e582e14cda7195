import { Agent, type IncomingHttpHeaders, request } from 'node:http'

/** No answer came: the peer refused, hung up, was too slow or said too much. Whether it acted is unknown. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
  /** `cut`: by this side's own signal. */
  readonly reason: 'refused' | 'hung-up' | 'timeout' | 'too-large' | 'cut'
  /** True if the request surely never reached the peer. */
  readonly unsent: boolean

  constructor(reason: Unreachable['reason'], message: string, options: { unsent: boolean; cause?: unknown }) {
    super(message, { cause: options.cause })
    this.reason = reason
    this.unsent = options.unsent
  }
}

export interface Outgoing {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
  /** For everything, from connecting to the last byte. */
  readonly timeoutMs: number
  /** Cuts the request off. */
  readonly signal?: AbortSignal
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

const ANSWER_LIMIT_BYTES = 1_000_000

/** Keeps connections to other services open between requests. */
export function createAgent(maxSockets = 128): Agent {
  return new Agent({ keepAlive: true, maxSockets, maxFreeSockets: maxSockets, scheduling: 'lifo' })
}

/** Makes one attempt at a request. Any HTTP status is an answer; Unreachable is thrown when there is none. */
export function call(agent: Agent, { method, url, headers, body, timeoutMs, signal }: Outgoing): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? undefined : JSON.stringify(body)
    const outgoing = request(url, {
      method,
      agent,
      headers: {
        ...headers,
        ...(payload === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
      },
    })
    const settle = () => {
      clearTimeout(deadline)
      signal?.removeEventListener('abort', cut)
    }
    const fail = (error: Unreachable) => {
      settle()
      reject(error)
      outgoing.destroy()
    }
    const deadline = setTimeout(() => {
      fail(new Unreachable('timeout', `${method} ${url} had no answer within ${timeoutMs} ms`, { unsent: false }))
    }, timeoutMs)
    const cut = () => fail(new Unreachable('cut', `${method} ${url} was cut off`, { unsent: false }))
    signal?.addEventListener('abort', cut)
    const hungUp = (error: Error & { code?: string }) => {
      const refused = error.code === 'ECONNREFUSED' || error.code === 'ENOTFOUND' || error.code === 'EHOSTUNREACH'
      const message = `${method} ${url} failed: ${error.code ?? error.message}`
      fail(new Unreachable(refused ? 'refused' : 'hung-up', message, { unsent: refused, cause: error }))
    }
    outgoing.on('error', hungUp)
    outgoing.on('response', response => {
      const chunks: Buffer[] = []
      let sizeBytes = 0
      response.on('data', (chunk: Buffer) => {
        sizeBytes += chunk.length
        if (sizeBytes > ANSWER_LIMIT_BYTES) {
          fail(
            new Unreachable('too-large', `${method} ${url} answered over ${ANSWER_LIMIT_BYTES} bytes`, {
              unsent: false,
            }),
          )
        } else chunks.push(chunk)
      })
      response.on('error', hungUp)
      response.on('end', () => {
        settle()
        const text = chunks.length === 1 ? (chunks[0]?.toString('utf8') ?? '') : Buffer.concat(chunks).toString('utf8')
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
      })
    })
    outgoing.end(payload)
  })
}
