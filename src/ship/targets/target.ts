import type { Obstacle } from '../obstacle.ts'

/** One version of one service, as it was written down when it was deployed. `run` is the target's own configuration. */
export interface Workload<Run = unknown> {
  readonly service: string
  readonly version: string
  readonly run: Run
}

/** One running copy of a workload. */
export interface Instance {
  /** Unique for ever: an instance that is replaced gets a new one; a restart in place keeps it. */
  readonly id: string
  readonly service: string
  readonly version: string
  /** Where it answers, `http://127.0.0.1:34567`. Stays the same over restarts in place. */
  readonly url: string
  readonly state: 'starting' | 'ready' | 'unready' | 'backing-off' | 'stopping'
  /** When it last became ready. */
  readonly readySinceMs?: number
  /** How often it ended without being asked to and was started again. */
  readonly restarts: number
  /** What a person may want to know of it, such as `{ pid: '4711', log: '…', limits: 'not enforced: …' }`. */
  readonly facts?: Readonly<Record<string, string>>
}

/** The outcome of `scale`. What can be expected to go wrong is returned, in words for a person. */
export type Scaled =
  | { readonly ok: true; readonly instances: readonly Instance[] }
  | {
      readonly ok: false
      /**
       * `cannot-start`: there is nothing to run, or not there. `crash-loop`: it ends again and again.
       * `not-ready`: it runs, but does not answer as configured. `cannot-stop`: it does not go away.
       */
      readonly kind: 'cannot-start' | 'crash-loop' | 'not-ready' | 'cannot-stop'
      /** What, where and the last that was seen of it (exit code, last lines of its log). */
      readonly reason: string
      readonly because: Obstacle
      readonly hint?: string
    }

/** Something that happened to an instance without being asked for. */
export type InstanceEvent = InstanceNews | InstanceLoops

interface InstanceNews {
  readonly kind: 'exited' | 'restarted' | 'ready' | 'unready'
  readonly instance: Instance
  readonly atMs: number
  readonly reason: string
}

/** It ends again and again, and what is known of that. */
interface InstanceLoops {
  readonly kind: 'crash-loop'
  readonly instance: Instance
  readonly atMs: number
  readonly reason: string
  readonly because: Obstacle
}

/** Runs workloads somewhere: processes of this machine, containers of an engine, pods of a cluster. */
export interface Target {
  readonly type: string
  /**
   * Brings a version to exactly `count` instances: starts what is missing and waits until all are
   * ready, or drains and stops what is too much (the youngest first) and waits until it is gone.
   * Safe to repeat at any moment, also after a crash in the middle: it looks at what is there first.
   * Calls for one version follow each other, those for different versions run side by side. When it
   * fails to start, it stops again what never was ready, and leaves alone what was.
   * Rejects only with the signal's reason; what it had begun is then left for the next call to pick up.
   */
  scale(workload: Workload, count: number, signal: AbortSignal): Promise<Scaled>
  /** What runs now, of one service or of all, oldest first. Instances that are gone are not listed. */
  instances(service?: string): Promise<readonly Instance[]>
  /** Tells of what happens unasked until the returned function is called. */
  watch(onEvent: (event: InstanceEvent) => void): () => void
  /** Adopts what an earlier process of ours left running, then keeps it alive (restarts with backoff) until the signal aborts. Stops no instance. */
  run(signal: AbortSignal): Promise<void>
}
