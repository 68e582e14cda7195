import { execFile } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const BUILT = join(ROOT, 'dist/console/index.html')

/** What the console is made of. */
const SOURCES = ['console', 'src/client', 'package-lock.json']

/**
 * Builds the console as it stands in this checkout, unless that has been done since its last change. Who shows it
 * meanwhile keeps what it has.
 */
export async function buildConsole(): Promise<void> {
  const builtMs = await changedMs(BUILT)
  const sourcesMs = await Promise.all(SOURCES.map(source => latestMs(join(ROOT, source))))
  if (Math.max(...sourcesMs) < builtMs) return
  const vite = ['node_modules/vite/bin/vite.js', 'build', 'console', '--logLevel', 'error']
  await promisify(execFile)(process.execPath, vite, { cwd: ROOT, env: { ...process.env, NODE_ENV: 'production' } })
}

/** The last change of a file, or of a folder and everything in it: also what was taken away shows in its folder. */
async function latestMs(path: string): Promise<number> {
  if ((await stat(path)).isFile()) return changedMs(path)
  const inside = await readdir(path, { recursive: true })
  const times = await Promise.all(inside.map(name => changedMs(join(path, name))))
  return Math.max(await changedMs(path), ...times)
}

/** 0 where there is none. */
async function changedMs(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
}
