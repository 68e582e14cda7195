/*
 * A hub of its own process, to be killed: `node hub.fixture.ts '{"options":…,"workload":…,…}'` brings a
 * workload to a count and ends itself with SIGKILL right after the nth time that `step` was done.
 */
import { systemClock } from '../../../kernel/index.ts'
import type { Workload } from '../target.ts'
import { type ProcessTargetOptions, processTarget, type Step } from './index.ts'

export interface HubOrders {
  readonly options: Omit<ProcessTargetOptions, 'clock'>
  readonly workload: Workload
  readonly count: number
  readonly dieAfter: { readonly step: Step; readonly times: number }
  /** Kill the instance once it is ready, so that it is started again. */
  readonly endInstance?: boolean
}

const orders = JSON.parse(process.argv[2] ?? '') as HubOrders
let times = 0
const target = processTarget({
  ...orders.options,
  clock: systemClock,
  onStep: step => {
    if (step === orders.dieAfter.step && ++times === orders.dieAfter.times) process.kill(process.pid, 'SIGKILL')
  },
})
const hub = new AbortController()
const running = target.run(hub.signal)
const scaled = await target.scale(orders.workload, orders.count, hub.signal)
if (scaled.ok && orders.endInstance)
  for (const { facts } of scaled.instances) process.kill(Number(facts?.['pid']), 'SIGKILL')
await running
