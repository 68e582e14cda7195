import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import type { ReleaseView, ServiceView } from '../hub/contract.ts'
import { statusQuery } from '../hub/queries.ts'
import { type Say, useWords } from '../language/language.tsx'
import { ConfirmOrder } from '../release/confirm-order.tsx'

/** What bringing back an earlier version will do. */
export function comingBack(version: string, service: ServiceView | undefined, say: Say): readonly string[] {
  const release = service?.release
  if (release && release.previous === version && release.phase !== 'waiting') {
    return [say('will.backStandsBy', { version }), say('will.rollBackStops', { version: release.version })]
  }
  return [
    say('will.backStarts', { version }),
    ...(service?.stable ? [say('will.backReplaces', { version, stable: service.stable })] : []),
    say('will.backUnjudged'),
    ...(release && release.phase !== 'baking' ? [say('will.backSupersedes', { version: release.version })] : []),
  ]
}

/** Asks before an earlier version is brought back, and shows the release that does it. */
export function BackToVersionDialog({
  service,
  version,
  onClose,
}: {
  readonly service: string
  readonly version: string
  readonly onClose: () => void
}) {
  const { say } = useWords()
  const client = useQueryClient()
  const [, go] = useLocation()
  const { data: status } = useQuery(statusQuery)
  const show = (release: ReleaseView): void => {
    client.setQueryData(['release', release.id], release)
    void client.invalidateQueries({ queryKey: ['status'] })
    void client.invalidateQueries({ queryKey: ['releases', service] })
    go(`/releases/${release.id}`)
  }
  return (
    <ConfirmOrder
      title={say('backTo.title', { service, version })}
      lines={comingBack(
        version,
        status?.services.find(({ name }) => name === service),
        say,
      )}
      order={{
        path: `/services/${encodeURIComponent(service)}/rollback`,
        body: { to: version },
        label: say('backTo', { version }),
        icon: 'rollback',
        isDangerous: true,
      }}
      onDone={show}
      onClose={onClose}
    />
  )
}
