import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AdminAnswer, askAdmin } from './gateway.fixture.ts'

const RUN = new URL('./run.ts', import.meta.url).href
const CLOCK = new URL('../kernel/clock.ts', import.meta.url).href

/** What the verb `shipwatch gateway` does, as far as a test needs it: SIGTERM drains. */
const SCRIPT = `
import { runGateway } from ${JSON.stringify(RUN)}
import { systemClock } from ${JSON.stringify(CLOCK)}
const stopping = new AbortController()
process.on('SIGTERM', () => stopping.abort())
const say = (kind, value) => process.stdout.write(JSON.stringify({ kind, value }) + '\\n')
try {
  await runGateway(JSON.parse(process.argv[1]), systemClock, stopping.signal, {
    ready: value => say('ready', value),
    log: (level, message) => say('log', level + ': ' + message),
  })
  say('stopped', null)
} catch (error) {
  say('failed', { message: error.message, hint: error.hint })
  process.exitCode = 2
}
`

export interface GatewayProcess {
  readonly child: ChildProcess
  readonly port: number
  readonly admin: string
  readonly logs: string[]
  ask(method: string, path: string, body?: unknown): Promise<AdminAnswer>
  kill(signal: NodeJS.Signals): Promise<number | null>
}

/** A gateway in a process of its own, that keeps its files in `folder`. Rejects where it cannot start. */
export async function spawnGateway(folder: string, options: object = {}): Promise<GatewayProcess> {
  const tokenFile = join(folder, 'token')
  const all = {
    listen: '127.0.0.1:0',
    admin: '127.0.0.1:0',
    tokenFile,
    stateFile: join(folder, 'config.json'),
    ...options,
  }
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT, JSON.stringify(all)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const logs: string[] = []
  const addresses = await new Promise<{ url: string; admin: string }>((resolve, reject) => {
    let rest = ''
    child.stdout.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const { kind, value } = JSON.parse(line) as { kind: string; value: never }
        if (kind === 'ready') resolve(value)
        else if (kind === 'failed') reject(new Error(JSON.stringify(value)))
        else logs.push(`${kind} ${String(value)}`)
      }
    })
    ended.then(() => reject(new Error(`the gateway ended: ${logs.join('\n')}`)), reject)
  })
  const token = (await readFile(tokenFile, 'utf8')).trim()
  return {
    child,
    logs,
    port: Number(new URL(addresses.url).port),
    admin: addresses.admin,
    ask: (method, path, body) => askAdmin(addresses.admin, method, path, body, { authorization: `Bearer ${token}` }),
    async kill(signal) {
      child.kill(signal)
      const [code] = (await ended) as [number | null]
      return code
    },
  }
}
