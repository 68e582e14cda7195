import { type LookupAddress, lookup as lookUp } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector, errors, request as send } from 'undici'
import { type Clock, deadline, InvalidInput, Unavailable } from '../../kernel/index.ts'
import type { Http, HttpReply } from './channel.ts'
import { isPublic } from './private-address.ts'

/** A provider that has not answered by then is tried again later rather than waited for. */
const DEADLINE_MS = 10_000
const MOST_BYTES = 65_536

interface Options {
  readonly clock: Clock
  /** How names are resolved; the system's way unless given. */
  readonly lookup?: Lookup
}

/** Resolves a name to all of its addresses. */
export type Lookup = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/** Opens a way to the providers. `close` ends what is under way. */
export function openHttp({ clock, lookup = lookUp }: Options): {
  readonly http: Http
  readonly close: () => Promise<void>
} {
  // A message an hour does not pay for open connections, and one that was kept may be dead: none is.
  const agent = (connect: buildConnector.connector): Agent => new Agent({ pipelining: 0, connect })
  const anywhere = agent(buildConnector({ lookup: lookupOf(lookup, () => true) }))
  const publicOnly = agent(guarded(buildConnector({ lookup: lookupOf(lookup, isPublic) })))
  return {
    http: async ({ method, url, headers, body, allowPrivate }, signal) => {
      signal.throwIfAborted()
      const { host } = new URL(url)
      const within = deadline(clock, DEADLINE_MS, signal)
      try {
        const answer = await send(url, {
          method,
          headers,
          body,
          dispatcher: allowPrivate ? anywhere : publicOnly,
          signal: within.signal,
        })
        return {
          status: answer.statusCode,
          headers: headersOf(answer.headers),
          body: await beginning(answer.body),
        }
      } catch (error) {
        signal.throwIfAborted()
        throw inWords(error, host, within.signal.aborted)
      } finally {
        within.done()
      }
    },
    close: async () => {
      await Promise.all([anywhere.destroy(), publicOnly.destroy()])
    },
  }
}

/** Refuses addresses that are written into the URL itself: those are never looked up. */
function guarded(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    const { hostname } = options
    if (isIP(hostname) === 0 || isPublic(hostname)) connect(options, callback)
    else callback(new NotPublic(), null)
  }
}

/**
 * Looks a name up for the connection that is made at once to what was found. To check a name beforehand
 * would not do: it may resolve to another address a moment later.
 */
function lookupOf(lookup: Lookup, may: (address: string) => boolean): LookupFunction {
  return (hostname, { all }, callback) => {
    lookup(hostname, { all: true }, (error, found) => {
      const [first, ...others] = found?.filter(({ address }) => may(address)) ?? []
      if (error) callback(error, '')
      else if (!first) callback(new NotPublic(), '')
      else if (all) callback(null, [first, ...others])
      else callback(null, first.address, first.family)
    })
  }
}

class NotPublic extends Error {}

function headersOf(headers: Readonly<Record<string, string | string[] | undefined>>): HttpReply['headers'] {
  const pairs = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value])
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined)) as HttpReply['headers']
}

/** The first 64 KiB of a body; never half a character. */
async function beginning(body: AsyncIterable<Buffer>): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let sizeBytes = 0
  for await (const chunk of body) {
    text += decoder.decode(chunk.subarray(0, MOST_BYTES - sizeBytes), { stream: true })
    sizeBytes += chunk.length
    if (sizeBytes >= MOST_BYTES) return text // leaving the loop closes the connection
  }
  return text + decoder.decode()
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections',
  ECONNRESET: 'closed the connection before its answer was whole',
  UND_ERR_SOCKET: 'closed the connection before its answer was whole',
  EPIPE: 'closed the connection before its answer was whole',
  ENOTFOUND: 'is a name that nobody knows',
  EAI_AGAIN: 'cannot be looked up: the name server does not answer',
  ETIMEDOUT: 'cannot be reached: no answer to the connection',
  UND_ERR_CONNECT_TIMEOUT: 'cannot be reached: no answer to the connection',
  EHOSTUNREACH: 'cannot be reached: no way leads there',
  ENETUNREACH: 'cannot be reached: no way leads there',
  CERT_HAS_EXPIRED: 'shows a certificate that has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'shows a certificate of another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'shows a certificate that it signed itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'shows a certificate that nobody here trusts',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'shows a certificate that nobody here trusts',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'shows a certificate that nobody here trusts',
}

/** Says what went wrong without the path and the query, which may be secrets. */
function inWords(error: unknown, host: string, late: boolean): Error {
  if (error instanceof NotPublic) {
    return new InvalidInput(`${host} is no public address, and this channel may call no other`, {
      field: 'allowPrivate',
      hint: 'Where that is meant, set allowPrivate: true on the channel.',
    })
  }
  if (late) return new Unavailable(`${host} has not answered within ${DEADLINE_MS / 1_000} s`)
  const code = codeOf(error)
  const known = REASONS[code]
  if (known !== undefined) return new Unavailable(`${host} ${known}`, { cause: error })
  if (/^(ERR_SSL|EPROTO|ERR_TLS|CERT_|UNABLE_TO)/.test(code)) {
    return new Unavailable(`${host} does not agree on encryption (${code})`, { cause: error })
  }
  if (/^(HPE_|UND_ERR)/.test(code))
    return new Unavailable(`${host} does not answer in HTTP (${code})`, { cause: error })
  return new Unavailable(`${host} cannot be reached${code === '' ? '' : ` (${code})`}`, { cause: error })
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  if (error instanceof errors.HTTPParserError) return 'HPE_INVALID'
  return error.cause === undefined ? '' : codeOf(error.cause)
}
