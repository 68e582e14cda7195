import type { Reads, ReleasePointRow, Transaction } from '../../store/index.ts'
import { follow, type Kept, MOST_POINTS, type Point, thin } from './point.ts'

/** Writes down what was counted at a look, in the transaction that saves the look itself. */
export async function keepPoint(tx: Transaction, release: string, look: Point): Promise<void> {
  const last = await lastPoint(tx, release)
  const next = follow(last, look)
  if (next.place >= MOST_POINTS) {
    const thinned = thin(await readKept(tx, release))
    await tx.db.deleteFrom('release_points').where('release', '=', release).execute()
    const all = [...thinned, follow(thinned.at(-1), look)]
    // Fifteen columns each: SQLite takes 32,766 values in a statement, PostgreSQL 65,535.
    const rows = [...new Map(all.map(kept => [kept.place, rowOf(release, kept)])).values()]
    await tx.db.insertInto('release_points').values(rows).execute()
    return
  }
  const row = rowOf(release, next)
  if (next.place === last?.place) {
    await tx.db
      .updateTable('release_points')
      .set(row)
      .where('release', '=', release)
      .where('place', '=', next.place)
      .execute()
  } else {
    await tx.db.insertInto('release_points').values(row).execute()
  }
}

/** What a release has to show, oldest first: 600 points at most. */
export function readPoints(reads: Reads, release: string): Promise<readonly Point[]> {
  return readKept(reads, release)
}

/** The newest point of a release. */
export async function lastPoint({ db }: Reads, release: string): Promise<Kept | undefined> {
  const row = await db
    .selectFrom('release_points')
    .selectAll()
    .where('release', '=', release)
    .orderBy('place', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && keptOf(row)
}

async function readKept({ db }: Reads, release: string): Promise<readonly Kept[]> {
  const rows = db.selectFrom('release_points').selectAll().where('release', '=', release).orderBy('place')
  return (await rows.execute()).map(keptOf)
}

function rowOf(release: string, kept: Kept): ReleasePointRow {
  const { candidate, stable } = kept
  return {
    release,
    place: kept.place,
    at_ms: kept.atMs,
    span_ms: kept.spanMs,
    looks: kept.looks,
    takes: kept.takes,
    candidate_requests: candidate.requests,
    candidate_bad: candidate.bad,
    stable_requests: stable.requests,
    stable_bad: stable.bad,
    candidate_p99_ms: kept.candidateP99Ms,
    stable_p99_ms: kept.stableP99Ms,
    toward_roll_back: kept.towardRollBack,
    toward_promotion: kept.towardPromotion,
    weight: kept.weight,
  }
}

function keptOf(row: ReleasePointRow): Kept {
  return {
    place: row.place,
    atMs: row.at_ms,
    spanMs: row.span_ms,
    looks: row.looks,
    takes: row.takes,
    candidate: { requests: row.candidate_requests, bad: row.candidate_bad },
    stable: { requests: row.stable_requests, bad: row.stable_bad },
    candidateP99Ms: row.candidate_p99_ms,
    stableP99Ms: row.stable_p99_ms,
    towardRollBack: row.toward_roll_back,
    towardPromotion: row.toward_promotion,
    weight: row.weight,
  }
}
