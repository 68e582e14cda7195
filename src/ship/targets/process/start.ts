import type { Fault } from '../../obstacle.ts'
import { joinGroups, makeGroups } from './cgroup.ts'
import { cannotWrite } from './explain.ts'
import { membersIn } from './group.ts'
import { launch, type Running } from './launch.ts'
import { commandFor } from './plan.ts'
import { survey } from './proc.ts'
import type { InstanceRecord } from './records.ts'
import type { Surroundings } from './surroundings.ts'

export type Started =
  | { readonly ok: true; readonly running: Running; readonly unlimited: string | undefined }
  | { readonly ok: false; readonly fault: Fault; readonly hint: string }

/** Starts the process of an instance under its limits. `unlimited`: why they are not enforced. */
export async function start(record: InstanceRecord, logPath: string, around: Surroundings): Promise<Started> {
  const command = commandFor(record.plan, record, around.inherited)
  let unlimited = makeGroups(record.groups, record.plan.limits)
  try {
    const launched = await launch(command, logPath, pid => {
      unlimited ??= joinGroups(record.groups, [pid])
    })
    return launched.ok ? { ...launched, unlimited } : launched
  } catch (error) {
    return { ok: false, ...cannotWrite(error, around.logFolder) } // the log cannot be opened
  }
}

/** A program may have started others before it was put under its limits, and a hub may have died before it put any. */
export async function limitChildren(record: InstanceRecord): Promise<void> {
  const { groups, id: instanceId, leader } = record
  if (groups.memory === undefined && groups.cpu === undefined) return
  joinGroups(
    groups,
    membersIn(await survey(), { instanceId, leader }).map(stat => stat.pid),
  )
}
