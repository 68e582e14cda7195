import type { Access } from '../access/index.ts'
import type { Notices } from '../alert/index.ts'
import type { Clock } from '../kernel/index.ts'
import type { Instance, ReleaseSettings, ReleaseStore, Ship } from '../ship/index.ts'
import type { Store } from '../store/index.ts'

/** What the routes call. */
export interface Rooms {
  readonly clock: Clock
  readonly store: Store
  readonly access: Access
  readonly ship: Ship
  readonly releases: ReleaseStore
  readonly notices: Pick<Notices, 'health' | 'test' | 'deliveries' | 'delivery'>
  readonly settings: () => Readonly<Record<string, ReleaseSettings>>
  readonly instances: (service?: string) => Promise<readonly Instance[]>
  readonly gateway: {
    readonly address: string
    /** Rejects with what is wrong when the gateway does not answer. */
    readonly check: (signal: AbortSignal) => Promise<void>
  }
  readonly hub: {
    readonly version: string
    readonly startedMs: number
    /** Whether this hub carries out releases, or another one on the same database does. */
    readonly leading: () => boolean
  }
}
