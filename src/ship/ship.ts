import { releasePlan } from '../judge/index.ts'
import { type Clock, Conflict, InvalidInput, NotFound } from '../kernel/index.ts'
import type { Executor } from './release/executor.ts'
import type { Order } from './release/orders.ts'
import type { Plan, Release } from './release/release.ts'
import { asked } from './release/step.ts'
import { Strategy, stagesOf } from './release/strategy.ts'
import { type ReleaseSettings, verdictOptions } from './service.ts'
import type { Along, ReleaseStore } from './store.ts'
import type { Workload } from './targets/target.ts'

/** What somebody asks to be deployed. */
export interface DeployOrder {
  readonly service: string
  readonly version: string
  /** Runs this instead of the configured command. */
  readonly command?: string | readonly string[]
  readonly strategy?: Readonly<Record<string, unknown>>
  readonly note?: string
  readonly by: string
}

/** What is asked of the store: a strategy that was read, and whether a version comes back that has served before. */
type Asked = Omit<DeployOrder, 'strategy'> & { readonly back?: boolean }

interface Deps {
  readonly releases: ReleaseStore
  readonly executor: Executor
  readonly clock: Clock
  /** The configuration in force; it may change while the hub runs. */
  readonly settings: () => Readonly<Record<string, ReleaseSettings>>
}

const VERSION = /^[A-Za-z0-9][A-Za-z0-9._+:@/-]{0,127}$/
const WARM_FOR_MS = 7_200_000

/**
 * The verbs of the room: what a person or a program can ask of releases. `along` belongs into the transaction that
 * writes the order down.
 */
export class Ship {
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  async deploy(order: DeployOrder, along?: Along): Promise<Release> {
    const settings = this.#settings(order.service)
    const run = order.command === undefined ? settings.run : { ...settings.run, command: order.command }
    const strategy = order.strategy ? parsed(order.strategy) : settings.strategy
    const workload = { service: order.service, version: order.version, run }
    return this.#ask(order, workload, { ...settings, strategy }, along)
  }

  /**
   * Brings an earlier version back: by changing weights while it still stands by, otherwise as a
   * release of its own, all at once, since it has served before.
   */
  async rollBack(service: string, to: string | undefined, by: string, note?: string, along?: Along): Promise<Release> {
    const { releases } = this.#deps
    const settings = this.#settings(service)
    const active = await releases.active(service)
    const underWay = active.findLast(({ state }) => state.phase !== 'baking' && state.phase !== 'retiring')
    const baking = active.findLast(({ state }) => state.phase === 'baking')
    const newest = underWay ?? baking
    const standsBy = newest?.state.previous?.version
    if (newest && (to === undefined || to === standsBy)) {
      return this.order(newest.id, { kind: 'roll-back', by, ...(note ? { note } : {}) }, along)
    }
    if (to === undefined) {
      throw new Conflict(`${service} has no release under way, and no earlier version stands by`, {
        hint: `Name the version: shipwatch rollback ${service} --to VERSION`,
      })
    }
    const workload = await releases.workload(service, to)
    if (!workload) {
      throw new NotFound(`${service} was never deployed as ${to}`, {
        field: 'to',
        hint: `shipwatch releases ${service} lists its versions.`,
      })
    }
    const strategy = Strategy.parse({ type: 'all-at-once' })
    const order = { service, version: to, by, back: true, ...(note === undefined ? {} : { note }) }
    return this.#ask(order, workload, { ...settings, strategy, onNewer: 'supersede' }, along)
  }

  /** Passes on what a person asks of a release. */
  order(id: string, order: Order, along?: Along): Promise<Release> {
    return this.#deps.executor.send(id, order, along)
  }

  /** The release of a service that an order without an id means: the one under way. */
  async underWay(service: string): Promise<Release> {
    this.#settings(service)
    const active = await this.#deps.releases.active(service)
    const found = active.findLast(({ state }) => state.phase !== 'baking' && state.phase !== 'retiring')
    if (found) return found
    throw new Conflict(`${service} has no release under way`, {
      hint: `shipwatch releases ${service} lists those there were.`,
    })
  }

  #settings(service: string): ReleaseSettings {
    const settings = this.#deps.settings()
    const found = Object.hasOwn(settings, service) ? settings[service] : undefined // `constructor` is none
    if (found) return found
    const known = Object.keys(settings).toSorted().join(', ')
    throw new NotFound(`no service ${service}`, {
      field: 'service',
      hint: known ? `The configuration has: ${known}.` : 'The configuration has no service yet: see shipwatch init.',
    })
  }

  async #ask(order: Asked, workload: Workload, settings: ReleaseSettings, along: Along | undefined): Promise<Release> {
    const { releases, clock } = this.#deps
    if (!VERSION.test(order.version)) {
      throw new InvalidInput(`“${order.version}” cannot be a version`, {
        field: 'version',
        hint: 'Use letters, digits and . _ + : @ / -, 128 at most, the first a letter or digit.',
      })
    }
    const plan = planOf(order, workload, settings)
    const release = await releases.create(plan, asked(plan, clock.now()), order.by, along)
    this.#deps.executor.nudge()
    return release
  }
}

function parsed(input: unknown): Strategy {
  const result = Strategy.safeParse(input)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new InvalidInput(`strategy.${issue?.path.join('.')}: ${issue?.message}`, {
    field: `strategy.${issue?.path.join('.')}`,
    hint: 'docs/releases.md describes the strategies.',
  })
}

/** Freezes what a release will do. */
function planOf(order: Asked, workload: Workload, settings: ReleaseSettings): Plan {
  const { strategy, instances } = settings
  const standsBy = strategy.type === 'canary' || strategy.type === 'blue-green'
  return {
    service: order.service,
    version: order.version,
    workload,
    replicas: instances,
    strategy: strategy.type,
    stages: stagesOf(strategy, instances),
    needsVerdict: strategy.type === 'canary',
    earlyPromotion: strategy.type === 'canary' && strategy.earlyPromotion,
    onInconclusive: settings.onInconclusive,
    onNewer: settings.onNewer,
    verdict: releasePlan(verdictOptions(settings.verdict)),
    warmForMs: settings.warmFor ?? (standsBy ? WARM_FOR_MS : 0),
    ...(order.note ? { note: order.note } : {}),
    ...(order.back ? { back: true } : {}),
  }
}
