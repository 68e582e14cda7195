/** Prints which imports climb a wall, and exits 1 when any does or when nothing was looked at. */
import { fileURLToPath } from 'node:url'
import { lookAtWalls } from './wall-rules.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const { modules, violations } = await lookAtWalls(root)
for (const { rule, why, from, to } of violations) console.error(`${from} → ${to}: ${rule} (${why})`)
console.log(`walls: ${modules} modules, ${violations.length} violations`)
if (modules === 0) console.error('walls: no module was read, so nothing was checked')
process.exitCode = violations.length > 0 || modules === 0 ? 1 : 0
