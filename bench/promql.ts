import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Engine, type MemorySeries } from '../src/watch/promql/index.ts'
import { ourSide, show, theirSide } from './promql/diff/answer.ts'
import { compare } from './promql/diff/compare.ts'
import { type Prometheus, startPrometheus } from './promql/prometheus.ts'
import { ours, theirs } from './promql/race/ask.ts'
import { firstOf, measureBounds } from './promql/race/bounds.ts'
import { METRIC_NAMES, remember, send } from './promql/race/data.ts'
import { timeEndings } from './promql/race/ending.ts'
import { EVALUATIONS } from './promql/race/evaluations.ts'
import { type Row, race, ratiosOf, timesOf } from './promql/race/race.ts'
import { type Findings, report, targets } from './promql/race/report.ts'
import { plainTable } from './promql/race/table.ts'

const USAGE = `Times the PromQL engine beside a real Prometheus that holds the same samples, and how queries end.

  npm run bench:promql -- [--rounds N] [--only TEXT] [--json] [--write FILE]

  --rounds N    rounds, in each of which both are asked in turn (7)
  --only TEXT   the evaluations whose name or query holds this text
  --json        print { rounds, rows, endings, bounds } only
  --write FILE  write the table as Markdown, with machine, date and versions

It needs Prometheus' \`prometheus\` on the PATH, and takes some minutes.
`

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    write: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

/** When a query is ended: after these parts of its time. */
const PARTS = [0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9]

async function main(): Promise<number> {
  if (values.help) {
    console.log(USAGE)
    return 0
  }
  const rounds = Number(values.rounds)
  if (!(Number.isInteger(rounds) && rounds > 0)) {
    console.error(`--rounds is ${values.rounds}: expected a whole number above 0`)
    return 2
  }
  const findings = await find(rounds)
  if (values.json) console.log(JSON.stringify(findings))
  else {
    console.log(`\n${plainTable(findings.rows)}\n`)
    for (const { met, what, seen } of targets(findings))
      console.log(`${met ? 'reached ' : 'SHORT   '} ${what}: ${seen}`)
  }
  if (values.write !== undefined) writeFileSync(values.write, report(findings))
  return 0
}

async function find(rounds: number): Promise<Findings> {
  say('how memory is bounded')
  const bounds = await measureBounds()
  const memory = remember(METRIC_NAMES)
  const prometheus = await startPrometheus()
  try {
    const beganMs = performance.now()
    await send(METRIC_NAMES, prometheus)
    say(`both hold ${memory.size} series (Prometheus after ${Math.round((performance.now() - beganMs) / 1_000)} s)`)
    const rows = await raceAll(memory, prometheus, rounds)
    say('how queries end')
    const endings = [await timeEndings(memory, 'signal', PARTS), await timeEndings(memory, 'timeoutMs', PARTS)]
    return { rounds, rows, endings, bounds }
  } finally {
    await prometheus.stop()
  }
}

async function raceAll(memory: MemorySeries, prometheus: Prometheus, rounds: number): Promise<Row[]> {
  const engine = new Engine()
  const [ourAsker, theirAsker] = [ours(engine, memory), theirs(prometheus)]
  const [ourAnswers, theirAnswers] = [ourSide(engine, memory), theirSide(prometheus)]
  const rows: Row[] = []
  try {
    for (const evaluation of EVALUATIONS) {
      const { what, query, times } = evaluation
      if (!`${what} ${query}`.includes(values.only)) continue
      say(`${what}: ${query}`)
      const first = await firstOf(evaluation)
      const theirFirst = await theirAsker.ask(evaluation)
      const [ourAnswer, theirAnswer] = [await ourAnswers(query, times), await theirAnswers(query, times)]
      const difference = compare(ourAnswer, theirAnswer, false)
      if (difference !== undefined || ourAnswer.kind !== 'series' || ourAnswer.series.length === 0) {
        throw new Error(`not the same: ${difference?.text ?? 'nothing'}\n${show(ourAnswer)}\n${show(theirAnswer)}`)
      }
      const seen = await race(evaluation, ourAsker, theirAsker.ask, rounds)
      rows.push({
        what,
        query,
        ours: { ...timesOf(seen.ours), firstMs: first.ms, peakMB: first.peakMB },
        theirs: { ...timesOf(seen.theirs), firstMs: theirFirst.ms },
        ...ratiosOf(seen.ours, seen.theirs),
      })
    }
    return rows
  } finally {
    await theirAsker.close()
  }
}

/** Goes on beside the results, which `--json` has alone on its output. */
function say(text: string): void {
  console.error(text)
}

process.exitCode = await main()
