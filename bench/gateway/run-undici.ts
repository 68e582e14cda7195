/** The plainest proxy on node:http and an undici Pool, counting nothing: what the gateway would be without a data plane of its own. */
import { createServer } from 'node:http'
import { Pool } from 'undici'

const [port = '', ...targets] = process.argv.slice(2)
const [first, second] = targets.map(target => new Pool(`http://127.0.0.1:${target}`, { connections: 64 }))

createServer((request, response) => {
  const pool = Math.random() < 0.9 ? first : second
  const headers = { ...request.headers, 'x-forwarded-for': request.socket.remoteAddress ?? '' }
  pool
    ?.stream(
      {
        path: request.url ?? '/',
        method: request.method ?? 'GET',
        headers,
        body: request.method === 'GET' ? null : request,
      },
      ({ statusCode, headers: given }) => response.writeHead(statusCode, given as Record<string, string>),
    )
    .catch(() => response.destroy())
}).listen(Number(port), '127.0.0.1')
