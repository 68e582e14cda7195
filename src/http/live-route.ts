import { LiveEvent, LiveQuery } from '../client/index.ts'
import { InvalidInput } from '../kernel/index.ts'
import { eventRoute, type Route } from './route.ts'

export const liveRoutes: readonly Route[] = [
  eventRoute({
    method: 'GET',
    path: '/api/v1/live',
    scope: 'read',
    passive: true,
    summary: 'What happens, as it happens: entries of the logbook, releases as they change, and a pulse.',
    query: LiveQuery,
    reply: LiveEvent,
    async handle({ live }, { query, lastEventId, mayStill }) {
      // Whoever comes back by itself asks with the same query as at first, and says in the header where it was.
      const after = lastEventId === undefined ? query.after : seqOf(lastEventId)
      await live.ready()
      return response => live.listen(response, after, mayStill)
    },
  }),
]

function seqOf(text: string): number {
  const seq = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(seq)) return seq
  throw new InvalidInput('what the stream has shown last is a number', {
    field: 'Last-Event-ID',
    hint: 'Send the id of the last event, or none.',
  })
}
