import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import { Button } from '../design/button.tsx'
import { Choice, TextField } from '../design/field.tsx'
import { Empty } from '../design/panel.tsx'
import type { EntryView } from '../hub/contract.ts'
import { Paged } from '../hub/paged.tsx'
import { logbookQuery, statusQuery } from '../hub/queries.ts'
import { useTexts, useWords } from '../language/language.tsx'
import { AGENT } from '../language/texts/agent.ts'
import { ENTRIES } from '../language/texts/entries.ts'
import { browserClock, timeOf } from '../live/clock.ts'
import { Page } from '../shell/page.tsx'
import { EntryLine } from './entry-line.tsx'
import { type FilterForm, questionOf, readFilter, SPANS, writeFilter } from './filter.ts'
import { kindOptions } from './kinds.ts'
import { Verification } from './verification.tsx'

const SPAN_WORDS = { all: 'span.all', hour: 'span.hour', day: 'span.day', week: 'span.week' } as const

/** Everything that anyone or anything did, newest first; new entries come by themselves. */
export function LogbookPage() {
  useTexts(ENTRIES)
  useTexts(AGENT)
  const { say } = useWords()
  const search = useSearch()
  const [, go] = useLocation()
  const form = useMemo(() => readFilter(search), [search])
  const filter = useMemo(() => questionOf(form, browserClock.now()), [form])
  const query = useInfiniteQuery(logbookQuery(filter))
  const [heldAt, setHeldAt] = useState<number>()
  const change = (changed: Partial<FilterForm>): void => {
    const next = writeFilter({ ...form, ...changed })
    go(next === '' ? '/logbook' : `/logbook?${next}`, { replace: true })
  }
  const entries = useMemo(
    () => (query.data?.pages ?? []).flatMap(page => page.toReversed()).toSorted((a, b) => b.seq - a.seq),
    [query.data],
  )
  const shown = heldAt === undefined ? entries : entries.filter(({ seq }) => seq <= heldAt)
  const waiting = entries.length - shown.length
  const isFiltered = writeFilter(form) !== ''
  return (
    <Page
      title={say('logbook')}
      lead={say('logbook.lead')}
      actions={
        <Button
          icon={heldAt === undefined ? 'pause' : 'resume'}
          aria-pressed={heldAt === undefined}
          onClick={() => setHeldAt(heldAt === undefined ? (entries[0]?.seq ?? 0) : undefined)}
        >
          {say(heldAt === undefined ? 'logbook.hold' : 'logbook.follow')}
        </Button>
      }
    >
      <div className="grid gap-5">
        <Filters form={form} onChange={change} />
        <Verification />
        {waiting > 0 && (
          <p role="status" className="text-center">
            <Button isSmall onClick={() => setHeldAt(undefined)}>
              {say('logbook.waiting', { count: waiting })}
            </Button>
          </p>
        )}
        <Paged
          query={query}
          isTall
          isEmpty={entries.length === 0}
          none={
            <Empty title={say(isFiltered ? 'logbook.noneFit' : 'logbook.none')}>
              {isFiltered && <Button onClick={() => go('/logbook', { replace: true })}>{say('logbook.clear')}</Button>}
            </Empty>
          }
        >
          <Days entries={shown} />
        </Paged>
      </div>
    </Page>
  )
}

function Filters({
  form,
  onChange,
}: {
  readonly form: FilterForm
  readonly onChange: (form: Partial<FilterForm>) => void
}) {
  const words = useWords()
  const { say } = words
  const { data: status } = useQuery(statusQuery)
  const names = new Set([...(status?.services.map(({ name }) => name) ?? []), ...(form.service ? [form.service] : [])])
  const known = kindOptions(words)
  // One that was written into the address by hand, or that a newer hub knows.
  const other = known.some(({ value }) => value === form.kind) || form.kind === '' ? [] : [form.kind]
  return (
    <search className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Choice
        label={say('service')}
        value={form.service}
        options={[{ value: '', label: say('filter.all') }, ...[...names].map(value => ({ value, label: value }))]}
        onChange={event => onChange({ service: event.target.value })}
      />
      <Choice
        label={say('filter.kind')}
        value={form.kind}
        options={[
          { value: '', label: say('filter.all') },
          ...known,
          ...other.map(kind => ({ value: kind, label: kind })),
        ]}
        onChange={event => onChange({ kind: event.target.value })}
      />
      <TextField
        key={form.actor}
        label={say('filter.actor')}
        placeholder="user/li"
        autoCapitalize="none"
        spellCheck={false}
        defaultValue={form.actor}
        onBlur={event => event.target.value.trim() !== form.actor && onChange({ actor: event.target.value.trim() })}
        onKeyDown={event => event.key === 'Enter' && onChange({ actor: event.currentTarget.value.trim() })}
      />
      <Choice
        label={say('filter.span')}
        value={form.span}
        options={SPANS.map(value => ({ value, label: say(SPAN_WORDS[value]) }))}
        onChange={event => onChange({ span: SPANS.find(one => one === event.target.value) ?? 'all' })}
      />
    </search>
  )
}

/** Entries under the days on which they were written. */
function Days({ entries }: { readonly entries: readonly EntryView[] }) {
  const { format } = useWords()
  const days = new Map<string, EntryView[]>()
  for (const entry of entries) {
    const day = format.day(timeOf(entry.at))
    const known = days.get(day)
    if (known) known.push(entry)
    else days.set(day, [entry])
  }
  return [...days].map(([day, ofDay]) => (
    <section key={day} aria-label={day}>
      <h2 className="mb-2 text-sm font-medium text-faint">{day}</h2>
      <ol className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-card">
        {ofDay.map(entry => (
          <EntryLine key={entry.seq} entry={entry} />
        ))}
      </ol>
    </section>
  ))
}
