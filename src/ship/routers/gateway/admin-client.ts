import { readFile } from 'node:fs/promises'
import { Pool } from 'undici'
import type * as z from 'zod'
import { Refusal, readAdminAddress } from '../../../gateway/index.ts'
import {
  type Clock,
  Conflict,
  deadline,
  InvalidInput,
  messageOf,
  NotFound,
  type Random,
  ShipwatchError,
  Unavailable,
} from '../../../kernel/index.ts'
import { type Obstacle, Obstructed, obstacleOf } from '../../obstacle.ts'

/** How long one try may take, how many there are, and the longest rest between two. */
const TRY_MS = 2_000
const TRIES = 3
const REST_MS = 200
/** More than any snapshot; a peer that sends more is not our gateway. */
const MOST_BYTES = 33_554_432

export interface AdminRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: string
}

/** It answers, and knows another token. Not `Denied`: that is for whoever asks us, and it is we who are refused. */
class TokenRefused extends Obstructed {}

/** Where the gateway listens for us, and where the token lies that it wants to see. */
export interface AdminAddress {
  /** `unix:/path` or `127.0.0.1:8081`. */
  readonly admin: string
  readonly tokenFile: string
}

/** Calls a gateway's admin interface. Every request of it is safe to repeat, so each is tried a few times. */
export class AdminClient {
  readonly #where: AdminAddress
  readonly #clock: Clock
  readonly #random: Random
  readonly #pool: Pool

  constructor(where: AdminAddress, clock: Clock, random: Random = Math.random) {
    const address = readAdminAddress(where.admin)
    if (!address) {
      throw new InvalidInput(`${where.admin} is no admin address of a gateway`, {
        field: 'gateway.admin',
        hint: 'Expected unix:/path or a loopback address such as 127.0.0.1:8081.',
      })
    }
    this.#where = where
    this.#clock = clock
    this.#random = random
    this.#pool =
      'path' in address
        ? new Pool('http://gateway', { socketPath: address.path, connections: 4 })
        : new Pool(`http://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`, {
            connections: 4,
          })
  }

  /**
   * Sends a request and reads the answer by `schema`. Throws `InvalidInput`, `Conflict` or `NotFound` as the
   * gateway refused it, `Unavailable` where it did not answer, made no sense, or does not accept our token.
   */
  async call<Schema extends z.ZodType>(
    request: AdminRequest,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.output<Schema>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#try(request, schema, signal)
      } catch (error) {
        signal.throwIfAborted()
        const mayPass = error instanceof Unavailable && !(error instanceof TokenRefused)
        if (attempt >= TRIES || !mayPass) throw error
      }
      await this.#clock.sleep(REST_MS * attempt * (0.5 + this.#random() / 2), signal)
    }
  }

  async #try<Schema extends z.ZodType>(
    { method, path, body }: AdminRequest,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.output<Schema>> {
    const authorization = `Bearer ${await this.#token()}`
    const within = deadline(this.#clock, TRY_MS, signal)
    let status: number
    let value: unknown
    try {
      const answer = await this.#pool.request({
        method,
        path,
        headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        body: body ?? null,
        signal: within.signal,
      })
      status = answer.statusCode
      value = await readJson(answer.body)
    } catch (error) {
      throw this.#silent(error)
    } finally {
      within.done()
    }
    if (status >= 400) throw this.#refused(status, value)
    const read = schema.safeParse(value)
    if (read.success) return read.data
    throw this.#nonsense(read.error.issues[0]?.message ?? 'its answer has the wrong shape')
  }

  async #token(): Promise<string> {
    const { tokenFile } = this.#where
    try {
      return (await readFile(tokenFile, 'utf8')).trim()
    } catch (error) {
      const because = { kind: 'gateway', fault: 'token-unread', at: tokenFile, detail: null } as const
      throw new Obstructed(`cannot read the gateway's token from ${tokenFile}`, because, {
        field: 'gateway.tokenFile',
        hint: 'The gateway makes it when it starts: is `shipwatch gateway` running?',
        cause: error,
      })
    }
  }

  #silent(error: unknown): Error {
    if (error instanceof ShipwatchError) return error
    if (error instanceof SyntaxError) return this.#nonsense('its answer is no JSON')
    return new Obstructed(`the gateway at ${this.#where.admin} does not answer`, this.#fault('silent'), {
      field: 'gateway.admin',
      hint: 'Is `shipwatch gateway` running?',
      cause: error,
    })
  }

  #fault(fault: 'silent' | 'foreign' | 'token-refused' | 'refused', detail: string | null = null): Obstacle {
    return { kind: 'gateway', fault, at: this.#where.admin, detail }
  }

  #nonsense(reason: string): Unavailable {
    const message = `what answers at ${this.#where.admin} is no gateway of this version: ${reason}`
    return new Obstructed(message, this.#fault('foreign', reason), {
      field: 'gateway.admin',
      hint: 'Does something else listen there? After an update, restart the gateway too.',
    })
  }

  #refused(status: number, value: unknown): Error {
    const read = Refusal.safeParse(value)
    if (!read.success) return this.#nonsense(`it answered ${status}`)
    const { code, message, hint, faults } = read.data.error
    const text = faults === undefined ? message : `${message}: ${faults.map(faultLine).join('; ')}`
    const detail = hint === undefined ? {} : { hint }
    switch (code) {
      case 'invalid_input':
        return new InvalidInput(text, { field: faults?.[0]?.path ?? 'gateway', ...detail })
      case 'conflict':
        return new Conflict(text, detail)
      case 'not_found':
        return new NotFound(text, detail)
      case 'denied':
        return new TokenRefused(
          `the gateway at ${this.#where.admin} does not accept the token`,
          this.#fault('token-refused'),
          {
            field: 'gateway.tokenFile',
            hint: `Give hub and gateway the same token file; the hub reads ${this.#where.tokenFile}.`,
          },
        )
      default:
        return new Obstructed(`the gateway refused: ${text}`, this.#fault('refused', text), detail)
    }
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    await this.#pool.destroy()
  }
}

function faultLine({ path, message }: { path: string; message: string }): string {
  return path === '' ? message : `${path}: ${message}`
}

async function readJson(body: AsyncIterable<Buffer>): Promise<unknown> {
  const parts: Buffer[] = []
  let sizeBytes = 0
  for await (const part of body) {
    sizeBytes += part.length
    if (sizeBytes > MOST_BYTES) throw new SyntaxError('too large')
    parts.push(part)
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8'))
}

/** What went wrong at an address, in one sentence and as data, with what to do about it. */
export function inWords(error: unknown, at: string): { reason: string; because: Obstacle; hint?: string } {
  const reason = messageOf(error)
  const refused = error instanceof ShipwatchError && !(error instanceof Obstructed)
  const because = refused ? ({ kind: 'gateway', fault: 'refused', at, detail: reason } as const) : obstacleOf(error)
  const hint = error instanceof ShipwatchError ? error.hint : undefined
  return { reason, because, ...(hint === undefined ? {} : { hint }) }
}
