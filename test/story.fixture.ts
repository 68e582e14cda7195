import type { ReleaseView } from '../src/client/index.ts'
import { lost } from './traffic.fixture.ts'
import { World, type WorldOptions } from './world.fixture.ts'

/** For machines that are very busy: a story takes seconds. */
export const STORY_MS = 180_000

export type OnTestFinished = (end: () => Promise<void>) => void

/** A world with version `v1` in service and customers, which ends with the test. */
export async function worldFor(onTestFinished: OnTestFinished, options: WorldOptions = {}): Promise<World> {
  const world = new World(options)
  onTestFinished(() => world.close())
  await world.begin()
  return world
}

/** Whether a version has all the traffic, in the store, in the gateway and at the customers, of whom none was let down. */
export async function serves(world: World, version: string): Promise<Record<string, unknown>> {
  const { stable, versions } = await world.service()
  const split = await world.split()
  return {
    stable,
    versions: versions.map(({ version, weight }) => `${version} ${weight} %`),
    gateway: split?.shares.map(({ version, weight }) => `${version} ${weight} %`),
    answers: await answerOf(world, version),
    splitFaults: world.splitFaults,
    lost: lost(world.traffic?.misses ?? []),
  }
}

/** What `serves` says when all is well. */
export function wholly(version: string): Record<string, unknown> {
  const all = [`${version} 100 %`]
  return { stable: version, versions: all, gateway: all, answers: version, splitFaults: [], lost: [] }
}

async function answerOf(world: World, version: string): Promise<string> {
  const response = await fetch(world.gatewayUrl, { signal: AbortSignal.timeout(20_000) })
  const text = await response.text()
  return response.ok || version.startsWith('bad') ? text : `${response.status} ${text}`
}

/** What a person reads of a release that did not make it. */
export function told({ outcome }: ReleaseView): { kind: string; reason: string; hint: string } {
  const { kind = 'promoted', reason = '', hint = '' } = outcome ?? {}
  return { kind, reason, hint }
}
