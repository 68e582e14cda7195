import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServiceRouteInput } from '../../src/gateway/index.ts'
import { freePort, GATEWAY_FLAGS, type Program, start } from './process.ts'

/** A proxy in the race: it runs, and takes requests at `port`. */
export interface Proxy {
  readonly name: string
  readonly port: number
  readonly program: Program
}

const UPSTREAM = fileURLToPath(new URL('./run-upstream.ts', import.meta.url))
const GATEWAY = fileURLToPath(new URL('./run-gateway.ts', import.meta.url))
const UNDICI = fileURLToPath(new URL('./run-undici.ts', import.meta.url))

/** Whether a program can be run. */
export function has(command: string): boolean {
  return spawnSync('which', [command]).status === 0 || spawnSync(command, ['-v']).error === undefined
}

/** Starts the two instances that all proxies forward to. */
export async function startUpstream(): Promise<{
  readonly ports: readonly [number, number]
  readonly program: Program
}> {
  const ports = [await freePort(), await freePort()] as const
  return { ports, program: await start(process.execPath, [UPSTREAM, ...ports.map(String)], ports[1]) }
}

/**
 * The gateway as it would run: sticky users, route classes, bots left out, everything counted. The stable version counts as
 * two instances, here two names of one process, so that its halves are counted too.
 */
export async function startGateway(folder: string, targets: readonly [number, number]): Promise<Proxy> {
  const port = await freePort()
  const admin = await freePort()
  const tokenFile = join(folder, 'token')
  const options = {
    listen: `127.0.0.1:${port}`,
    admin: `127.0.0.1:${admin}`,
    tokenFile,
    stateFile: join(folder, 'gateway.json'),
    drainMs: 0,
  }
  const program = await start(process.execPath, [...GATEWAY_FLAGS, GATEWAY, JSON.stringify(options)], port)
  const route: ServiceRouteInput = {
    service: 'shop',
    identity: [{ cookie: 'sid' }],
    routeClasses: [
      { name: 'checkout', methods: ['POST'], pathPrefix: '/checkout' },
      { name: 'catalogue', pattern: '/products/*' },
    ],
    excluded: { paths: ['/healthz'], userAgents: ['bot', 'crawler', 'spider'] },
    shares: [
      { weight: 90, ids: ['v1-1', 'v1-2'] },
      { weight: 10, ids: ['v2-1'] },
    ].map(({ weight, ids }, i) => ({
      version: `v${i + 1}`,
      weight,
      endpoints: ids.map(id => ({ id, url: `http://127.0.0.1:${targets[i]}`, readySinceMs: 0 })),
    })),
  }
  await put(admin, tokenFile, route)
  return { name: 'shipwatch', port, program }
}

/** Puts a configuration in force at a gateway. */
export async function put(admin: number, tokenFile: string, route: ServiceRouteInput): Promise<void> {
  const token = (await readFile(tokenFile, 'utf8')).trim()
  const answer = await fetch(`http://127.0.0.1:${admin}/v1/services/${route.service}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(route),
  })
  if (!answer.ok) throw new Error(await answer.text())
}

export async function startHaproxy(folder: string, targets: readonly [number, number]): Promise<Proxy> {
  const port = await freePort()
  const path = join(folder, 'haproxy.cfg')
  writeFileSync(
    path,
    `global
  nbthread 1
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  option forwardfor
  http-reuse always
frontend shop
  bind 127.0.0.1:${port}
  default_backend shop
backend shop
  balance roundrobin
  http-response set-header X-Served-By %s
  server v1 127.0.0.1:${targets[0]} weight 90
  server v2 127.0.0.1:${targets[1]} weight 10
`,
  )
  return { name: 'haproxy', port, program: await start('haproxy', ['-q', '-db', '-f', path], port) }
}

export async function startNginx(folder: string, targets: readonly [number, number]): Promise<Proxy> {
  const port = await freePort()
  const path = join(folder, 'nginx.conf')
  mkdirSync(join(folder, 'nginx'), { recursive: true })
  writeFileSync(
    path,
    `worker_processes 1;
daemon off;
error_log ${folder}/nginx/error.log;
pid ${folder}/nginx/pid;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${folder}/nginx/body;
  proxy_temp_path ${folder}/nginx/proxy;
  fastcgi_temp_path ${folder}/nginx/fastcgi;
  uwsgi_temp_path ${folder}/nginx/uwsgi;
  scgi_temp_path ${folder}/nginx/scgi;
  keepalive_requests 1000000000;
  upstream shop {
    server 127.0.0.1:${targets[0]} weight=90;
    server 127.0.0.1:${targets[1]} weight=10;
    keepalive 64;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://shop;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      add_header X-Served-By $upstream_addr;
    }
  }
}
`,
  )
  return {
    name: 'nginx',
    port,
    program: await start('nginx', ['-c', path, '-e', join(folder, 'nginx', 'error.log')], port),
  }
}

export async function startUndici(targets: readonly [number, number]): Promise<Proxy> {
  const port = await freePort()
  const args = [UNDICI, String(port), ...targets.map(String)]
  return { name: 'undici', port, program: await start(process.execPath, args, port) }
}
