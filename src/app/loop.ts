import type { Snapshot } from '../gateway/index.ts'
import type { Clock } from '../kernel/index.ts'
import { Executor, type ProcessTarget, ReleaseStore, type Router, Ship, slowSignal } from '../ship/index.ts'
import type { Store, Term } from '../store/index.ts'
import { evidenceOf, type Slowness } from '../watch/index.ts'
import type { Configuration } from './configuration/schema.ts'
import type { Log } from './log.ts'

/** The rooms that the loop joins. */
export interface Parts {
  readonly clock: Clock
  readonly store: Store
  readonly target: ProcessTarget
  readonly router: Router & { readSnapshot(signal: AbortSignal): Promise<Snapshot> }
  readonly configuration: () => Configuration
  readonly log: Log
  /** Called at each boundary between state and effect; tests end the process there. */
  readonly boundary?: (where: string) => void
}

export interface Loop {
  readonly releases: ReleaseStore
  readonly ship: Ship
  /**
   * Runs until the term is over: a database has one hub that leads, and refuses what another one decides. Rejects with
   * `Conflict`, before anything was done, while another program keeps the instances.
   */
  readonly run: (term: Term) => Promise<void>
}

/**
 * The whole product, as it goes round: somebody asks for a release (`ship`); the executor starts its
 * instances on the target and divides traffic in the router; the gateway counts what each version
 * answers; the counts are evidence, which the judge weighs inside the release's own step; and its
 * verdict is the next thing the executor carries out. Every step is saved with its entry before it
 * has an effect.
 */
export function makeLoop(parts: Parts): Loop {
  const { clock, store, target, router, configuration, log, boundary } = parts
  const releases = new ReleaseStore(store)
  const executor = new Executor({
    clock,
    target,
    router,
    releases,
    collect: async (ask, signal) => {
      const snapshot = await router.readSnapshot(signal)
      return evidenceOf(snapshot, ask, slownessOf(configuration(), ask.service))
    },
    complain: (message, detail) => log.warn(message, detail),
    ...(boundary ? { boundary } : {}),
  })
  const ship = new Ship({ releases, executor, clock, settings: () => configuration().services })

  const hearInstances = (): (() => void) =>
    target.watch(event => {
      if (event.kind === 'ready') return
      const { service, version } = event.instance
      log.info(`instance ${event.kind}`, { service, version, reason: event.reason })
      if (event.kind === 'crash-loop') void executor.reportCrashLoop(service, version, event)
    })

  return {
    releases,
    ship,
    async run({ signal, store: own, check }) {
      await target.instances() // takes over those that run
      const deaf = hearInstances()
      const failed = new AbortController()
      const either = AbortSignal.any([signal, failed.signal])
      try {
        // Neither goes on without the other.
        const leading = executor.run({ signal: either, releases: new ReleaseStore(own), check })
        const both = [target.run(either), leading].map(async running => {
          await running.catch((error: unknown) => {
            failed.abort(error)
            throw error
          })
        })
        await Promise.allSettled(both)
        await Promise.all(both)
      } finally {
        deaf()
      }
    },
  }
}

/** What of a service's past its latency signals are compared with. */
function slownessOf({ services }: Configuration, service: string): readonly Slowness[] {
  const latency = services[service]?.verdict.latency ?? []
  return latency.map(({ quantile, tolerance }) => ({
    signal: slowSignal(quantile),
    quantile: Number(quantile.slice(1)) / 100,
    toleranceMs: tolerance,
  }))
}
