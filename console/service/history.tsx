import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { Badge } from '../design/badge.tsx'
import { Button } from '../design/button.tsx'
import { Panel } from '../design/panel.tsx'
import { unbroken } from '../design/unbroken.ts'
import { When } from '../design/when.tsx'
import type { ReleaseView, ServiceView } from '../hub/contract.ts'
import { Paged } from '../hub/paged.tsx'
import { releasesQuery } from '../hub/queries.ts'
import { useWords } from '../language/language.tsx'
import { inOneLine, outcomeLines } from '../language/reason.ts'
import { canComeBack, mayOrder } from '../release/orders.ts'
import { standingOf, stepOf } from '../release/state.ts'
import { useSession } from '../session/session.ts'
import { BackToVersionDialog } from './back-to-version-dialog.tsx'

/** How the releases of a service ended, newest first. */
export function History({ service }: { readonly service: ServiceView }) {
  const { say } = useWords()
  const session = useSession()
  const [back, setBack] = useState<string>()
  const query = useInfiniteQuery(releasesQuery(service.name))
  const releases = query.data?.pages.flat() ?? []
  return (
    <Panel title={say('history')}>
      <div className="flex flex-col gap-6">
        <Paged query={query} isEmpty={releases.length === 0} none={<p className="text-soft">{say('history.none')}</p>}>
          <ul className="-my-3 divide-y divide-line">
            {releases.map(release => (
              <Line
                key={release.id}
                release={release}
                onBack={mayOrder(session) && canComeBack(release, service) ? () => setBack(release.version) : undefined}
              />
            ))}
          </ul>
        </Paged>
      </div>
      {back !== undefined && (
        <BackToVersionDialog service={service.name} version={back} onClose={() => setBack(undefined)} />
      )}
    </Panel>
  )
}

function Line({ release, onBack }: { readonly release: ReleaseView; readonly onBack: (() => void) | undefined }) {
  const words = useWords()
  const { say } = words
  const { shape, tone, word } = standingOf(release)
  const { id, createdAt, outcome, note, candidate } = release
  const why = outcome && inOneLine(outcomeLines(outcome, words), words)
  return (
    <li className="grid gap-x-6 gap-y-1.5 py-3.5 md:grid-cols-[11rem_9rem_minmax(0,1fr)_auto] md:items-start">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3 md:block">
        <Link
          href={`/releases/${id}`}
          className="font-medium text-sea underline decoration-sea/40 underline-offset-4 hover:decoration-sea"
        >
          {stepOf(release)}
        </Link>
        <p className="text-sm text-faint">
          <When at={createdAt} />
        </p>
      </div>
      <Badge shape={shape} tone={tone}>
        {say(word)}
      </Badge>
      <div className="min-w-0 text-sm text-soft">
        {note && <p className="font-medium text-ink">{note}</p>}
        {why && <p className="line-clamp-3">{unbroken(why)}</p>}
        {outcome && outcome.kind !== 'promoted' && candidate.bad > 0 && (
          <p className="text-faint">{say('history.bad', { count: candidate.bad })}</p>
        )}
      </div>
      {onBack && (
        <Button isSmall icon="rollback" onClick={onBack}>
          {say('backTo', { version: release.version })}
        </Button>
      )}
    </li>
  )
}
