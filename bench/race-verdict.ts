import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { Row } from './race-verdict/race.ts'
import { markdownTable, plainTable } from './race-verdict/table.ts'
import { targets } from './race-verdict/targets.ts'
import type { World } from './race-verdict/traffic.ts'

const USAGE = `Races the verdict against its peers on one seeded traffic.

  npm run race:verdict -- [--runs N] [--quick] [--json] [--write FILE]

  --runs N      releases per rival and world (500); of harmless ones, twice as many
  --quick       few releases in few worlds
  --json        print { rows: […] } only
  --write FILE  write the tables as Markdown, with machine and date
`

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    write: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

/** What is raced: broken releases, then harmless ones at every base rate and traffic. */
function worlds(quick: boolean): World[] {
  const broken: [requestsPerSecond: number, baseRate: number, newRate: number][] = [
    [20, 0.003, 0.01],
    [20, 0.003, 0.02],
    [20, 0.003, 0.05],
    [5, 0.003, 0.05],
    [200, 0.003, 0.02],
    [20, 0.001, 0.01],
    [20, 0.01, 0.05],
    [20, 0.02, 0.05],
  ]
  const harmless = [5, 20, 200].flatMap(requestsPerSecond =>
    [0.001, 0.003, 0.01, 0.02].map((rate): (typeof broken)[number] => [requestsPerSecond, rate, rate]),
  )
  const quickly = [...broken.slice(1, 3), ...harmless.filter(([requests, rate]) => requests < 200 && rate < 0.01)]
  const all = quick ? quickly : [...broken, ...harmless]
  return all.map(([requestsPerSecond, baseRate, newRate]) => ({ requestsPerSecond, baseRate, newRate }))
}

async function main(): Promise<number> {
  if (values.help) {
    console.log(USAGE)
    return 0
  }
  const runs = Number(values.runs ?? (values.quick ? 50 : 500))
  if (!(Number.isInteger(runs) && runs > 0)) {
    console.error(`--runs is ${values.runs}: expected a whole number above 0`)
    return 2
  }
  const rows = await raceAll(worlds(values.quick), runs, here => {
    if (!values.json) console.log(plainTable(here))
  })
  if (values.json) console.log(JSON.stringify({ rows }))
  else for (const { met, what, seen } of targets(rows)) console.log(`${met ? 'reached ' : 'SHORT   '} ${what}: ${seen}`)
  if (values.write !== undefined) writeFileSync(values.write, report(rows, runs))
  return 0
}

/** Races in all worlds, one thread a processor; the rows come in the order of the worlds. */
async function raceAll(all: readonly World[], runs: number, show: (rows: readonly Row[]) => void): Promise<Row[]> {
  const done: Row[][] = []
  const waiting = [...all.entries()]
  let shown = 0
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, world] = next
      done[index] = await oneWorld(world, runs)
      for (let rows = done[shown]; rows !== undefined; rows = done[++shown]) show(rows)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return done.flat()
}

function oneWorld(world: World, runs: number): Promise<Row[]> {
  // The rare event of a false rollback takes more releases to measure.
  const releases = world.newRate === world.baseRate ? 2 * runs : runs
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./race-verdict/one-world.ts', import.meta.url), {
      workerData: { world, runs: releases },
    })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

function report(rows: readonly Row[], runs: number): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, Node ${process.version}`
  const list = targets(rows).map(({ met, what, seen }) => `- ${met ? 'reached' : '**short**'}: ${what} – ${seen}`)
  return `## The verdict against its peers

\`npm run race:verdict\`, ${new Date().toISOString().slice(0, 10)}, ${machine}; ${runs} simulated broken and ${2 * runs} harmless
releases a row, one seeded traffic for all.

Seconds count from the first request to the new version. "× bound" is the median as a multiple of the mean time that any
test with 1 % false rollbacks needs on the same split of the traffic (a median may lie below a mean). "Bad requests" is the
mean of what the new version served in three hours: who promotes a broken version serves it to everybody until then.
"Tuned" peers, with an interval of 10 s, look at 10 s of metrics each time.

${list.join('\n')}

${markdownTable(rows)}
`
}

process.exitCode = await main()
