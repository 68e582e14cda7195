import type { EntryFilter } from '../hub/queries.ts'
import { toRfc3339 } from '../live/clock.ts'

/** How far back a reader wants to look. */
export const SPANS = ['all', 'hour', 'day', 'week'] as const
export type Span = (typeof SPANS)[number]

const SPAN_MS = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const

/** What the address of the page says: filters can be kept, sent to somebody, and gone back to. */
export interface FilterForm {
  readonly service: string
  readonly kind: string
  readonly actor: string
  readonly span: Span
}

export function readFilter(search: string): FilterForm {
  const params = new URLSearchParams(search)
  const span = params.get('span')
  return {
    service: params.get('service') ?? '',
    kind: params.get('kind') ?? '',
    actor: params.get('actor') ?? '',
    span: SPANS.find(one => one === span) ?? 'all',
  }
}

export function writeFilter({ service, kind, actor, span }: FilterForm): string {
  const params = new URLSearchParams()
  if (service) params.set('service', service)
  if (kind) params.set('kind', kind)
  if (actor) params.set('actor', actor)
  if (span !== 'all') params.set('span', span)
  return params.toString()
}

/** What the hub is asked for. The moment is a whole minute, so that looking again is the same question. */
export function questionOf({ service, kind, actor, span }: FilterForm, nowMs: number): EntryFilter {
  const since = span === 'all' ? undefined : toRfc3339(Math.floor((nowMs - SPAN_MS[span]) / 60_000) * 60_000)
  return {
    ...(service ? { service } : {}),
    ...(kind ? { kind } : {}),
    ...(actor ? { actor } : {}),
    ...(since === undefined ? {} : { since }),
  }
}
