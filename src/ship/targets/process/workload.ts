import { resolve } from 'node:path'
import type { Workload } from '../target.ts'
import { type Plan, planRun } from './plan.ts'
import { ProcessRun } from './schema.ts'
import type { Failure } from './surroundings.ts'

/** Plans how `count` instances of a workload are run, or says why they cannot be. */
export function planWorkload({ service, version, run }: Workload, count: number, root: string): Plan | Failure {
  const parsed = ProcessRun.safeParse(run)
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${['run', ...path].join('.')} ${message}`)
    const hint = 'Correct its configuration and deploy it again.'
    return refusal(`${service} ${version} cannot be started: ${faults.join('; ')}`, hint)
  }
  const plan = planRun(parsed.data, version, resolve(root))
  if (plan.fixedPort === undefined || count === 1) return plan
  return refusal(
    `${service} ${version} cannot be started ${count} times: all would listen on port ${plan.fixedPort}`,
    'Leave out `port`, so that each instance gets a free one in PORT; or run one instance.',
  )
}

/** What a configuration or a state folder makes impossible: rare, and said in the words of whoever found it. */
export function refusal(reason: string, hint?: string): Failure {
  const because = { kind: 'reported', text: reason } as const
  return { ok: false, kind: 'cannot-start', reason, because, ...(hint === undefined ? {} : { hint }) }
}
