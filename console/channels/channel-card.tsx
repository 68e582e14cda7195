import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from 'wouter'
import { Button } from '../design/button.tsx'
import { Notice } from '../design/notice.tsx'
import { Fact } from '../design/panel.tsx'
import { ask } from '../hub/ask.ts'
import type { ChannelView, DeliveryStoryView } from '../hub/contract.ts'
import { channelsQuery, deliveryQuery } from '../hub/queries.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useWords } from '../language/language.tsx'
import { timeOf } from '../live/clock.ts'
import { mayOrder } from '../release/orders.ts'
import { useSession } from '../session/session.ts'
import { explainFailure } from './failure.ts'
import { deliveriesHref } from './filter.ts'
import { LINK, Moment, SignBadge } from './parts.tsx'
import { standingOf, TYPE_WORDS } from './standing.ts'

/** A provider may take ten seconds to say no, and the hub is to be heard after that. */
const TEST_WITHIN_MS = 30_000

/** One channel: whether people hear what is said over it, since when not, and why. */
export function ChannelCard({ channel, nowMs }: { readonly channel: ChannelView; readonly nowMs: number }) {
  const { say, format, language } = useWords()
  const session = useSession()
  const client = useQueryClient()
  const { name, type, waiting, failures, failingSince, unprovenSince, lastSaidAt, lastFailedAt, reason, restsUntil } =
    channel
  const test = useMutation({
    mutationFn: () =>
      ask<DeliveryStoryView>({
        method: 'POST',
        path: `/channels/${encodeURIComponent(name)}/test`,
        withinMs: TEST_WITHIN_MS,
      }),
    onSuccess: story => client.setQueryData(deliveryQuery(story.id).queryKey, story),
    onSettled() {
      void client.invalidateQueries({ queryKey: channelsQuery.queryKey })
      void client.invalidateQueries({ queryKey: ['deliveries'] })
    },
  })
  const typeWord = TYPE_WORDS[type]
  const rests = restsUntil !== null && timeOf(restsUntil) > nowMs
  return (
    <article className="grid gap-4 rounded-lg border border-line bg-card p-4 sm:p-5">
      <div className="grid gap-x-8 gap-y-4 lg:grid-cols-[minmax(11rem,1.2fr)_minmax(24rem,3fr)_auto] lg:items-start">
        <div className="min-w-0">
          <h2 className="text-lg">{name}</h2>
          <p className="flex flex-wrap items-center gap-x-3 text-soft">
            {typeWord ? say(typeWord) : type}
            <SignBadge sign={standingOf(channel, nowMs)} />
          </p>
        </div>
        <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3">
          <Fact name={say('channel.lastSaid')}>
            {lastSaidAt === null ? say('channel.never') : <Moment at={lastSaidAt} />}
          </Fact>
          <Fact name={say('channel.lastFailed')}>
            {lastFailedAt === null ? (
              say('channel.never')
            ) : (
              <>
                <Moment at={lastFailedAt} />
                {failures > 1 && (
                  <span className="block text-sm text-faint">{say('channel.failures', { count: failures })}</span>
                )}
              </>
            )}
          </Fact>
          <Fact name={say('channel.waiting')}>
            {waiting === 0 ? (
              format.count(0)
            ) : (
              <Link href={deliveriesHref({ channel: name, state: 'waiting' })} className={LINK}>
                {format.count(waiting)}
              </Link>
            )}
          </Fact>
        </dl>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 lg:justify-end">
          <Link
            href={deliveriesHref({ channel: name })}
            aria-label={say('channel.deliveriesOf', { name })}
            className={LINK}
          >
            {say('deliveries')}
          </Link>
          {mayOrder(session) && (
            <Button
              isSmall
              isBusy={test.isPending}
              aria-label={say('channel.testOf', { name })}
              onClick={() => test.mutate()}
            >
              {say(test.isPending ? 'channel.testing' : 'channel.test')}
            </Button>
          )}
        </div>
      </div>
      {failingSince !== null && (
        <Notice tone="bad" title={say('channel.failingSince', { time: format.wholeTime(timeOf(failingSince)) })}>
          {reason !== undefined && explainFailure(reason, language)}
        </Notice>
      )}
      {failingSince === null && unprovenSince && (
        <Notice tone="warn" title={say('channel.unprovenSince', { time: format.wholeTime(timeOf(unprovenSince)) })}>
          {say('channel.unprovenHint')}
        </Notice>
      )}
      {failingSince === null && failures > 0 && reason !== undefined && (
        <p className="text-sm text-soft">{explainFailure(reason, language)}</p>
      )}
      {rests && restsUntil !== null && (
        <p className="text-sm text-soft">{say('channel.restsUntil', { time: format.time(timeOf(restsUntil)) })}</p>
      )}
      {test.error && <Trouble error={test.error} onRetry={() => test.mutate()} />}
      {test.data && <Outcome story={test.data} />}
    </article>
  )
}

/** What became of a test: whether the provider took it, in how long, or why not. */
function Outcome({ story }: { readonly story: DeliveryStoryView }) {
  const { say, format, language } = useWords()
  const { id, state, reason, attempts } = story
  const last = attempts.at(-1)
  const tookMs = last?.endedAt ? timeOf(last.endedAt) - timeOf(last.beganAt) : undefined
  const isSent = state === 'sent'
  return (
    <Notice
      tone={isSent ? 'good' : 'bad'}
      role={isSent ? 'status' : 'alert'}
      title={isSent ? say('channel.testSaid', { span: format.span(tookMs ?? 0) }) : say('channel.testFailed')}
      action={
        <Link href={`/deliveries/${id}`} className={LINK}>
          {say('channel.testMore')}
        </Link>
      }
    >
      {isSent ? say('channel.testLook') : reason !== undefined && explainFailure(reason, language)}
    </Notice>
  )
}
