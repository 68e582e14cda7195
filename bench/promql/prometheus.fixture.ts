import { describe } from 'vitest'
import { hasPrometheus } from './prometheus.ts'

/** A suite that needs a real Prometheus; where there is none, it says so, and with CI=true it fails. */
export function describeWithPrometheus(name: string, suite: () => void): void {
  const isThere = hasPrometheus()
  if (!isThere) {
    process.stdout.write('skipped: needs prometheus\n')
    if (process.env['CI'] === 'true') throw new Error('With CI=true no test may be skipped. Install first: prometheus')
  }
  describe.runIf(isThere)(name, suite)
}
