import { Badge } from '../design/badge.tsx'
import { type Shape, StateShape, type Tone } from '../design/icons.tsx'
import type { InstanceView, ServiceView } from '../hub/contract.ts'
import { type Key, useWords } from '../language/language.tsx'
import { timeOf } from '../live/clock.ts'
import { useHubNow } from '../live/live.tsx'
import { instanceCounts, instancesInService } from './health.ts'

const STATES: Readonly<
  Record<InstanceView['state'], { readonly shape: Shape; readonly tone: Tone; readonly word: Key }>
> = {
  ready: { shape: 'good', tone: 'good', word: 'instance.ready' },
  starting: { shape: 'waiting', tone: 'sea', word: 'instance.starting' },
  unready: { shape: 'question', tone: 'warn', word: 'instance.unready' },
  'backing-off': { shape: 'bad', tone: 'bad', word: 'instance.backingOff' },
  stopping: { shape: 'over', tone: 'plain', word: 'instance.stopping' },
}

/** A service's health in one line: a shape for each instance, and how many can serve. */
export function Health({ service }: { readonly service: ServiceView }) {
  const { say } = useWords()
  const { ready, wanted } = instanceCounts(service)
  if (service.instances.length === 0 && wanted === 0) return <span className="text-faint">{say('instance.none')}</span>
  const shown = instancesInService(service).slice(0, 12)
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      <span className="inline-flex gap-0.5" aria-hidden="true">
        {shown.map(({ id, state }) => (
          <StateShape key={id} {...STATES[state]} size="size-3.5" />
        ))}
      </span>
      <span className={ready < wanted ? 'font-medium text-bad' : 'text-soft'}>
        {say('instance.readyOf', { ready, wanted })}
      </span>
    </span>
  )
}

/** Every instance of a service: a table where there is room, cards where there is none. */
export function Instances({ service }: { readonly service: ServiceView }) {
  const { say, format } = useWords()
  const nowMs = useHubNow()
  const { instances } = service
  if (instances.length === 0) return <p className="text-faint">{say('instance.noneRuns')}</p>
  const cell = 'md:table-cell md:border-t md:border-line md:py-2 md:pr-4 md:align-middle'
  return (
    <table className="block w-full text-left md:table">
      <thead className="sr-only md:not-sr-only">
        <tr className="text-sm text-faint md:*:pr-4 md:*:pb-2 md:*:font-normal">
          <th scope="col">{say('instance.state')}</th>
          <th scope="col">{say('version')}</th>
          <th scope="col">{say('instance.name')}</th>
          <th scope="col">{say('instance.readyFor')}</th>
          <th scope="col">{say('instance.restarts')}</th>
          <th scope="col">{say('instance.address')}</th>
        </tr>
      </thead>
      <tbody className="block divide-y divide-line md:table-row-group md:divide-y-0">
        {instances.map(({ id, version, state, readySince, restarts, url }) => (
          <tr key={id} className="flex flex-wrap items-center gap-x-3 gap-y-0.5 py-2.5 md:table-row">
            <td className={cell}>
              <Badge shape={STATES[state].shape} tone={STATES[state].tone}>
                {say(STATES[state].word)}
              </Badge>
            </td>
            <td className={`font-medium ${cell}`}>{version}</td>
            <td className={`text-soft max-md:basis-full ${cell}`}>{id}</td>
            <td className={`text-soft ${readySince ? '' : 'max-md:hidden'} ${cell}`}>
              {readySince ? (
                <>
                  <span className="md:hidden">{say('instance.readyForShort')} </span>
                  {format.clockSpan(nowMs - timeOf(readySince))}
                </>
              ) : (
                <span aria-hidden="true">–</span>
              )}
            </td>
            <td className={`${restarts > 0 ? 'font-medium text-warn' : 'text-soft'} ${cell}`}>
              <span className="md:hidden">{say('instance.restarts')} </span>
              {format.count(restarts)}
            </td>
            <td className={`font-mono text-sm text-soft ${cell}`}>{url}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
