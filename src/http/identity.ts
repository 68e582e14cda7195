import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  type Access,
  authorise,
  type CookieKind,
  clearCookie,
  cookieKind,
  Forbidden,
  judgeOrigin,
  type Principal,
  readCookie,
  setCookie,
} from '../access/index.ts'
import { Denied } from '../kernel/index.ts'
import type { RouteScope, Visit } from './route.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may ask. Default: whoever is known, so that a route that forgets it lets nobody else in. */
    scope?: RouteScope
    /** Asked by a page that is merely open. */
    passive?: boolean
  }
  interface FastifyRequest {
    /** Who asks; nobody until that is known. */
    principal: Principal | undefined
  }
}

/** What a route gets where anybody may ask: access refuses it whatever it tries. */
export const NOBODY: Principal = { actor: 'nobody', scopes: [], mustChangePassword: false }

interface Options {
  readonly access: Access
  /** Where people reach the console, if that is another address than the hub listens on. */
  readonly publicUrl: string | undefined
  /** Where the hub listens. */
  readonly address: () => string
}

/** Finds out who asks, and knows the cookie by which browsers say so. */
export class Identity {
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  /**
   * Who asks, when they may ask this. A cookie that is worth nothing any more is left where it is: the answer that
   * takes it away may overtake the one that brings the next.
   *
   * @throws Denied, Forbidden
   */
  async identify(request: FastifyRequest): Promise<Principal> {
    const { access } = this.#options
    const { scope = 'any', passive = false } = request.routeOptions.config
    const bearer = bearerIn(request.headers.authorization)
    const cookie = readCookie(this.#cookie, request.headers.cookie)
    // Nothing that a browser sends by itself counts unless one of our own pages sent it.
    if (bearer === undefined && (cookie !== undefined || scope === 'none')) this.#checkOrigin(request)
    if (scope === 'none') return NOBODY
    const localName = nameIn(request.headers['x-shipwatch-actor'])
    const principal = await access.authenticate({ bearer, cookie, address: request.ip, localName, passive })
    if (scope !== 'any') authorise(principal, scope)
    return principal
  }

  /** Whether they may still ask it: a session may have ended since, or a right been taken. */
  async mayStill(request: FastifyRequest): Promise<boolean> {
    try {
      await this.identify(request)
      return true
    } catch (error) {
      // A database that does not answer takes nobody's right away.
      return !(error instanceof Denied || error instanceof Forbidden)
    }
  }

  visitOf(request: FastifyRequest, reply: FastifyReply): Visit {
    const kind = this.#cookie
    return {
      from: { address: request.ip, agent: request.headers['user-agent'] },
      secret: readCookie(kind, request.headers.cookie),
      keepSecret: secret => void reply.header('set-cookie', setCookie(kind, secret)),
      dropSecret: () => void reply.header('set-cookie', clearCookie(kind)),
    }
  }

  get #cookie(): CookieKind {
    const { publicUrl, address } = this.#options
    return cookieKind(publicUrl ?? address())
  }

  #checkOrigin({ method, headers }: FastifyRequest): void {
    const { host, origin } = headers
    const site = headers['sec-fetch-site']
    const judgement = judgeOrigin(
      { method, host, origin, site: typeof site === 'string' ? site : undefined },
      this.#options.publicUrl,
    )
    if (judgement.ok) return
    throw new Forbidden(judgement.reason, {
      field: 'origin',
      hint: 'Use the console at the address of the hub; programs show a token. Behind a proxy, set hub.publicUrl.',
    })
  }
}

/** What follows `Bearer ` in `Authorization`. */
function bearerIn(header: string | undefined): string | undefined {
  return /^Bearer +(\S.*)$/i.exec(header ?? '')?.[1]
}

/** Who the holder of the local token says to be: `li` of `cli/li`. */
function nameIn(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string') return undefined
  try {
    return decodeURIComponent(header).replace(/^[a-z]+\//, '')
  } catch {
    return undefined // malformed escapes
  }
}
