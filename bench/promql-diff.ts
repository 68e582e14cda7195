/**
 * Random queries over random data, asked of our engine and of a real Prometheus 2.42: the answers are equal, apart from
 * the differences between Prometheus 2 and 3 that are listed in `promql/diff/differences.ts`.
 *
 *   npm run promql:diff [-- --seed 1] [--count 2000] [--from 0] [--all]
 */
import { parseArgs } from 'node:util'
import { show } from './promql/diff/answer.ts'
import { type Outcome, prepareDuel } from './promql/diff/duel.ts'
import { textOf } from './promql/diff/tree.ts'
import { hasPrometheus, startPrometheus } from './promql/prometheus.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '2000' },
    from: { type: 'string', default: '0' },
    all: { type: 'boolean', default: false },
  },
})
const [seed, count, from] = [Number(values.seed), Number(values.count), Number(values.from)]
const AT_ONCE = 4

if (!hasPrometheus()) {
  console.log('skipped: needs prometheus')
  process.exit(process.env['CI'] === 'true' ? 1 : 0)
}

const prometheus = await startPrometheus()
const counts = new Map<string, number>()
let done = 0
try {
  const duel = await prepareDuel(seed, prometheus)
  let next = from
  const work = async (): Promise<void> => {
    while (next < from + count) {
      const number = next++
      note(number, await duel.ask(number))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
} finally {
  await prometheus.stop()
}
summarize()
process.exitCode = counts.has('unexplained') ? 1 : 0

function note(number: number, outcome: Outcome): void {
  const { verdict, explanation } = outcome
  const name = explanation === undefined ? verdict : `${verdict}: ${explanation}`
  counts.set(name, (counts.get(name) ?? 0) + 1)
  if (verdict === 'unexplained' || (values.all && verdict === 'explained')) report(number, outcome)
  done++
  if (done % 500 === 0) console.log(`${done} of ${count}, ${counts.get('unexplained') ?? 0} unexplained`)
}

function summarize(): void {
  const countOf = (prefix: string): number =>
    [...counts].filter(([name]) => name.startsWith(prefix)).reduce((sum, [, times]) => sum + times, 0)
  const line = (times: number, text: string): void => console.log(`${String(times).padStart(8)}  ${text}`)
  console.log(`\nseed ${seed}, expressions ${from} to ${from + count - 1}`)
  line(done, 'compared')
  line(countOf('same-'), 'equal:')
  line(countOf('same-series'), '  with series')
  line(countOf('same-nothing'), '  with nothing')
  line(countOf('same-error'), '  refused')
  line(countOf('explained'), 'explained:')
  for (const [name, times] of [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (name.startsWith('explained: ')) line(times, `  ${name.slice('explained: '.length)}`)
  }
  line(countOf('unexplained'), 'unexplained')
}

function report(number: number, { query, seen, verdict, explanation }: Outcome): void {
  if (seen === undefined) return
  const { times } = seen.query
  const again = `npm run promql:diff -- --seed ${seed} --from ${number} --count 1`
  console.log(
    [
      `\n${verdict}${explanation === undefined ? '' : `: ${explanation}`} · ${again}`,
      `  from      ${textOf(query.tree, 'ours')}`,
      `  smallest  ${seen.text}`,
      `  at        ${JSON.stringify(times)}`,
      `  differs   ${seen.difference.kind}: ${seen.difference.text}`,
      'ours',
      show(seen.ours),
      'theirs',
      show(seen.theirs),
    ].join('\n'),
  )
}
