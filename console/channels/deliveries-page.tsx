import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Link, useLocation, useSearch } from 'wouter'
import { Button } from '../design/button.tsx'
import { Choice, NameField } from '../design/field.tsx'
import { Empty } from '../design/panel.tsx'
import type { DeliveryView } from '../hub/contract.ts'
import { Paged } from '../hub/paged.tsx'
import { channelsQuery, type DeliveryFilter, deliveriesQuery } from '../hub/queries.ts'
import { useTexts, useWords } from '../language/language.tsx'
import { NOTICES } from '../language/texts/notices.ts'
import { Page } from '../shell/page.tsx'
import { explainFailure } from './failure.ts'
import { deliveriesHref, readFilter } from './filter.ts'
import { Moment, SignBadge, Ways } from './parts.tsx'
import { DELIVERY_SIGNS, noticeWord, STATES } from './standing.ts'

/** What was said to people, over what, and what became of it. */
export function DeliveriesPage() {
  useTexts(NOTICES)
  const { say } = useWords()
  const search = useSearch()
  const [, go] = useLocation()
  const filter = useMemo(() => readFilter(search), [search])
  const query = useInfiniteQuery(deliveriesQuery(filter))
  const deliveries = query.data?.pages.flat() ?? []
  const isFiltered = Object.keys(filter).length > 0
  return (
    <Page title={say('deliveries')} lead={say('deliveries.lead')}>
      <div className="grid gap-5">
        <Ways here="deliveries" />
        <Filters filter={filter} onChange={next => go(deliveriesHref(next), { replace: true })} />
        <Paged
          query={query}
          isTall
          isEmpty={deliveries.length === 0}
          none={
            <Empty title={say(isFiltered ? 'deliveries.noneFit' : 'deliveries.none')}>
              {isFiltered ? (
                <Button onClick={() => go('/deliveries', { replace: true })}>{say('logbook.clear')}</Button>
              ) : (
                say('deliveries.noneHint')
              )}
            </Empty>
          }
        >
          <ol className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-card">
            {deliveries.map(delivery => (
              <Line key={delivery.id} delivery={delivery} />
            ))}
          </ol>
        </Paged>
      </div>
    </Page>
  )
}

function Filters({
  filter,
  onChange,
}: {
  readonly filter: DeliveryFilter
  readonly onChange: (filter: DeliveryFilter) => void
}) {
  const { say } = useWords()
  const { data: channels } = useQuery(channelsQuery)
  const { release = '', channel = '', receiver = '', state = '' } = filter
  const names = new Set([...(channels ?? []).map(({ name }) => name), ...(channel === '' ? [] : [channel])])
  const typed = (name: 'release' | 'receiver', value: string) => ({
    value,
    change: (next: string) => next.trim() !== value && onChange({ ...filter, [name]: next.trim() }),
  })
  return (
    <search className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Choice
        label={say('delivery.state')}
        value={state}
        options={[
          { value: '', label: say('filter.all') },
          ...STATES.map(value => ({ value, label: say(DELIVERY_SIGNS[value].word) })),
        ]}
        onChange={event => onChange({ ...filter, state: STATES.find(one => one === event.target.value) })}
      />
      <Choice
        label={say('channel')}
        value={channel}
        options={[{ value: '', label: say('filter.all') }, ...[...names].map(value => ({ value, label: value }))]}
        onChange={event => onChange({ ...filter, channel: event.target.value })}
      />
      <Typed label={say('receiver')} placeholder="ops" {...typed('receiver', receiver)} />
      <Typed label={say('release')} placeholder="rel_…" {...typed('release', release)} />
    </search>
  )
}

/** A filter that is written: it holds once it is left, or Enter is pressed. */
function Typed({
  label,
  placeholder,
  value,
  change,
}: {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly change: (next: string) => void
}) {
  return (
    <NameField
      key={value}
      label={label}
      placeholder={placeholder}
      maxLength={128}
      defaultValue={value}
      onBlur={event => change(event.target.value)}
      onKeyDown={event => event.key === 'Enter' && change(event.currentTarget.value)}
    />
  )
}

function Line({ delivery }: { readonly delivery: DeliveryView }) {
  const { say, language } = useWords()
  const { id, service, receiver, channel, state, createdAt, tries, reason, nextTryAt } = delivery
  return (
    <li className="relative grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-6 gap-y-1 px-4 py-3 hover:bg-sunken lg:grid-cols-[minmax(12rem,1.2fr)_8rem_minmax(0,2.4fr)_8rem]">
      <div className="min-w-0">
        {/* The whole line is the link's target. */}
        <Link href={`/deliveries/${id}`} className="font-medium after:absolute after:inset-0">
          {service !== undefined && `${service} · `}
          {say(noticeWord(delivery))}
        </Link>
        <p className="text-sm text-faint">
          {receiver === channel ? receiver : say('delivery.over', { receiver, channel })}
        </p>
      </div>
      <div className="max-lg:order-3 max-lg:col-span-2">
        <SignBadge sign={DELIVERY_SIGNS[state]} />
      </div>
      <div className="min-w-0 text-sm text-soft max-lg:order-4 max-lg:col-span-2">
        {reason !== undefined && <p className="line-clamp-2">{explainFailure(reason, language)}</p>}
        {tries > 1 && <p className="text-faint">{say('delivery.tries', { count: tries })}</p>}
        {nextTryAt !== null && state === 'waiting' && (
          <p className="text-faint">
            {say('delivery.nextTry')} <Moment at={nextTryAt} />
          </p>
        )}
      </div>
      <span className="text-sm text-faint lg:text-right">
        <Moment at={createdAt} />
      </span>
    </li>
  )
}
