/**
 * Prints which imports climb a wall, and exits 1 when any does, when nothing was looked at, or when the
 * picture in ARCHITECTURE.md is not that of the code; `--draw` draws it anew.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { lookAtWalls, type Passage } from './wall-rules.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const PICTURE = `${root}/ARCHITECTURE.md`

const { modules, violations, passages } = await lookAtWalls(root)
for (const { rule, why, from, to } of violations) console.error(`${from} → ${to}: ${rule} (${why})`)
console.log(`walls: ${modules} modules, ${violations.length} violations`)
if (modules === 0) console.error('walls: no module was read, so nothing was checked')

const present = readFileSync(PICTURE, 'utf8')
const drawn = present.replace(/(<!-- rooms -->\n)[\s\S]*(<!-- \/rooms -->)/, `$1${picture(passages)}$2`)
if (process.argv.includes('--draw')) writeFileSync(PICTURE, drawn)
const stale = drawn !== present && !process.argv.includes('--draw')
if (stale) console.error('walls: the picture in ARCHITECTURE.md is old; npm run check:walls -- --draw')
process.exitCode = violations.length > 0 || modules === 0 || stale ? 1 : 0

/** Everything uses the kernel, so those arrows would say nothing; nor would those of the composition root. */
function picture(all: readonly Passage[]): string {
  const arrows = all.filter(({ from, to }) => to !== 'kernel' && from !== 'app')
  return ['```mermaid', 'flowchart LR', ...arrows.map(({ from, to }) => `  ${from} --> ${to}`), '```', ''].join('\n')
}
