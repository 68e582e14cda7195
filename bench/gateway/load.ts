import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'

/** Debian's package of the same name. */
const GENERATOR = 'wrk'

/** Requests as browsers' users send them: a thousand users, some headers. */
const HEADERS =
  'Host: shop.example\r\nAccept: application/json\r\nAccept-Language: de-DE,de;q=0.9,en;q=0.8\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\r\n'

/** Keeps a port busy with 32 connections through wrk; returns how many requests were answered well. */
export async function saturate(port: number, seconds: number, folder: string): Promise<number> {
  const script = join(folder, 'users.lua')
  const headers = HEADERS.trimEnd()
    .split('\r\n')
    .map(
      line =>
        `wrk.headers[${JSON.stringify(line.slice(0, line.indexOf(':')))}] = ${JSON.stringify(line.slice(line.indexOf(':') + 2))}`,
    )
  writeFileSync(
    script,
    `${headers.join('\n')}
local user = 0
request = function()
  user = (user + 1) % 1000
  wrk.headers["Cookie"] = "sid=user-" .. user
  return wrk.format("GET", "/products/42")
end
done = function(summary)
  io.write(string.format("answered %d bad %d\\n", summary.requests, summary.errors.status + summary.errors.read + summary.errors.timeout))
end
`,
  )
  const child = spawn(GENERATOR, ['-t1', '-c32', `-d${seconds}s`, '-s', script, `http://127.0.0.1:${port}/`])
  let text = ''
  child.stdout.on('data', chunk => {
    text += chunk
  })
  await once(child, 'exit')
  const [, answered, bad] = /answered (\d+) bad (\d+)/.exec(text) ?? []
  if (answered === undefined || bad !== '0') throw new Error(`wrk on port ${port}: ${text}`)
  return Number(answered)
}

/**
 * Sends at a steady rate, whether or not answers come (open loop), over as many connections as that
 * takes; returns each request's milliseconds from its write to its whole answer.
 */
export async function atRate(port: number, perSecond: number, seconds: number): Promise<number[]> {
  const latenciesMs: number[] = []
  const idle: Socket[] = []
  const all: Socket[] = []
  const total = perSecond * seconds
  let sent = 0
  let finish: () => void = () => undefined
  const finished = new Promise<void>(resolve => {
    finish = resolve
  })
  const open = (): Socket => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    all.push(socket)
    return socket
  }
  const ask = (socket: Socket, user: number): void => {
    const startMs = performance.now()
    let text = ''
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1')
      const end = text.indexOf('\r\n\r\n')
      const length = /content-length: (\d+)/i.exec(text)?.[1]
      if (end < 0 || text.length < end + 4 + Number(length)) return
      if (!text.startsWith('HTTP/1.1 200')) throw new Error(text)
      latenciesMs.push(performance.now() - startMs)
      socket.off('data', take)
      idle.push(socket)
      if (latenciesMs.length === total) finish()
    }
    socket.on('data', take)
    socket.write(`GET /products/42 HTTP/1.1\r\n${HEADERS}Cookie: sid=user-${user}\r\n\r\n`)
  }
  const beganMs = performance.now()
  while (sent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - beganMs) * perSecond) / 1_000))
    for (; sent < due; sent++) ask(idle.pop() ?? open(), sent % 1_000)
    await new Promise(resolve => setTimeout(resolve, 1))
  }
  await finished
  for (const socket of all) socket.destroy()
  return latenciesMs
}

/** The value below which `q` of the values lie. */
export function quantileOf(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}
