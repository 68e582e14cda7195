import type { Clock, Random } from '../../../kernel/index.ts'
import type { InstanceEvent, Scaled } from '../target.ts'
import type { Hierarchies } from './cgroup.ts'
import type { Kill } from './group.ts'
import type { Ports } from './ports.ts'
import type { Records } from './records.ts'

export type Failure = Extract<Scaled, { ok: false }>

/** Moments right after an effect: where a test may kill the hub. */
export type Step =
  | 'intended'
  | 'spawned'
  | 'recorded'
  | 'ready'
  | 'stop-recorded'
  | 'terminated'
  | 'ended'
  | 'forgotten'

/** What the instances of one target have in common. */
export interface Surroundings {
  readonly clock: Clock
  readonly random: Random
  readonly records: Records
  readonly ports: Ports
  readonly logFolder: string
  readonly hierarchies: Hierarchies
  /** Tells this target's control groups from another's. */
  readonly owner: string
  readonly inherited: Readonly<Record<string, string | undefined>>
  /** How often a ready instance is asked, and one that an earlier hub started is looked at. */
  readonly probeEveryMs: number
  readonly kill: Kill
  readonly step: (step: Step, instanceId: string) => void
  readonly emit: (event: InstanceEvent) => void
}
