import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './temporary.fixture.ts'

/** A bad line to a PostgreSQL. */
export interface Proxy {
  readonly url: string
  /** Breaks the line when a commit passes, before its answer does. */
  readonly cutAtCommit: () => void
  /** Keeps the connections that there are, and lets nothing through them any more; new ones work. */
  readonly fallSilent: () => void
  /** How many connections there have been. */
  readonly connections: () => number
}

export async function proxyTo(url: string): Promise<Proxy> {
  const real = new URL(url).searchParams.get('host') ?? ''
  const folder = temporaryFolder()
  const clients = new Set<Socket>()
  const silent = new Set<Socket>()
  let isCutting = false
  const server = createServer(client => {
    clients.add(client)
    const upstream = connect(join(real, '.s.PGSQL.5432'))
    for (const socket of [client, upstream]) {
      socket.on('error', () => {
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', chunk => {
      if (silent.has(client)) return
      upstream.write(chunk)
      if (isCutting && chunk.includes('commit')) client.destroy()
    })
    upstream.on('data', chunk => client.write(chunk))
    client.on('close', () => upstream.end())
    upstream.on('close', () => client.end())
  })
  await new Promise<void>(resolve => {
    server.listen(join(folder, '.s.PGSQL.5432'), resolve)
  })
  onTestFinished(() => {
    for (const client of clients) client.destroy()
    server.close()
  })
  return {
    url: url.replace(encodeURIComponent(real), encodeURIComponent(folder)),
    cutAtCommit: () => {
      isCutting = true
    },
    fallSilent: () => {
      for (const client of clients) silent.add(client)
    },
    connections: () => clients.size,
  }
}
