import type { Reads, Transaction } from '../../store/index.ts'
import { Throttled } from '../errors.ts'
import { FORGET_MS, fail, type Kind, type Tries, takeBack, waitMs } from './throttle.ts'

/** Whose failures are counted. */
export interface Counted {
  readonly kind: Kind
  readonly key: string
}

/** As many names, and as many addresses, as are remembered. */
const MOST_ROWS = 10_000

/** @throws Throttled when one of them has to wait */
export async function checkTries(reads: Reads, all: readonly Counted[], nowMs: number): Promise<void> {
  const waits = await Promise.all(all.map(async each => waitMs(await readTries(reads, each), nowMs)))
  const retryAfterMs = Math.max(0, ...waits)
  if (retryAfterMs === 0) return
  const seconds = Math.ceil(retryAfterMs / 1_000)
  throw new Throttled('too many tries with a wrong name or password', {
    retryAfterMs,
    hint: `Try again in ${seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} minutes`}.`,
  })
}

/**
 * Counts a try as failed before it is known whether it is, so that many at once cannot pass on the same count.
 *
 * @returns the most failures that any of them has now
 * @throws Throttled when one of them has to wait; then nothing is counted
 */
export async function countTry(tx: Transaction, all: readonly Counted[]): Promise<number> {
  await checkTries(tx, all, tx.atMs)
  let most = 0
  for (const each of all) {
    const before = await readTries(tx, each)
    const after = fail(each.kind, before, tx.atMs)
    if (!before) await makeRoom(tx, each.kind)
    await writeTries(tx, each, after)
    most = Math.max(most, after.failures)
  }
  return most
}

/** Undoes what `countTry` counted, as the try was right. */
export async function uncountTry(tx: Transaction, counted: Counted): Promise<void> {
  const tries = await readTries(tx, counted)
  const left = tries && takeBack(tries, tx.atMs)
  await (left ? writeTries(tx, counted, left) : forgetTries(tx, counted))
}

export async function forgetTries({ db }: Transaction, { kind, key }: Counted): Promise<void> {
  await db.deleteFrom('sign_in_tries').where('kind', '=', kind).where('key', '=', key).execute()
}

async function readTries({ db }: Reads, { kind, key }: Counted): Promise<Tries | undefined> {
  const row = await db
    .selectFrom('sign_in_tries')
    .select(['failures', 'allowed_at_ms'])
    .where('kind', '=', kind)
    .where('key', '=', key)
    .executeTakeFirst()
  return row && { failures: row.failures, allowedAtMs: row.allowed_at_ms }
}

async function writeTries({ db }: Transaction, { kind, key }: Counted, tries: Tries): Promise<void> {
  const values = { failures: tries.failures, allowed_at_ms: tries.allowedAtMs }
  await db
    .insertInto('sign_in_tries')
    .values({ kind, key, ...values })
    .onConflict(conflict => conflict.columns(['kind', 'key']).doUpdateSet(values))
    .execute()
}

/**
 * Removes what is forgotten, and the quietest beyond the bound. Real names and invented ones are treated alike, or
 * what is forgotten would tell which exist. To have five tries more, a flood must fail ten thousand times.
 */
async function makeRoom({ db, atMs }: Transaction, kind: Kind): Promise<void> {
  await db
    .deleteFrom('sign_in_tries')
    .where('kind', '=', kind)
    .where('allowed_at_ms', '<=', atMs - FORGET_MS)
    .execute()
  await db
    .deleteFrom('sign_in_tries')
    .where('kind', '=', kind)
    .where('key', 'in', from =>
      from
        .selectFrom('sign_in_tries as quiet')
        .select('quiet.key')
        .where('quiet.kind', '=', kind)
        .orderBy('quiet.allowed_at_ms', 'desc')
        .limit(MOST_ROWS)
        .offset(MOST_ROWS - 1),
    )
    .execute()
}
