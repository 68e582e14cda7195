import type { EntryView, Point, ReleaseView, StatusView } from '../hub/contract.ts'
import type { EntryFilter } from '../hub/queries.ts'
import { timeOf } from './clock.ts'

/* What a live event changes in what is known already. Pure; where nothing changes, the same object comes back. */

/** The hub keeps 600 points of a release; a console that has it open for long need not keep more. */
const MOST_POINTS = 1_200

/** The newer of what is known of a release and what came: the hub's answers and events may overtake each other. */
export function newer(known: ReleaseView | undefined, came: ReleaseView): ReleaseView {
  return known && known.revision > came.revision ? known : came
}

/** The overview with a release as it is now. */
export function withRelease(status: StatusView, release: ReleaseView): StatusView {
  let changed = false
  const services = status.services.map(service => {
    if (service.name !== release.service) return service
    const isThis = service.release?.id === release.id
    if (!isThis && (service.release !== null || release.phase === 'ended')) return service
    if (isThis && newer(service.release ?? undefined, release) !== release) return service
    changed = true
    if (release.phase === 'ended') return { ...service, release: null }
    return { ...service, release, versions: shared(service.versions, release) }
  })
  return changed ? { ...status, services } : status
}

/** Who gets the traffic, as far as the release tells. */
function shared(versions: StatusView['services'][number]['versions'], release: ReleaseView) {
  return versions.map(known => {
    if (known.version === release.version) return { ...known, weight: release.weight }
    return known.version === release.previous ? { ...known, weight: 100 - release.weight } : known
  })
}

/** Whether a release event tells of something that the overview shows and the event does not carry: who runs where. */
export function movesInstances(known: ReleaseView | undefined, came: ReleaseView): boolean {
  if (!known) return true
  return known.phase !== came.phase || known.stage !== came.stage || known.weight !== came.weight
}

export function withPoint(points: readonly Point[], point: Point): readonly Point[] {
  const last = points.at(-1)
  if (last && timeOf(last.at) >= timeOf(point.at)) return points
  return [...points, point].slice(-MOST_POINTS)
}

/** Entries in order, with one more; one that is known already comes a second time after a reconnection. */
export function withEntry(entries: readonly EntryView[], entry: EntryView): readonly EntryView[] {
  const last = entries.at(-1)
  if (!last || last.seq < entry.seq) return [...entries, entry]
  if (entries.some(({ seq }) => seq === entry.seq)) return entries
  return [...entries, entry].toSorted((a, b) => a.seq - b.seq)
}

/** Whether the hub would give an entry for these filters. */
export function fits({ service, kind, actor, since }: EntryFilter, entry: EntryView): boolean {
  if (service && entry.service !== service) return false
  if (kind && entry.kind !== kind && !entry.kind.startsWith(`${kind}.`)) return false
  if (actor && entry.actor !== actor) return false
  return !since || timeOf(entry.at) >= timeOf(since)
}

/** The release that an entry is about. */
export function releaseOf({ subject }: EntryView): string | undefined {
  return /^release\/(.+)$/.exec(subject)?.[1]
}
