import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An instance that remembers what it answered. */
export interface Instance {
  readonly url: string
  readonly version: string
  stop(): Promise<void>
}

/** Starts an instance that notes in `answered` the serial number of each request whose answer it sent whole. */
export async function startInstance(version: string, answered: Uint8Array): Promise<Instance> {
  const server: Server = createServer((request, response) => {
    const serial = Number(request.headers['x-serial'])
    request.resume()
    request.on('end', () => {
      response.on('finish', () => {
        answered[serial] = 1
      })
      response.setHeader('content-type', 'application/json')
      response.end(`{"serial":${serial},"version":"${version}"}`)
    })
  })
  server.keepAliveTimeout = 5_000
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    version,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}
