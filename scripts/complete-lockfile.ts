/**
 * Adds to package-lock.json the platform packages that a registry which serves only some platforms left
 * out, so that `npm ci` accepts the file everywhere. They are never fetched where they do not fit.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

interface Entry {
  version?: string
  dev?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}

const FILE = fileURLToPath(new URL('../package-lock.json', import.meta.url))
const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const lock = JSON.parse(readFileSync(FILE, 'utf8')) as { packages: Record<string, Entry> }

let added = 0
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`
    if (lock.packages[place]) continue
    const words = (name.split('/').at(-1) ?? '').split(/[-.]/)
    const os = SYSTEMS.find(system => words.includes(system)) ?? (words.includes('wasm32') ? 'wasi' : 'unknown')
    const after = words.slice(words.indexOf(os) + 1)
    const libc = after.some(word => word.startsWith('musl')) ? ['musl'] : undefined
    const cpu = (after[0] ?? 'unknown').replace(/^riscv64.*/, 'riscv64')
    lock.packages[place] = {
      version: version.replace(/^[\^~]/, ''),
      cpu: [cpu],
      ...(entry.dev ? { dev: true } : {}),
      ...(libc ? { libc } : {}),
      optional: true,
      os: [os],
    }
    added += 1
  }
}
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`added ${added} platform packages`)
