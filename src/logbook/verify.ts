import type { EntryRow, Reads } from '../store/index.ts'
import { type Anchor, BEGINNING, hashOf } from './entry.ts'
import { readExtent, readRows } from './store.ts'

export type Verification =
  | {
      readonly sound: true
      readonly entries: number
      /** Keep it elsewhere: it proves later that nothing up to here was changed. */
      readonly anchor: Anchor
    }
  | {
      readonly sound: false
      /** How many entries from the first on are sound. */
      readonly entries: number
      readonly anchor: Anchor
      readonly fault: Fault
    }

/** The first thing that is wrong. */
export interface Fault {
  readonly how: 'changed' | 'removed' | 'inserted' | 'reordered' | 'truncated' | 'rewritten'
  /** The number of the first entry concerned. */
  readonly seq: number
  readonly reason: string
}

const PAGE = 500

/**
 * Checks the whole chain, a page at a time, up to where the logbook ended when it began; entries may be
 * appended meanwhile. Without `anchor` it finds every change but one: that somebody wrote the whole chain
 * anew from a changed entry on. With an anchor that was kept elsewhere it finds that, too, up to the anchor.
 */
export async function verify(
  reads: Reads,
  options: { readonly anchor?: Anchor | undefined } = {},
): Promise<Verification> {
  const { anchor } = options
  const { head, lastSeq } = await readExtent(reads)
  let last = BEGINNING
  let isAnchored = anchor === undefined || anchor.seq === 0
  const broken = (fault: Fault): Verification => ({ sound: false, entries: last.seq, anchor: last, fault })

  for await (const row of walk(reads, undefined)) {
    const nextSeq = last.seq + 1
    if (head && nextSeq > head.seq) {
      if (row !== 'unreadable' && row.seq > lastSeq) break // appended while we were at it
      return broken(beyond(head))
    }
    if (row === 'unreadable') return broken(changed(nextSeq))
    if (!isNext(row, last)) return broken(await diagnose(reads, row, last))
    last = { seq: row.seq, hash: row.hash }
    if (last.seq !== anchor?.seq) continue
    if (last.hash !== anchor.hash) return broken(rewritten(anchor))
    isAnchored = true
  }
  if (!head) return broken({ how: 'removed', seq: last.seq + 1, reason: 'what says where the logbook ends is gone' })
  if (last.seq < head.seq) return broken(truncated(last.seq + 1, head.seq))
  if (last.hash !== head.hash) {
    return broken({
      how: 'changed',
      seq: last.seq,
      reason: `the hash of the last entry, ${last.seq}, is not the one that the logbook ends with`,
    })
  }
  if (anchor && !isAnchored) return broken(truncated(last.seq + 1, anchor.seq))
  return { sound: true, entries: last.seq, anchor: last }
}

function isNext(row: EntryRow, before: Anchor): boolean {
  return row.seq === before.seq + 1 && row.hash === hashOf(row, before.hash)
}

/** Says what was done at the first row that does not follow, as far as the chain can tell. */
async function diagnose(reads: Reads, row: EntryRow, before: Anchor): Promise<Fault> {
  const seq = before.seq + 1
  if (row.seq < seq) return { how: 'inserted', seq: row.seq, reason: `entry ${row.seq} stands before the first` }
  if (row.seq > seq) return removed(seq, row.seq - 1)
  for await (const other of walk(reads, seq)) {
    if (other === 'unreadable') break
    // With the numbers that they had before, these two would follow: the one that stood here is gone, the rest moved up.
    if (other.seq === seq + 1 && fits(other, { seq: seq + 1, hash: row.hash })) return removed(seq, seq)
    if (!fits(other, before)) continue
    const isSwapped = other.seq > seq + 1 || fits(row, { seq, hash: other.hash })
    return isSwapped
      ? { how: 'reordered', seq, reason: `entry ${other.seq} belongs where ${seq} stands now` }
      : { how: 'inserted', seq, reason: `entry ${seq} was put in; the one that belongs here is now ${other.seq}` }
  }
  return changed(seq)
}

/** Whether this row, whatever its number says now, was written right behind `before`. */
function fits(row: EntryRow, before: Anchor): boolean {
  return row.hash === hashOf({ ...row, seq: before.seq + 1 }, before.hash)
}

const changed = (seq: number): Fault => ({
  how: 'changed',
  seq,
  reason: `entry ${seq} is not what was written: its hash does not fit`,
})

const removed = (from: number, to: number): Fault => ({
  how: 'removed',
  seq: from,
  reason: from === to ? `entry ${from} is gone` : `entries ${from} to ${to} are gone`,
})

const beyond = ({ seq }: Anchor): Fault => ({
  how: 'inserted',
  seq: seq + 1,
  reason: `the logbook says that it ends with entry ${seq}, but there are more`,
})

const truncated = (from: number, to: number): Fault => ({
  how: 'truncated',
  seq: from,
  reason: from === to ? `the last entry, ${from}, is gone` : `the last entries, ${from} to ${to}, are gone`,
})

const rewritten = ({ seq }: Anchor): Fault => ({
  how: 'rewritten',
  seq,
  reason: `the chain is whole, but entry ${seq} is not the one that was kept: something up to it was changed and all that follows written anew`,
})

/** All rows behind `afterSeq`; with a number beyond 53 bits, which we never write, one cannot be read. */
async function* walk(reads: Reads, afterSeq: number | undefined): AsyncGenerator<EntryRow | 'unreadable'> {
  let seen = afterSeq
  let limit = PAGE
  while (true) {
    try {
      const rows = await readRows(reads, seen, limit)
      for (const row of rows) yield Number.isSafeInteger(row.seq) ? row : 'unreadable'
      if (rows.length < limit) return
      seen = rows.at(-1)?.seq ?? seen
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ERR_OUT_OF_RANGE') throw error
      if (limit === 1) {
        yield 'unreadable'
        return
      }
      limit = 1 // to give all that stands before it
    }
  }
}
