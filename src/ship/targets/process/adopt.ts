import { removeGroups } from './cgroup.ts'
import { leaderIn, runs } from './group.ts'
import { type Beginning, Keeper } from './keeper.ts'
import { readBootId, type Seen, survey } from './proc.ts'
import type { InstanceRecord } from './records.ts'
import type { Surroundings } from './surroundings.ts'

/** What became of a recorded instance while nobody looked. `forget`: it was intended and never came to be. */
export type Found = Beginning | { readonly kind: 'forget' }

/**
 * Finds out what became of an instance. A completed record names the process; one that was not completed
 * is of a hub that died around the start, and the process, if there is one, is found by its mark.
 */
export function find(record: InstanceRecord, seen: readonly Seen[]): Found {
  if (record.phase === 'stopping') return { kind: 'stopping' }
  const { leader: recorded } = record
  const leader = recorded ?? leaderIn(seen, record.id)
  if (leader && runs(leader)) return { kind: 'running', leader }
  if (!recorded && record.readySinceMs === undefined && record.restarts === 0) {
    // Without a leader, but with children: they are ended, and it is started again.
    const orphaned = seen.some(one => one.mark === record.id)
    return orphaned ? { kind: 'ended', fault: { kind: 'unseen', when: 'no-hub' } } : { kind: 'forget' }
  }
  const rebooted = recorded !== undefined && recorded.bootId !== readBootId()
  return { kind: 'ended', fault: { kind: 'unseen', when: rebooted ? 'restart' : 'no-hub' } }
}

/** Longer than a process needs from its fork to its exec, also on a busy machine. */
const FORK_TAKES_MS = 250

/** Takes over every instance that is on record. Rejects when a record cannot be read; nothing is touched then. */
export async function adopt(around: Surroundings): Promise<Map<string, Keeper>> {
  const records = await around.records.read()
  let seen = records.length > 0 ? await survey() : []
  if (records.some(record => find(record, seen).kind === 'forget')) {
    // Between its fork and its exec a process does not carry its mark yet.
    await around.clock.sleep(FORK_TAKES_MS)
    seen = await survey()
  }
  const keepers = new Map<string, Keeper>()
  for (const record of records) {
    const found = find(record, seen)
    if (found.kind === 'forget') {
      removeGroups(record.groups)
      await around.records.remove(record.id)
      continue
    }
    around.ports.keep(record.port)
    const keeper = new Keeper(around, record)
    keepers.set(record.id, keeper)
    keeper.begin(found)
  }
  return keepers
}
