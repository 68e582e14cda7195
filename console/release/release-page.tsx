import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { Badge } from '../design/badge.tsx'
import { Button } from '../design/button.tsx'
import { Icon } from '../design/icons.tsx'
import { Empty, Loading } from '../design/panel.tsx'
import { Refused } from '../hub/ask.ts'
import type { ReleaseView } from '../hub/contract.ts'
import { releaseQuery, statusQuery, timelineQuery } from '../hub/queries.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useWords } from '../language/language.tsx'
import { timeOf } from '../live/clock.ts'
import { useHubNow } from '../live/live.tsx'
import { BackToVersionDialog } from '../service/back-to-version-dialog.tsx'
import { useSession } from '../session/session.ts'
import { Page } from '../shell/page.tsx'
import { Charts } from './charts/charts.tsx'
import { Checks } from './checks.tsx'
import { Doubts } from './doubts.tsx'
import { Evidence } from './evidence.tsx'
import { ORDER_WORDS, OrderDialog } from './order-dialog.tsx'
import { canComeBack, mayOrder, type Order, ordersFor } from './orders.ts'
import { StageTrack } from './stage-track.tsx'
import { isCompared, isRunning, standingOf, stepOf, strategyName } from './state.ts'
import { Timeline } from './timeline.tsx'
import { VerdictPanel } from './verdict-panel.tsx'

/** All there is to know of a release, and what can be asked of it. */
export function ReleasePage({ id }: { readonly id: string }) {
  const { say } = useWords()
  const { data: release, error, refetch } = useQuery(releaseQuery(id))
  if (release) return <Whole release={release} />
  const isUnknown = error instanceof Refused && error.status === 404
  return (
    <Page title={say('release')}>
      {isUnknown && (
        <Empty title={say('release.unknown')}>
          <Link href="/" className="text-sea underline underline-offset-4">
            {say('notFound.home')}
          </Link>
        </Empty>
      )}
      {error && !isUnknown && <Trouble error={error} onRetry={() => void refetch()} />}
      {!error && <Loading label={say('loading')} tall />}
    </Page>
  )
}

function Whole({ release }: { readonly release: ReleaseView }) {
  const words = useWords()
  const { say, format } = words
  const { data: entries } = useQuery(timelineQuery(release.id))
  const nowMs = useHubNow(isRunning(release))
  const { service, version, createdAt, note, back } = release
  const purpose = note ?? (back ? say('reason.broughtBack', { version }) : undefined)
  const { shape, tone, word } = standingOf(release)
  const createdMs = timeOf(createdAt)
  const asked = entries?.find(({ kind }) => kind === 'release.asked')
  return (
    <Page
      title={`${service} ${version}`}
      above={
        <Link
          href={`/services/${service}`}
          className="inline-flex min-h-8 items-center gap-1 text-soft underline-offset-4 hover:text-ink hover:underline"
        >
          <Icon name="back" />
          {service}
        </Link>
      }
      heading={
        <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
          {stepOf(release)}
          <span className="text-lg">
            <Badge shape={shape} tone={tone}>
              {say(word)}
            </Badge>
          </span>
        </span>
      }
      lead={
        <>
          <p className="flex flex-wrap gap-x-3 gap-y-0.5">
            <span>{strategyName(release.strategy, words)}</span>
            <span>
              {asked
                ? say('release.askedBy', { time: format.shortTime(createdMs), by: asked.actor })
                : say('release.asked', { time: format.shortTime(createdMs) })}
            </span>
            <code className="font-mono text-sm leading-[inherit] text-faint">{release.id}</code>
            <Link href={`/deliveries?release=${release.id}`} className="text-sea underline underline-offset-4">
              {say('deliveries')}
            </Link>
          </p>
          {purpose && (
            <p className="mt-1.5 flex gap-2">
              <Icon name="note" size="size-3.5" className="mt-1 text-faint" />
              {purpose}
            </p>
          )}
        </>
      }
      actions={<Orders release={release} />}
    >
      <div className="grid gap-4 lg:gap-5">
        <VerdictPanel release={release} nowMs={nowMs} />
        <Doubts release={release} />
        <StageTrack release={release} nowMs={nowMs} />
        {isCompared(release) ? (
          <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem] lg:gap-5">
            <div className="grid min-w-0 gap-4 lg:gap-5">
              <Charts release={release} />
              <Evidence release={release} />
            </div>
            <div className="grid min-w-0 gap-4 lg:gap-5">
              <Checks release={release} />
              <Timeline release={release.id} />
            </div>
          </div>
        ) : (
          <Timeline release={release.id} />
        )}
      </div>
    </Page>
  )
}

const LOOKS = { pause: 'plain', resume: 'plain', rearm: 'plain', promote: 'plain', rollback: 'careful' } as const

/** The buttons for what can be asked of it now; none for those who may only read. */
function Orders({ release }: { readonly release: ReleaseView }) {
  const { say } = useWords()
  const session = useSession()
  const [open, setOpen] = useState<Order>()
  const [isGoingBack, setGoingBack] = useState(false)
  const { data: status } = useQuery(statusQuery)
  if (!mayOrder(session)) return null
  const service = status?.services.find(({ name }) => name === release.service)
  const orders = ordersFor(release)
  return (
    <>
      {orders.map(order => (
        <Button key={order} look={LOOKS[order]} icon={order} onClick={() => setOpen(order)}>
          {say(ORDER_WORDS[order])}
        </Button>
      ))}
      {release.phase === 'ended' && service && canComeBack(release, service) && (
        <Button icon="rollback" onClick={() => setGoingBack(true)}>
          {say('backTo', { version: release.version })}
        </Button>
      )}
      {open && <OrderDialog order={open} release={release} onClose={() => setOpen(undefined)} />}
      {isGoingBack && (
        <BackToVersionDialog service={release.service} version={release.version} onClose={() => setGoingBack(false)} />
      )}
    </>
  )
}
