import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import type { Bound } from './bounds.ts'
import type { Ending } from './ending.ts'
import type { Row } from './race.ts'
import { markdownTable } from './table.ts'

/** All that one run of the bench has to say. */
export interface Findings {
  readonly rounds: number
  readonly rows: readonly Row[]
  readonly endings: readonly Ending[]
  readonly bounds: readonly Bound[]
}

/** What is to be reached, and whether it is. */
export interface Target {
  readonly met: boolean
  readonly what: string
  readonly seen: string
}

const ENDS_WITHIN_MS = 50
/** Twice what Prometheus keeps a sample in, and what any query needs. */
const [BYTES_A_SAMPLE, BYTES_ANYWAY] = [32, 32e6]

export function targets({ rows, endings, bounds }: Findings): Target[] {
  return [
    ...rows.map(({ what, ratio, worstRatio }) => ({
      met: ratio < 1,
      what: `${what}: faster than Prometheus' p50 over HTTP`,
      seen: `${ratio.toFixed(2)} of its time, ${worstRatio.toFixed(2)} in the worst round`,
    })),
    ...endings.map(({ by, times, p50Ms, worstMs, worst, stretchMs }) => ({
      met: worstMs <= ENDS_WITHIN_MS,
      what: `ends within ${ENDS_WITHIN_MS} ms by ${by}`,
      seen:
        `p50 ${p50Ms.toFixed(1)} ms, at most ${worstMs.toFixed(0)} of ${times} (\`${worst}\`); ` +
        `at most ${stretchMs.toFixed(0)} ms of the processor without a look`,
    })),
    {
      met: bounds.every(({ maxSamples, peakMB }) => peakMB * 1e6 <= BYTES_ANYWAY + BYTES_A_SAMPLE * maxSamples),
      what: `maxSamples bounds memory: at most ${BYTES_A_SAMPLE} bytes a sample and ${BYTES_ANYWAY / 1e6} MB`,
      seen: `a query of 36 million samples, ${bounds.map(boundText).join('; ')}`,
    },
  ]
}

function boundText({ maxSamples, peakMB, refused }: Bound): string {
  const outcome = refused ? 'refused' : 'answered'
  return `${outcome} at ${maxSamples.toLocaleString('en')} with ${Math.round(peakMB)} MB`
}

export function versions(): string {
  const prometheus = /version (\S+)/.exec(spawnSync('prometheus', ['--version'], { encoding: 'utf8' }).stdout)?.[1]
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor'
  return `${cpus().length} × ${processor}, Node ${process.version}, Prometheus ${prometheus ?? 'of unknown version'}`
}

export function report(findings: Findings): string {
  const list = targets(findings).map(({ met, what, seen }) => `- ${met ? 'reached' : '**short**'}: ${what} – ${seen}`)
  const queries = findings.rows.map(({ what, query }) => `- ${what}: \`${query}\``)
  return `## PromQL beside Prometheus

\`npm run bench:promql\`, ${new Date().toISOString().slice(0, 10)}, ${versions()}; ${findings.rounds} rounds, both in turn.

Both hold the same samples, every 15 s, in memory, and their answers were compared first: no series and no value (beyond
1e-6) differed. Ours is asked in its own process, Prometheus over HTTP on loopback until its answer is here, unread; "its
evaluation" is what its own statistics say of that, without HTTP and JSON. A first time is that of a new process, or the
first request for that query. MB is the most that the used heap and the resident memory outside of it grew by in a
first evaluation, garbage that was not collected yet among it, looked at about each millisecond. A ratio is that of the p50 of a round; the
table has the median of the rounds.

Ten queries that take long are ended after parts of their time. Late is from the moment that was meant until the promise is
settled; what else the machine does adds to it, but not to the longest stretch of the processor's time in which a query
does not look whether it is to end.

${list.join('\n')}

${markdownTable(findings.rows)}

${queries.join('\n')}
`
}
