import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { Button } from '../design/button.tsx'
import { DialogActions } from '../design/dialog.tsx'
import { Fact, Loading } from '../design/panel.tsx'
import { When } from '../design/when.tsx'
import { ask, Refused } from '../hub/ask.ts'
import type { OpenSessionView } from '../hub/contract.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useTexts, useWords } from '../language/language.tsx'
import { AGENT } from '../language/texts/agent.ts'
import { SESSIONS } from '../language/texts/sessions.ts'
import { timeOf } from '../live/clock.ts'
import { agentName } from './agent.ts'

const pathOf = (name: string): string => `/users/${encodeURIComponent(name)}/sessions`

const openSessionsQuery = (name: string) =>
  queryOptions({
    queryKey: ['sessions', name],
    queryFn: ({ signal }) => ask<readonly OpenSessionView[]>({ path: pathOf(name), signal }),
    // Whoever opens this wants to know how it is now.
    staleTime: 0,
  })

/** Where somebody is signed in: which browsers, from where, since when; each can be signed out from here. */
export function Sessions({ name }: { readonly name: string }) {
  useTexts(SESSIONS)
  useTexts(AGENT)
  const { say } = useWords()
  const client = useQueryClient()
  const query = openSessionsQuery(name)
  const { data: sessions, error, refetch } = useQuery(query)
  const status = useRef<HTMLParagraphElement>(null)
  const end = useMutation({
    async mutationFn(ids: readonly string[]) {
      for (const id of ids) await endSession(name, id)
      return ids.length
    },
    onSettled: () => client.invalidateQueries({ queryKey: query.queryKey }),
  })
  const ended = end.data
  useEffect(() => {
    // The button that was pressed is gone, and the focus with it.
    if (ended !== undefined) status.current?.focus()
  }, [ended])
  if (error && !sessions) return <Trouble error={error} onRetry={() => void refetch()} />
  if (!sessions) return <Loading label={say('loading')} />
  const inOrder = sessions.toSorted(
    (a, b) => Number(b.current) - Number(a.current) || timeOf(b.seenAt) - timeOf(a.seenAt),
  )
  const others = inOrder.filter(({ current }) => !current).map(({ id }) => id)
  return (
    <div className="grid gap-4">
      <p className="text-soft">{say(others.length === 0 ? 'sessions.noOthers' : 'sessions.lead')}</p>
      <ul className="divide-y divide-line rounded-md border border-line">
        {inOrder.map(session => (
          <li key={session.id} className="p-3.5">
            <OpenSession session={session} isBusy={end.isPending} onEnd={() => end.mutate([session.id])} />
          </li>
        ))}
      </ul>
      {end.error && <Trouble error={end.error} isOrder />}
      <p ref={status} role="status" tabIndex={-1} className="text-sm text-soft outline-none empty:hidden">
        {ended !== undefined && !end.isPending && say('sessions.ended', { count: ended })}
      </p>
      {others.length > 0 && (
        <DialogActions>
          <Button look="careful" isBusy={end.isPending} onClick={() => end.mutate(others)}>
            {say('sessions.endOthers')}
          </Button>
        </DialogActions>
      )}
    </div>
  )
}

/** One that has ended meanwhile is what was wanted. */
async function endSession(name: string, id: string): Promise<void> {
  await ask<unknown>({ method: 'DELETE', path: `${pathOf(name)}/${encodeURIComponent(id)}` }).catch(
    (error: unknown) => {
      if (!(error instanceof Refused && error.status === 404)) throw error
    },
  )
}

function OpenSession({
  session,
  isBusy,
  onEnd,
}: {
  readonly session: OpenSessionView
  readonly isBusy: boolean
  readonly onEnd: () => void
}) {
  const { say } = useWords()
  const { agent, address, createdAt, seenAt, endsAt, current } = session
  const browser = agentName(agent, say)
  return (
    <article className="grid gap-3">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h3 className="font-medium" title={agent}>
            {browser} {current && <span className="ml-1 text-sm font-normal text-faint">{say('sessions.here')}</span>}
          </h3>
          <p className="text-sm text-soft">{say('sessions.from', { address })}</p>
        </div>
        {!current && (
          <Button
            isSmall
            disabled={isBusy}
            aria-label={say('sessions.endOne', { agent: browser, address })}
            onClick={onEnd}
          >
            {say('sessions.end')}
          </Button>
        )}
      </div>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-2 sm:grid-cols-3">
        <Fact name={say('sessions.opened')}>
          <When at={createdAt} />
        </Fact>
        <Fact name={say('sessions.seen')}>
          <When at={seenAt} />
        </Fact>
        <Fact name={say('sessions.ends')}>
          <When at={endsAt} />
        </Fact>
      </dl>
    </article>
  )
}
