import type { Clock } from '../../kernel/index.ts'
import { type Entry, read } from '../../logbook/index.ts'
import type { Reads, Store, Transaction } from '../../store/index.ts'
import type { ReleaseNotice } from '../notice.ts'
import { BOUNDS, type Bounds, keepBounded } from '../outbox/bounds.ts'
import { LATE_MS } from '../outbox/delivery.ts'
import { digestOf, MOST_IN_DIGEST } from '../outbox/merge.ts'
import { enqueue } from '../outbox/store.ts'
import { hearersOf, type Notify, type Receiver, receiversOf } from '../receivers.ts'
import { noticeOf, TOLD_KINDS } from './notice-of.ts'
import { moveCursor, readCursor } from './store.ts'

export interface ComposerDeps {
  readonly clock: Clock
  readonly settings: () => Notify
  readonly tierOf: (service: string) => 'core' | 'edge' | undefined
  readonly bounds?: Bounds
  readonly boundary?: (where: string) => void
}

const PAGE = 100
/** A story has a few dozen entries; one that was paused for ever has some more. */
const LONGEST_STORY = 1_000
/**
 * Writes down what people are to be told of the logbook's next entries, and that it did, in one transaction: an entry
 * is told once, whenever the hub ends. `true` when there was something to tell, or may be more.
 *
 * The first time it only notes where the logbook ends: nobody wants to be told its history.
 */
export async function compose(store: Store, deps: ComposerDeps): Promise<boolean> {
  const cursor = await readCursor(store)
  const ahead = cursor === undefined ? [] : await read(store, { afterSeq: cursor, limit: PAGE })
  // The cursor alone is moved only now and then: nothing is lost by looking at some entries again.
  const idle = ahead.length < PAGE && !ahead.some(({ kind }) => TOLD_KINDS.has(kind))
  if (cursor !== undefined && idle) return false
  deps.boundary?.('before compose')
  const written = await store.transaction(tx => composePage(tx, deps))
  deps.boundary?.('after compose')
  return written
}

async function composePage(tx: Transaction, deps: ComposerDeps): Promise<boolean> {
  const cursor = await readCursor(tx)
  if (cursor === undefined) {
    const [last] = await read(tx, { order: 'newest', limit: 1 })
    await moveCursor(tx, last?.seq ?? 0)
    return false
  }
  const entries = await read(tx, { afterSeq: cursor, limit: PAGE })
  const last = entries.at(-1)
  if (!last) return false
  const notify = deps.settings()
  const told = receiversOf(notify).length === 0 ? [] : await noticesOf(tx, entries)
  const isLate = ({ notice }: Told): boolean => tx.atMs - notice.atMs > LATE_MS
  await tellLate(tx, told.filter(isLate), notify, deps)
  for (const { notice, seq } of told.filter(one => !isLate(one))) {
    const hearers = hearersOf(notify, notice, deps.tierOf)
    if (hearers.length > 0) await enqueue(tx, notice, hearers.map(addressOf), seq)
  }
  await keepBounded(tx, deps.bounds ?? BOUNDS)
  await moveCursor(tx, last.seq)
  return true
}

interface Told {
  readonly notice: ReleaseNotice
  readonly seq: number
}

async function noticesOf(reads: Reads, entries: readonly Entry[]): Promise<readonly Told[]> {
  const told: Told[] = []
  for (const entry of entries) {
    if (!TOLD_KINDS.has(entry.kind)) continue
    const { subject, seq } = entry
    const before = await read(reads, { subject, beforeSeq: seq + 1, limit: LONGEST_STORY })
    const [ended] = await read(reads, { subject, kind: 'release.ended', afterSeq: seq, limit: 1 })
    const notice = noticeOf(entry, { before, ...(ended ? { ended } : {}) })
    if (notice) told.push({ notice, seq })
  }
  return told
}

/** What happened while nobody was there to tell: one digest a receiver, whose parts bear the times of their own. */
async function tellLate(
  tx: Transaction,
  told: readonly Told[],
  notify: Notify,
  { tierOf }: ComposerDeps,
): Promise<void> {
  for (const receiver of receiversOf(notify)) {
    const heard = told.filter(({ notice }) =>
      hearersOf(notify, notice, tierOf).some(({ name }) => name === receiver.name),
    )
    for (let i = 0; i < heard.length; i += MOST_IN_DIGEST) {
      const part = heard.slice(i, i + MOST_IN_DIGEST)
      const notices = part.map(({ notice }) => notice)
      await enqueue(tx, digestOf(tx.newId('ntc'), tx.atMs, notices), [addressOf(receiver)], part[0]?.seq ?? 0)
    }
  }
}

function addressOf({ name, channels }: Receiver): { readonly receiver: string; readonly channel: string } {
  return { receiver: name, channel: channels[0] ?? '' }
}
