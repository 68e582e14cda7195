import type { ReleaseView, ServiceView, StatusView } from '../../client/index.ts'
import { grid } from '../terminal/grid.ts'
import type { Look } from '../terminal/look.ts'
import { wrap } from '../terminal/width.ts'
import { counted, roughSeconds, timeOf, weightOf } from '../words.ts'
import { doubtsOf } from './guards.ts'
import { labelled, spaced } from './labelled.ts'
import { phaseWords, titleOf } from './stages.ts'

/** The hub, its gateway and every service; what is wrong comes first. */
export function drawStatus({ hub, gateway, services }: StatusView, nowMs: number, look: Look): string[] {
  const { paint, glyphs } = look
  const problems = [
    ...(gateway.reachable
      ? []
      : [`gateway ${gateway.address} does not answer${gateway.problem ? `: ${gateway.problem}` : ''}`]),
    ...services.flatMap(problemsOf),
  ]
  const troubled = services.filter(service => problemsOf(service).length > 0)
  const calm = services.filter(service => !troubled.includes(service))
  const up = roughSeconds(nowMs - timeOf(hub.startedAt))
  return [
    ...problems.flatMap(problem =>
      wrap(problem, look.width - 2).map((line, i) => paint.red(`${i === 0 ? glyphs.bad : ' '} ${line}`)),
    ),
    ...(problems.length > 0 ? [''] : []),
    ...serviceTable([...troubled, ...calm], nowMs, look),
    '',
    ...grid(
      [
        [
          'hub',
          `${hub.version}, ${hub.leading ? 'leading' : 'standing by: another hub leads'}, up ${up}, ${hub.store}`,
        ],
        ['gateway', `${gateway.address}, ${gateway.reachable ? 'answers' : paint.red('does not answer')}`],
      ],
      look,
    ),
  ]
}

function serviceTable(services: readonly ServiceView[], nowMs: number, look: Look): string[] {
  if (services.length === 0) return ['no service is configured; shipwatch init writes a configuration']
  const head = ['SERVICE', 'TIER', 'STABLE', 'TRAFFIC', 'READY', 'RELEASE'].map(look.paint.dim)
  const rows = services.map(service => {
    const { ready, wanted } = instancesOf(service)
    const { release } = service
    const short = ready < wanted ? look.paint.red : (text: string): string => text
    return [
      service.name,
      service.tier,
      service.stable ?? '-',
      splitWords(service),
      short(`${ready}/${wanted}`),
      release ? inkOf(release, look)(`${release.version}: ${phaseWords(release, nowMs)}`) : '-',
    ]
  })
  return grid([head, ...rows], look)
}

function inkOf({ phase, blocked }: ReleaseView, { paint }: Look): (text: string) => string {
  if (blocked || phase === 'taking-back') return paint.red
  return phase === 'held' ? paint.yellow : paint.cyan
}

/** `v2 90 %, v3 10 %`: the versions that have traffic. */
function splitWords({ versions }: ServiceView): string {
  const shares = versions
    .filter(({ weight }) => weight > 0)
    .map(({ version, weight }) => `${version} ${weightOf(weight)}`)
  return shares.join(', ') || '-'
}

/** What carries the traffic, or is meant to; a version that only stands by is told beside its release. */
function instancesOf({ instances, versions }: ServiceView): { readonly ready: number; readonly wanted: number } {
  const wanted = new Set(versions.map(({ version }) => version))
  return {
    ready: instances.filter(({ version, state }) => wanted.has(version) && state === 'ready').length,
    wanted: versions.reduce((sum, version) => sum + version.instances, 0),
  }
}

/** What keeps somebody from leaving a service alone, one sentence each. */
function problemsOf(service: ServiceView): string[] {
  const { name, release } = service
  const { ready, wanted } = instancesOf(service)
  const failing = service.instances.filter(({ state }) => state === 'backing-off' || state === 'unready')
  return [
    ...(failing.length > 0
      ? [`${name}: ${counted(failing.length, 'instance')} of ${versionsOf(failing)} cannot serve`]
      : []),
    ...(failing.length === 0 && wanted > 0 && ready === 0
      ? [`${name}: none of ${counted(wanted, 'instance')} is ready`]
      : []),
    ...(release?.blocked ? [`${name} ${release.version} is blocked: ${release.blocked.reason}`] : []),
    ...(release?.phase === 'held' && release.held && release.held.why !== 'paused'
      ? [`${name} ${release.version} is held: it waits for you to promote it or take it back`]
      : []),
    ...(release ? doubtsOf(release).map(({ reason }) => `${name} ${release.version} is in doubt: ${reason}`) : []),
    ...(release?.missing ? [`${name} ${release.version} cannot be judged: ${release.missing.reason}`] : []),
  ]
}

function versionsOf(instances: ServiceView['instances']): string {
  return [...new Set(instances.map(({ version }) => version))].join(', ')
}

/** One service: its versions, its instances, and its release. */
export function drawService(service: ServiceView, nowMs: number, look: Look): string[] {
  const { paint, glyphs } = look
  const { name, tier, owner, markets, stable, instances, release } = service
  const about = [
    tier,
    ...(owner ? [`owner ${owner}`] : []),
    ...(markets.length > 0 ? [`markets ${markets.join(', ')}`] : []),
  ]
  const head = ['INSTANCE', 'VERSION', 'STATE', 'RESTARTS', 'READY FOR', 'ADDRESS'].map(paint.dim)
  const rows = instances.map(({ id, version, state, restarts, readySince, url }) => [
    id,
    version,
    state === 'ready' ? paint.green(state) : paint.yellow(state),
    String(restarts),
    readySince === undefined ? '-' : roughSeconds(nowMs - timeOf(readySince)),
    url,
  ])
  const under = release ? `${titleOf(release, look)}, ${release.id}: ${phaseWords(release, nowMs)}` : 'none under way'
  return spaced(
    [
      `${paint.bold(name)} ${about.join(` ${glyphs.dot} `)}`,
      ...labelled('stable', stable ?? 'no version yet', look),
      ...labelled('traffic', splitWords(service), look),
      ...labelled('release', under, look),
    ],
    problemsOf(service).flatMap(problem => wrap(`${glyphs.bad} ${problem}`, look.width).map(paint.red)),
    instances.length > 0 ? grid([head, ...rows], look, { right: [3], drops: [4, 3] }) : ['no instance runs'],
  )
}
