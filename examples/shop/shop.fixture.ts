import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog, type Log } from './chassis/log.ts'
import type { Money } from './chassis/market.ts'
import { type CommonSettings, Settings } from './chassis/settings.ts'
import type { Product } from './order/shelf.ts'

/** What a test must undo: released last in, first out, whatever the test did. */
export class Cleanup {
  readonly #steps: (() => unknown)[] = []

  later(step: () => unknown): void {
    this.#steps.push(step)
  }

  folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'harbour-'))
    this.later(() => rmSync(path, { recursive: true, force: true }))
    return path
  }

  async run(): Promise<void> {
    for (const step of this.#steps.splice(0).toReversed()) await step()
  }
}

/** Waits until something is so, for as long as a loaded machine may need. */
export async function until<Value>(what: string, look: () => Value | Promise<Value>, deadlineMs = 15_000) {
  const end = performance.now() + deadlineMs
  for (;;) {
    const value = await look()
    if (value) return value
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`)
    await sleep(5)
  }
}

/** A log that remembers its lines. */
export function memoryLog(): { log: Log; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = []
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>)
  return { log: createLog({ write, flush: () => undefined }, 'debug', {}), lines }
}

/** Reads settings as the process would, on a free port. */
export function settingsFrom<Read extends CommonSettings>(
  read: (settings: Settings) => Read,
  env: Record<string, string>,
): Read {
  const settings = new Settings({ PORT: '0', GRACE_MS: '5000', ...env })
  const result = read(settings)
  settings.done()
  return result
}

export interface ShopProcess {
  readonly url: string
  readonly child: ChildProcess
  readonly lines: readonly Record<string, unknown>[]
  readonly exit: Promise<number | null>
}

/** Starts a service as its own process, and waits until it listens. */
export async function startProcess(
  service: 'payment' | 'order' | 'storefront',
  env: Record<string, string>,
  cleanup: Cleanup,
): Promise<ShopProcess> {
  const { child, lines, exit, errors } = launch([`${service}/main.ts`], { PORT: '0', ...env }, cleanup)
  const listening = await Promise.race([
    until(`${service} listens`, () => lines.find(({ msg }) => msg === 'listening')),
    exit.then(code => {
      throw new Error(`${service} ended with ${code}: ${errors()}`)
    }),
  ])
  return { url: `http://127.0.0.1:${String(listening?.['port'])}`, child, lines, exit }
}

/** Runs a script of the shop; its JSON lines on stdout and all of stderr can be read while it runs. */
export function launch(argv: readonly string[], env: Record<string, string>, cleanup: Cleanup) {
  const child = spawn(process.execPath, [...argv], {
    cwd: import.meta.dirname,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  cleanup.later(() => child.kill('SIGKILL'))
  const lines: Record<string, unknown>[] = []
  const text: string[] = []
  createInterface({ input: child.stdout }).on('line', line => {
    text.push(line)
    if (line.startsWith('{')) lines.push(JSON.parse(line) as Record<string, unknown>)
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  // 'close' comes after the last line, 'exit' may come before it.
  const exit = new Promise<number | null>(resolve => child.on('close', resolve))
  return { child, lines, text, exit, errors: () => stderr }
}

/** Serves with one handler on a free port: a neighbour that answers as a test wants. */
export async function startNeighbour(
  handle: (request: IncomingMessage, response: ServerResponse, body: string) => void,
  cleanup: Cleanup,
): Promise<string> {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => handle(request, response, body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cleanup.later(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

interface OrderAnswer {
  readonly id: string
  readonly state: string
  readonly market: string
  readonly total: Money
  readonly createdAt: string
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly unitMinor: number }[]
}

/** Everything that the services answer, in one type: a test reads what it expects, and fails if that is missing. */
interface AnswerBody extends Money {
  readonly id: string
  readonly status: string
  readonly error: { readonly code: string; readonly message: string; readonly order: OrderAnswer }
  readonly order: OrderAnswer
  readonly orders: readonly OrderAnswer[]
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
  readonly total: Money
  readonly products: readonly Product[]
  readonly product: Product
}

export interface Reading {
  readonly status: number
  readonly headers: Headers
  readonly body: AnswerBody
}

/** Asks a service; what it answers is JSON. */
export async function ask(
  method: string,
  url: string,
  { user = 'ada', market = 'eu', key, body }: { user?: string; market?: string; key?: string; body?: unknown } = {},
): Promise<Reading> {
  const response = await fetch(url, {
    method,
    headers: {
      'x-user-id': user,
      'x-market': market,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as AnswerBody }
}

/** Puts one kind of thing in a cart, then checks out at the total that is shown. */
export async function buy(
  url: string,
  options: { user: string; key: string; sku?: string; quantity?: number; card?: string; market?: string },
): Promise<Reading> {
  const { user, key, sku = 'mug', quantity = 1, card = 'card-visa', market = 'eu' } = options
  const cart = await ask('PUT', `${url}/cart/lines/${sku}`, { user, market, body: { quantity } })
  if (cart.status !== 200) return cart
  return ask('POST', `${url}/orders`, { user, market, key, body: { card, ...cart.body.total } })
}

/** Reads one sample of a Prometheus exposition, such as `orders_paid_total{market="eu"}`. */
export async function readMetric(url: string, sample: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const line = text.split('\n').find(line => line.startsWith(`${sample} `))
  return line === undefined ? Number.NaN : Number(line.slice(sample.length + 1))
}
