import { type Clock, messageOf } from '../../kernel/index.ts'
import { type Obstacle, obstacleOf } from '../obstacle.ts'
import type { Routed, Router, Split } from '../routers/router.ts'
import type { Target, Workload } from '../targets/target.ts'
import type { Reasoned } from './because.ts'
import type { Command, Plan, ReleaseState } from './release.ts'
import { splitOf } from './split.ts'

/** What releases act upon. */
export interface World {
  readonly target: Target
  readonly router: Router
  readonly clock: Clock
}

export type Carried =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: string; readonly because: Obstacle; readonly hint?: string }

/** How long a router that does not answer is tried before people hear of it: short restarts are none of their business. */
const TELL_AFTER_MS = 5_000
/** How long it is tried before a release gives up its way forward, which costs what it has proved so far. */
const FORWARD_WITHIN_MS = 20_000
/** How long unfinished requests of a version without traffic are waited for. */
const DRAIN_WITHIN_MS = 15_000
const LOOK_EVERY_MS = 50

/**
 * Carries out one command. Each can be repeated at any time: it brings about a state. Rejects only when aborted.
 * `hindered` is told what is in the way while it is still tried.
 */
export async function carryOut(
  command: Command,
  plan: Plan,
  state: ReleaseState,
  world: World,
  signal: AbortSignal,
  hindered: (by: Reasoned<Obstacle>) => void,
): Promise<Carried> {
  const versionOf = (who: 'candidate' | 'previous'): Workload | null =>
    who === 'candidate' ? plan.workload : state.previous
  switch (command.kind) {
    case 'preflight':
      return preflight(plan.service, world, signal)
    case 'scale': {
      const workload = versionOf(command.who)
      return workload ? world.target.scale(workload, command.count, signal) : { ok: true }
    }
    case 'split': {
      const split = splitOf(command, plan, state, await world.target.instances(plan.service))
      if ('reason' in split) return { ok: false, ...split }
      return route(split, FORWARD.has(state.phase), world, signal, hindered)
    }
    case 'drain': {
      const workload = versionOf(command.who)
      if (workload) await drain(plan.service, workload.version, world, signal)
      return { ok: true }
    }
    case 'count':
      return { ok: true } // the executor, who has the evidence, has looked
  }
}

/** Nothing is started where no traffic could be sent to it. */
async function preflight(service: string, world: World, signal: AbortSignal): Promise<Carried> {
  try {
    await world.router.current(service, signal)
    return { ok: true }
  } catch (error) {
    if (signal.aborted) throw error
    return { ok: false, reason: messageOf(error), because: obstacleOf(error), ...hintOf(error) }
  }
}

function hintOf(error: unknown): { hint?: string } {
  return error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? { hint: error.hint } : {}
}

/** Phases that can be given up. What leads back cannot: its failure is told, and it is tried again. */
const FORWARD: ReadonlySet<string> = new Set(['moving', 'promoting'])

async function route(
  split: Split,
  forward: boolean,
  { router, clock }: World,
  signal: AbortSignal,
  hindered: (by: Reasoned<Obstacle>) => void,
): Promise<Carried> {
  const startedMs = clock.elapsed()
  let told = false
  for (let attempt = 0; ; attempt++) {
    const routed: Routed = await router.apply(split, signal)
    const triedMs = clock.elapsed() - startedMs
    if (routed.ok || triedMs >= (forward ? FORWARD_WITHIN_MS : TELL_AFTER_MS)) return routed
    if (!told && triedMs >= TELL_AFTER_MS) {
      told = true
      hindered(routed)
    }
    await clock.sleep(Math.min(1_000, 100 * 2 ** attempt), signal)
  }
}

/** Waits for unfinished requests, up to a bound: a client that never reads must not keep a release from ending. */
async function drain(service: string, version: string, { router, clock }: World, signal: AbortSignal): Promise<void> {
  const startedMs = clock.elapsed()
  while (clock.elapsed() - startedMs < DRAIN_WITHIN_MS) {
    let unfinished = 0
    try {
      unfinished = await router.inFlight(service, version, signal)
    } catch (error) {
      if (signal.aborted) throw error
      return // a router that is gone holds no requests
    }
    if (unfinished === 0) return
    await clock.sleep(LOOK_EVERY_MS, signal)
  }
}
