import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const NOT_BUILT = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Shipwatch</title></head>
  <body>
    <h1>The console is not built yet</h1>
    <p>In the folder of Shipwatch, run <code>npm run build:console</code>, and load this page again.</p>
    <p>The hub itself works: use the command line, or the API below <code>/api/v1/</code>.</p>
  </body>
</html>
`

/** Files with a hash of their contents in their names never change. */
const FOR_EVER = 'public, max-age=31536000, immutable'

/**
 * Serves the console from the folder that it was built into: its files, and its first page for every path that the
 * page itself knows how to show. Compressed copies beside the files are sent where the browser takes them.
 */
export function addPages(server: FastifyInstance, folder: string): void {
  server.register(fastifyStatic, {
    root: folder,
    serve: false,
    preCompressed: true,
    cacheControl: false,
    suppressWarning: true, // it may not be built yet
    setHeaders: (reply, path) => {
      reply.header('cache-control', path.startsWith(join(folder, 'assets/')) ? FOR_EVER : 'no-store')
    },
  })
  server.get('/*', { config: { scope: 'none' } }, (request: FastifyRequest, reply: FastifyReply) => {
    const [path = ''] = request.url.split('?')
    if (/^\/api(?:\/|$)/.test(path)) return reply.callNotFound()
    const file = /^\/((?:assets\/)?[\w-][\w.-]*\.\w+)$/.exec(path)?.[1]
    if (file !== undefined) return reply.sendFile(file)
    // What looks like a file and is none of ours is no page, either.
    if (path.slice(path.lastIndexOf('/')).includes('.')) return reply.callNotFound()
    if (existsSync(join(folder, 'index.html'))) return reply.sendFile('index.html')
    return reply.status(404).type('text/html; charset=utf-8').header('cache-control', 'no-store').send(NOT_BUILT)
  })
}
