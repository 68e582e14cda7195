/** Fills a store with what a large shop leaves in it in some months. */
import { append } from '../../src/logbook/index.ts'
import {
  openStore,
  type ReleasePointRow,
  type ReleaseRow,
  type Store,
  type Transaction,
} from '../../src/store/index.ts'
import { makeTemplates, type Template } from './template.ts'
import { SeedClock } from './world.ts'

export interface Size {
  readonly services: number
  readonly releases: number
  /** Of the releases, how many are not over. */
  readonly underWay: number
}

/** What was written. */
export interface Seeded extends Size {
  readonly entries: number
  readonly points: number
}

const BATCH = 50
const POINTS_AT_ONCE = 1_000
const SPAN_MS = 90 * 86_400_000

export const nameOf = (service: number): string => `service-${String(service).padStart(4, '0')}`

/** Services by turns, so that each has releases of all times; the newest ones are those not over. */
export async function seed(place: { readonly path?: string; readonly url?: string }, size: Size): Promise<Seeded> {
  const templates = await makeTemplates()
  const endMs = Date.now() - 60_000
  const clock = new SeedClock(endMs - SPAN_MS)
  const store = await openStore({ clock, ...place })
  let points: ReleasePointRow[] = []
  try {
    for (let first = 0; first < size.releases; first += BATCH) {
      clock.nowMs = endMs - SPAN_MS + Math.round((SPAN_MS * first) / size.releases)
      await store.transaction(
        async tx => {
          points = []
          for (let i = first; i < Math.min(size.releases, first + BATCH); i++) {
            const underWay = i >= size.releases - size.underWay
            const over = i % 5 === 4 ? templates.takenBack : templates.promoted
            points.push(...(await copy(tx, underWay ? templates.watched : over, i, size)))
          }
          for (let from = 0; from < points.length; from += POINTS_AT_ONCE) {
            await tx.db
              .insertInto('release_points')
              .values(points.slice(from, from + POINTS_AT_ONCE))
              .execute()
          }
        },
        { withinMs: 600_000 },
      )
    }
    return { ...size, ...(await countsOf(store)) }
  } finally {
    await store.close()
  }
}

/** Writes a release like the template's, of another service and time. Its points are left to be written with others. */
async function copy(
  tx: Transaction,
  { row, entries, points }: Template,
  index: number,
  size: Size,
): Promise<ReleasePointRow[]> {
  const service = nameOf(index % size.services)
  const version = `v${Math.floor(index / size.services) + 1}`
  const id = tx.newId('rel')
  const laterMs = tx.atMs - row.created_at_ms
  const shifted = (text: string): string =>
    text
      .replaceAll('"order"', `"${service}"`)
      .replace(/(Ms":)(\d{13})/g, (_, key: string, ms: string) => `${key}${Number(ms) + laterMs}`)
  const made: ReleaseRow = {
    ...row,
    id,
    service,
    version,
    created_at_ms: tx.atMs,
    updated_at_ms: row.updated_at_ms + laterMs,
    plan: shifted(row.plan).replaceAll(`"${row.version}"`, `"${version}"`),
    state: shifted(row.state),
  }
  await tx.db.insertInto('releases').values(made).execute()
  await tx.db
    .insertInto('services')
    .values({
      name: service,
      stable_version: version,
      stable_release: id,
      updated_at_ms: tx.atMs,
      state: JSON.stringify({ versions: [{ version, instances: 2, weight: 100 }] }),
    })
    .onConflict(conflict => conflict.column('name').doUpdateSet({ stable_version: version, stable_release: id }))
    .execute()
  for (const { kind, actor, data, reason } of entries) {
    await append(tx, { kind, subject: `release/${id}`, service, actor, data, reason })
  }
  return points.map(point => ({ ...point, release: id, at_ms: point.at_ms + laterMs }))
}

async function countsOf({ db }: Store): Promise<Pick<Seeded, 'entries' | 'points'>> {
  const count = async (table: 'entries' | 'release_points'): Promise<number> => {
    const row = await db
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow()
    return row.rows
  }
  return { entries: await count('entries'), points: await count('release_points') }
}
