import type { ReleaseView, ServiceView } from '../hub/contract.ts'
import type { Words } from '../language/language.tsx'
import { inOneLine, reasonLines } from '../language/reason.ts'

type Fleet = Pick<ServiceView, 'instances' | 'versions'>

/** The instances that serve, or are meant to; those of a version that only stands by are left out. */
export function instancesInService({ instances, versions }: Fleet): ServiceView['instances'] {
  const meant = new Set(versions.map(({ version }) => version))
  return instances.filter(({ version }) => meant.has(version))
}

/** How many instances can serve, of how many that should. */
export function instanceCounts(fleet: Fleet): { readonly ready: number; readonly wanted: number } {
  return {
    ready: instancesInService(fleet).filter(({ state }) => state === 'ready').length,
    wanted: fleet.versions.reduce((sum, version) => sum + version.instances, 0),
  }
}

export interface Concern {
  readonly tone: 'warn' | 'bad'
  readonly text: string
  readonly service: string
  readonly release?: string
}

/** What cannot serve before what waits for somebody; else in the order of the services. */
export const gravestFirst = (concerns: readonly Concern[]): readonly Concern[] =>
  concerns.toSorted((a, b) => Number(b.tone === 'bad') - Number(a.tone === 'bad'))

/** What keeps somebody from leaving a service alone, one sentence each. */
export function concernsOf(service: ServiceView, words: Words): readonly Concern[] {
  const { name, instances, release } = service
  const { say } = words
  const { ready, wanted } = instanceCounts(service)
  const failing = instances.filter(({ state }) => state === 'backing-off' || state === 'unready')
  const of = [...new Set(failing.map(({ version }) => version))].join(', ')
  return [
    ...(failing.length > 0
      ? [
          {
            tone: 'bad' as const,
            service: name,
            text: say('concern.failing', { service: name, count: failing.length, of }),
          },
        ]
      : []),
    ...(failing.length === 0 && wanted > 0 && ready === 0
      ? [{ tone: 'bad' as const, service: name, text: say('concern.noneReady', { service: name, count: wanted }) }]
      : []),
    ...(release ? releaseConcerns(name, release, words) : []),
  ]
}

const HELD = {
  paused: 'concern.held',
  inconclusive: 'concern.held',
  mismatch: 'concern.mismatch',
  disarmed: 'concern.disarmed',
} as const

function releaseConcerns(service: string, release: ReleaseView, words: Words): Concern[] {
  const { say } = words
  const { id, version, blocked, phase, held, missing } = release
  const about = { service, release: id }
  return [
    ...(blocked
      ? [
          {
            ...about,
            tone: 'bad' as const,
            text: say('concern.blocked', { service, version, reason: inOneLine(reasonLines(blocked, words), words) }),
          },
        ]
      : []),
    ...(phase === 'held' && held?.why !== 'paused'
      ? [
          {
            ...about,
            tone: 'warn' as const,
            text: say(HELD[held?.why ?? 'inconclusive'], { service, version, previous: release.previous ?? '' }),
          },
        ]
      : []),
    ...(missing
      ? [
          {
            ...about,
            tone: 'warn' as const,
            text: say('concern.missing', { service, version, reason: inOneLine(reasonLines(missing, words), words) }),
          },
        ]
      : []),
  ]
}
