import type { SecondReport, SummaryReport } from './run.ts'
import type { Counts, Report } from './tally.ts'

/** One line for a person. */
export function printSecond(report: SecondReport): string {
  return [
    `${String(report.second).padStart(4)} s`,
    `sent ${String(report.sent).padStart(4)}`,
    describe(report),
    ...(report.skipped > 0 ? [`skipped ${report.skipped}`] : []),
    ...Object.entries(report.servedBy).map(([name, counts]) => `[${name}: ${brief(counts)}]`),
  ].join('  ')
}

/** What happened, in a few lines for a person. */
export function printSummary(report: SummaryReport): string {
  const lines = [
    `${report.seconds.toFixed(1)} s, ${report.sent} requests (${(report.sent / report.seconds).toFixed(1)}/s)`,
    `  ${describe(report)}`,
    `  by status: ${byStatus(report)}`,
    ...Object.entries(report.servedBy).map(([name, counts]) => `  ${name}: ${describe(counts)}`),
  ]
  if (report.skipped > 0) lines.push(`  ${report.skipped} sessions skipped: all users were busy; give more --users`)
  return lines.join('\n')
}

function describe(counts: Counts): string {
  const { ok, turnedDown, failed, ordersPaid, ordersLost, latencyMs } = counts
  const latency = latencyMs ? `p50 ${latencyMs.p50} p99 ${latencyMs.p99} max ${latencyMs.max} ms` : 'no answer yet'
  return `ok ${ok}  turned down ${turnedDown}  failed ${failed}  paid ${ordersPaid}  lost ${ordersLost}  ${latency}`
}

function brief({ answered, failed, latencyMs }: Counts): string {
  return `${answered}, ${failed} failed, p99 ${latencyMs?.p99 ?? '–'} ms`
}

function byStatus({ byStatus }: Report): string {
  const parts = Object.entries(byStatus).map(([status, count]) => `${status} × ${count}`)
  return parts.length === 0 ? 'nothing was answered' : parts.join(', ')
}
