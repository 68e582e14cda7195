import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { Icon } from '../design/icons.tsx'
import { Empty, Fact, Loading, Panel } from '../design/panel.tsx'
import { When } from '../design/when.tsx'
import { Refused } from '../hub/ask.ts'
import type { DeliveryStoryView } from '../hub/contract.ts'
import { deliveryQuery } from '../hub/queries.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useTexts, useWords } from '../language/language.tsx'
import { NOTICES } from '../language/texts/notices.ts'
import { Page } from '../shell/page.tsx'
import { AttemptCard } from './attempt-card.tsx'
import { explainFailure } from './failure.ts'
import { deliveriesHref } from './filter.ts'
import { LINK, SignBadge } from './parts.tsx'
import { DELIVERY_SIGNS, noticeWord } from './standing.ts'

/** One notice on its way to one receiver, with all that was tried. */
export function DeliveryPage({ id }: { readonly id: string }) {
  useTexts(NOTICES)
  const { say } = useWords()
  const { data: story, error, refetch } = useQuery(deliveryQuery(id))
  if (story) return <Story story={story} />
  const isUnknown = error instanceof Refused && error.status === 404
  return (
    <Page title={say('delivery')} above={<BackToDeliveries />}>
      {isUnknown && <Empty title={say('delivery.unknown')}>{say('delivery.unknownHint')}</Empty>}
      {error && !isUnknown && <Trouble error={error} onRetry={() => void refetch()} />}
      {!error && <Loading label={say('loading')} tall />}
    </Page>
  )
}

function BackToDeliveries() {
  const { say } = useWords()
  return (
    <Link
      href="/deliveries"
      className="inline-flex min-h-8 items-center gap-1 text-soft underline-offset-4 hover:text-ink hover:underline"
    >
      <Icon name="back" />
      {say('deliveries')}
    </Link>
  )
}

function Story({ story }: { readonly story: DeliveryStoryView }) {
  const { say, language } = useWords()
  const { service, receiver, state, reason, attempts } = story
  const what = [...(service === undefined ? [] : [service]), say(noticeWord(story))].join(' · ')
  return (
    <Page
      title={what}
      heading={
        <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
          {what}
          <span className="text-lg font-normal">
            <SignBadge sign={DELIVERY_SIGNS[state]} />
          </span>
        </span>
      }
      lead={reason === undefined ? say('delivery.to', { receiver }) : explainFailure(reason, language)}
      above={<BackToDeliveries />}
    >
      <div className="grid gap-4 lg:gap-5">
        <Panel title={say('delivery')}>
          <Facts story={story} />
        </Panel>
        <Panel
          title={say('attempts')}
          aside={<span className="text-sm text-faint">{say('delivery.tries', { count: attempts.length })}</span>}
        >
          {attempts.length === 0 && (
            <p className="text-soft">{say(state === 'merged' ? 'attempts.merged' : 'attempts.none')}</p>
          )}
          <ol className="grid gap-3">
            {attempts.toReversed().map((attempt, place) => (
              <li key={attempt.id}>
                <AttemptCard attempt={attempt} number={attempts.length - place} isOpen={place === 0} />
              </li>
            ))}
          </ol>
        </Panel>
      </div>
    </Page>
  )
}

function Facts({ story }: { readonly story: DeliveryStoryView }) {
  const { say } = useWords()
  const { receiver, channel, urgency, createdAt, endedAt, nextTryAt, release, notice, mergedInto } = story
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-4 md:grid-cols-4">
      <Fact name={say('receiver')}>
        <Link href={deliveriesHref({ receiver })} className={LINK}>
          {receiver}
        </Link>
      </Fact>
      <Fact name={say('channel')}>
        <Link href={deliveriesHref({ channel })} className={LINK}>
          {channel}
        </Link>
      </Fact>
      <Fact name={say('delivery.urgency')}>{say(urgency === 'critical' ? 'delivery.critical' : 'delivery.news')}</Fact>
      {release !== undefined && (
        <Fact name={say('release')}>
          <Link href={`/releases/${release}`} className={LINK}>
            {release}
          </Link>
        </Fact>
      )}
      <Fact name={say('delivery.created')}>
        <When at={createdAt} as="wholeTime" />
      </Fact>
      {endedAt !== null && (
        <Fact name={say('delivery.ended')}>
          <When at={endedAt} as="wholeTime" />
        </Fact>
      )}
      {nextTryAt !== null && (
        <Fact name={say('delivery.nextTry')}>
          <When at={nextTryAt} as="wholeTime" />
        </Fact>
      )}
      {mergedInto !== undefined && (
        <Fact name={say('delivery.mergedInto')}>
          <Link href={`/deliveries/${mergedInto}`} className={LINK}>
            {mergedInto}
          </Link>
        </Fact>
      )}
      {/* As wide as it needs to be on a phone, so that it can be copied whole. */}
      <div className="col-span-full">
        <dt className="text-sm text-faint">{say('delivery.notice')}</dt>
        <dd className="mt-0.5 font-mono text-sm">{notice}</dd>
      </div>
    </dl>
  )
}
