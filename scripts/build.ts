/**
 * Makes what is published in dist/: plain JavaScript with types, nothing that only tests need, and the console in
 * dist/console.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
rmSync(`${root}/dist`, { recursive: true, force: true })
execFileSync(process.execPath, [`${root}/node_modules/typescript/bin/tsc`, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
chmodSync(`${root}/dist/main.js`, 0o755)
execFileSync(process.execPath, [`${root}/node_modules/vite/bin/vite.js`, 'build', 'console', '--logLevel', 'warn'], {
  cwd: root,
  stdio: 'inherit',
})
