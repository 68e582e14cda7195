/**
 * Runs the demo and writes it as a moving picture of a terminal: docs/images/demo.svg. Waiting is
 * shortened; what is said and its figures are those of this run.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FILE = 'docs/images/demo.svg'
const COLUMNS = 132
const CELL = { width: 7.3, height: 17 }
const MARGIN = 18
/** No pause in the picture is longer, however long it was. */
const LONGEST_PAUSE_S = 0.7
const LINE_S = 0.12

interface Line {
  readonly text: string
  readonly atS: number
}

async function record(): Promise<Line[]> {
  const child = spawn('node', ['examples/demo/demo.ts', '--once'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
  const started = performance.now()
  const lines: Line[] = []
  for await (const text of createInterface({ input: child.stdout })) {
    console.log(text)
    lines.push({ text, atS: (performance.now() - started) / 1_000 })
  }
  return lines
}

function draw(lines: readonly Line[]): string {
  const shown = lines.filter(({ text }) => !text.includes('stopping everything'))
  let atS = 0
  let before = 0
  const rows = shown.flatMap(line => {
    atS += Math.min(LONGEST_PAUSE_S, Math.max(LINE_S, line.atS - before))
    before = line.atS
    return wrap(line.text).map(text => ({ text, atS }))
  })
  const width = Math.round(COLUMNS * CELL.width + 2 * MARGIN)
  const height = rows.length * CELL.height + 2 * MARGIN + 24
  const body = rows.map(({ text, atS: from }, row) => {
    const y = MARGIN + 24 + (row + 0.75) * CELL.height
    return `<text class="${styleOf(text)}" x="${MARGIN}" y="${y}" style="animation-delay:${from.toFixed(2)}s">${escape(text)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Shipwatch's demo in a terminal: a good release is promoted, three bad ones are taken back.">
<style>
  rect.window { fill: #14181f; }
  text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #c9d1d9; white-space: pre; opacity: 0; animation: show 0.01s forwards; }
  text.heading { fill: #ffffff; font-weight: 600; }
  text.good { fill: #4cc38a; }
  text.bad { fill: #ff7b72; }
  text.more { fill: #8b98a8; }
  @keyframes show { to { opacity: 1; } }
  @media (prefers-reduced-motion: reduce) { text { opacity: 1; animation: none; } }
</style>
<rect class="window" width="${width}" height="${height}" rx="10"/>
<g fill="#39424e"><circle cx="22" cy="20" r="5"/><circle cx="40" cy="20" r="5"/><circle cx="58" cy="20" r="5"/></g>
${body.join('\n')}
</svg>
`
}

function styleOf(text: string): string {
  if (text.includes('✓')) return 'good'
  if (text.includes('✗')) return 'bad'
  if (/^ {8}/.test(text)) return 'more'
  return /^\s/.test(text) ? 'line' : 'heading'
}

function wrap(text: string): string[] {
  const rows: string[] = []
  let row = ''
  for (const word of text.split(/(?<= )/)) {
    if (row.length + word.length > COLUMNS) {
      rows.push(row.trimEnd())
      row = ' '.repeat(12)
    }
    row += word
  }
  return [...rows, row.trimEnd()]
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('  ', '\u00a0\u00a0')

const lines = await record()
mkdirSync(`${ROOT}/docs/images`, { recursive: true })
writeFileSync(`${ROOT}/${FILE}`, draw(lines))
console.log(`wrote ${FILE}`)
